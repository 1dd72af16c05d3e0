"""The catalogue: what managers see of kinds, and what they do with them."""

from datetime import UTC, datetime, timedelta

import pytest

from api.schemas.evidence import EvidenceOut
from api.schemas.kinds import InboxPage, KindCaseOut, KindOut
from api.schemas.runs import MembershipOut, RunOut
from recommender.access import Actor, RoleMissing
from recommender.accounts.directory import operator
from recommender.kinds import catalogue, run_rows
from recommender.kinds.catalogue import (
    AlreadyDismissed,
    BadName,
    CandidateWaits,
    NameTaken,
    NotDismissed,
    UnknownKind,
)
from recommender.kinds.thresholds import RECURS
from recommender.models.cases import Case
from recommender.models.changes import Candidate, Decision
from recommender.models.kinds import Kind
from recommender.models.outcomes import Outcome
from recommender.models.policies import Clause, Revision
from recommender.storage.house import House
from recommender.vocabulary import (
    CandidateState,
    CaseState,
    DecisionVerdict,
    KindState,
    OutcomeSource,
    Verdict,
)
from tests.conftest import AddPolicy, NewCase
from tests.contract.kinds_world import case_fields, fill, found, kind_of

FIRST_OF_JUNE = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.fixture
def storm(house: House, new_case: NewCase) -> str:
    """The storm kind of a house with four kinds."""
    fill(house, new_case)
    found(house)
    return kind_of(house, "storm")


def one_agents_habit(house: House, new_case: NewCase) -> str:
    """A kind of eight cases that felix alone files, beside two kinds of others."""
    fill(house, new_case, ("funeral", "puppy"))
    with house.transaction(operator(house)) as tx:
        for number in range(8):
            fields = case_fields("storm", number) | {"agent_id": "felix", "amount": 7.5}
            new_case(tx.session, **fields)
    found(house)
    return kind_of(house, "storm")


def test_rows_and_pages_have_the_shapes_of_the_api(house: House, storm: str, ines: Actor) -> None:
    with house.reading(ines) as tx:
        rows = catalogue.kinds(tx)
        shown = KindOut.model_validate(rows[0])
        assert shown.cases == 10
        assert len(shown.per_week) == 12
        assert shown.masked == ["declined_like"], "nothing was declined in this house"
        page = catalogue.kind(tx, storm)
        EvidenceOut.model_validate(page.evidence)
        assert page.version == 1
        assert [KindCaseOut.model_validate(case).outcome for case in page.representative]
        InboxPage.model_validate(catalogue.inbox(tx))
        assert [RunOut.model_validate(run).failure for run in run_rows.runs(tx)] == [None]
        assert len([MembershipOut.model_validate(row) for row in catalogue.memberships(tx)]) == 40


def test_the_inbox_counts_what_is_below_the_threshold(
    house: House, storm: str, new_case: NewCase, ines: Actor
) -> None:
    with house.transaction(ines) as tx:
        for number in range(6):
            fields = case_fields("storm", number) | {
                "source_id": f"habit-{number}",
                "situation": f"climbing club member rope discount harness wall {number}",
                "agent_id": "felix",
            }
            new_case(tx.session, **fields)
    found(house)
    with house.reading(ines) as tx:
        page = catalogue.inbox(tx)
        everything = catalogue.kinds(tx, include_all=True)
    assert {row.state for row in page.kinds}.isdisjoint({KindState.EMERGING, KindState.DISMISSED})
    assert (page.emerging, page.cases, page.unsorted) == (1, None, None)
    assert page.masked == ["cases", "unsorted"], "one-offs of maya, and the habit of felix"
    assert page.as_of == FIRST_OF_JUNE.date()
    assert page.as_of_source == "last case"
    assert page.last_run is not None
    assert len(everything) == len(page.kinds) + 1
    assert everything[-1].state is KindState.EMERGING
    assert storm in {row.id for row in page.kinds}


def test_one_persons_kind_shows_neither_people_nor_cases(
    house: House, new_case: NewCase, ines: Actor
) -> None:
    kind_id = one_agents_habit(house, new_case)
    for reader in (ines, operator(house)):
        with house.reading(reader) as tx:
            page = catalogue.kind(tx, kind_id)
        assert page.kind.state is KindState.EMERGING
        assert page.kind.masked == ["agents", "cases", "customers", "declined_like", "teams"]
        assert (page.kind.agents, page.kind.teams, page.kind.cases) == (None, None, None)
        assert (page.kind.first, page.kind.last, page.terms, page.aliases) == (None, None, [], [])
        assert (page.kind.cost, page.kind.per_week) == (None, [])
        assert page.representative == page.borderline == page.nearest_outside == []
        assert all(one.have is None for one in page.evidence.shortfalls)
        assert "felix" not in repr(page)


def test_readers_see_opaque_ids_and_days_only(house: House, storm: str, ines: Actor) -> None:
    with house.reading(ines) as tx:
        page = catalogue.kind(tx, storm)
        places = catalogue.memberships(tx)
    for case in page.representative:
        assert not case.id.startswith("storm")
        assert type(case.day) is type(FIRST_OF_JUNE.date())
    assert {row.source_system for row in places} == {None}
    assert not any(row.id.startswith("storm") for row in places)
    assert [row.id for row in places] == sorted(row.id for row in places)


def test_admins_see_the_imported_ids_in_their_order(house: House, storm: str) -> None:
    with house.reading(operator(house)) as tx:
        places = catalogue.memberships(tx)
    assert [row.id for row in places] == sorted(row.id for row in places)
    member = next(row for row in places if row.id == "storm-4")
    assert (member.kind_id, member.source_system, member.origin) == (storm, "ledger", "run")
    one_off = next(row for row in places if row.kind_id is None)
    assert (one_off.kind_name, one_off.strength, one_off.origin) == (None, None, None)


def test_a_page_says_why_each_case_is_here(
    house: House, new_case: NewCase, ines: Actor, add_policy: AddPolicy
) -> None:
    add_policy()
    with house.transaction(operator(house)) as tx:
        for number in range(10):
            facts = {"facts": {"days_since_delivery": 20 + number}, "clause": "RET-2.1"}
            new_case(tx.session, **(case_fields("puppy", number) | facts))
            new_case(tx.session, **case_fields("storm", number))
            new_case(tx.session, **case_fields("funeral", number))
    found(house)
    with house.reading(ines) as tx:
        page = catalogue.kind(tx, kind_of(house, "puppy"))
        assert page.clause is not None
        assert page.clause.key == page.kind.clause == "RET-2.1"
    for case in page.representative:
        days = case.facts["days_since_delivery"]
        carries = f"carries days since delivery: {days}, the kind 20 to 29"
        assert case.why[:2] == ["names RET-2.1", carries]
        told = [why for why in case.why[2:] if why.startswith("says")]
        assert told
        assert told == [f"says “{term}”" for term in page.terms if f"says “{term}”" in told]
    alike = [why for case in page.representative for why in case.why if "most typical" in why]
    assert len(alike) == len(page.representative) - 1


def test_outcomes_count_with_the_best_source(house: House, storm: str, ines: Actor) -> None:
    with house.transaction(ines) as tx:
        case = tx.session.query(Case).filter_by(source_id="storm-1").one()
        for source, complaint in ((OutcomeSource.AGENT, False), (OutcomeSource.CUSTOMER, True)):
            case.outcomes.append(Outcome(source=source, complaint=complaint, recorded_at=tx.at))
        tx.record("record_outcome", "case", case.id)
    with house.reading(ines) as tx:
        evidence = catalogue.kind(tx, storm).evidence
    assert (evidence.bad.known, evidence.bad.missing) == (1, 9)
    assert evidence.bad.all_missing_good == 0.1


def test_a_kind_is_renamed_once_and_for_all(house: House, storm: str, ines: Actor) -> None:
    with house.transaction(ines) as tx:
        automatic = catalogue.living_kind(tx, storm).name
        renamed = catalogue.rename(tx, storm, "  Storm   damage ")
        assert (renamed.name, renamed.aliases) == ("Storm damage", [automatic])


@pytest.mark.parametrize("name", ["  ", "ab", "x" * 121])
def test_a_name_is_a_few_words(house: House, storm: str, ines: Actor, name: str) -> None:
    with pytest.raises(BadName), house.transaction(ines) as tx:
        catalogue.rename(tx, storm, name)


def test_no_two_kinds_bear_one_name(house: House, storm: str, ines: Actor) -> None:
    with house.transaction(ines) as tx:
        catalogue.rename(tx, kind_of(house, "puppy"), "Young dogs")
    with pytest.raises(NameTaken), house.transaction(ines) as tx:
        catalogue.rename(tx, storm, "young  DOGS")


def test_a_dismissal_is_recorded_and_can_be_taken_back(
    house: House, storm: str, ines: Actor
) -> None:
    with house.transaction(ines) as tx:
        dismissed = catalogue.dismiss(tx, storm, "Weather, says Mrs Abernathy.")
        assert dismissed.dismissed_reason == "Weather, says Mrs [name]."
    with pytest.raises(AlreadyDismissed), house.transaction(ines) as tx:
        catalogue.dismiss(tx, storm, "Again.")
    with house.reading(ines) as tx:
        page = catalogue.kind(tx, storm)
        assert page.kind.state is KindState.DISMISSED
        assert "Put aside." in {step.words for step in page.history}
    with house.transaction(ines) as tx:
        catalogue.restore(tx, storm)
    with pytest.raises(NotDismissed), house.transaction(ines) as tx:
        catalogue.restore(tx, storm)
    with house.reading(ines) as tx:
        assert catalogue.kind(tx, storm).kind.state is not KindState.DISMISSED
        house.log.verify(tx.session)


def test_unknown_kinds_are_said_to_be_unknown(house: House, ines: Actor) -> None:
    with house.reading(ines) as tx:
        for ask in (catalogue.kind, catalogue.living_kind):
            with pytest.raises(UnknownKind):
                ask(tx, "nothing")


def test_agents_neither_read_nor_judge_kinds(house: House, storm: str, maya: Actor) -> None:
    with house.transaction(maya) as tx:
        for refused in (catalogue.kinds, catalogue.inbox, catalogue.memberships, run_rows.runs):
            with pytest.raises(RoleMissing):
                refused(tx)
        with pytest.raises(RoleMissing):
            catalogue.kind(tx, storm)
        with pytest.raises(RoleMissing):
            catalogue.rename(tx, storm, "Mine")
        with pytest.raises(RoleMissing):
            catalogue.dismiss(tx, storm, "Mine")
        with pytest.raises(RoleMissing):
            catalogue.restore(tx, storm)


def promoted(house: House, kind_id: str, state: CandidateState, **given: object) -> str:
    with house.transaction(operator(house)) as tx:
        fields = {
            "kind_id": kind_id,
            "state": state,
            "verdict": Verdict.ADD_EXCEPTION,
            "reason": "Peers agree.",
            "draft": {},
            "evidence": {"counted_cases": 10},
            "promoted_by": "ines",
            "promoted_at": tx.at,
        } | given
        candidate = Candidate(**fields)
        tx.session.add(candidate)
        tx.session.flush()
        candidate.decisions.append(
            Decision(
                verdict=DecisionVerdict.ACCEPT,
                reason="Fair.",
                decided_by="ruth",
                decided_at=tx.at,
            )
        )
        tx.record("promote", "candidate", candidate.id)  # as every act does: what is kept falls
        return candidate.id


def test_a_kind_that_waits_for_a_decision_is_not_put_aside(
    house: House, storm: str, ines: Actor
) -> None:
    promoted(house, storm, CandidateState.CLAIMED)
    with pytest.raises(CandidateWaits), house.transaction(ines) as tx:
        catalogue.dismiss(tx, storm, "Weather.")


def test_history_tells_steps_without_names(house: House, storm: str, ines: Actor) -> None:
    promoted(house, storm, CandidateState.ACCEPTED)
    with house.reading(ines) as tx:
        steps = catalogue.kind(tx, storm).history
    assert [step.words for step in steps] == [
        "Found for the first time.",
        "Decision: accept.",
        "Promoted to a candidate.",
    ]
    assert "ruth" not in repr(steps)


@pytest.mark.parametrize(
    ("answered", "settled"), [(CandidateState.CONFIRMED, True), (CandidateState.ROLLED_BACK, False)]
)
def test_a_kind_whose_change_was_taken_back_is_not_settled(
    house: House,
    storm: str,
    ines: Actor,
    answered: CandidateState,
    settled: bool,  # noqa: FBT001 - a value of the table
) -> None:
    promoted(house, storm, answered)
    with house.reading(ines) as tx:
        assert (catalogue.kind(tx, storm).kind.state is KindState.SETTLED) is settled


@pytest.mark.parametrize(
    ("late", "state"),
    [(0, KindState.SETTLED), (RECURS.least - 1, KindState.SETTLED),
     (RECURS.least, KindState.REGRESSED)],
)  # fmt: skip
def test_only_cases_after_the_revision_make_a_kind_regressed(
    house: House,
    new_case: NewCase,
    ines: Actor,
    add_policy: AddPolicy,
    late: float,
    state: KindState,
) -> None:
    add_policy()
    fill(house, new_case)
    found(house)
    storm = kind_of(house, "storm")
    with house.transaction(operator(house)) as tx:
        clause = tx.session.query(Clause).filter_by(key="RET-2.1").one()
        revision = Revision(
            number=2,
            markup=clause.newest.markup,
            text=clause.newest.text,
            parameters=[],
            effective_from=FIRST_OF_JUNE,
            created_at=tx.at,
        )
        clause.revisions.append(revision)
        tx.session.flush()
        revision_id = revision.id
        tx.session.get_one(Kind, storm).clause_id = clause.id
        for number in range(int(late)):
            fields = case_fields("storm", number) | {
                "source_id": f"storm-late-{number}",
                "age": -1 - number,
            }
            new_case(tx.session, **fields)
    candidate = promoted(house, storm, CandidateState.IN_FORCE, revision_id=revision_id)
    with house.transaction(operator(house)) as tx:
        tx.session.get_one(Revision, revision_id).candidate_id = candidate
    found(house)
    with house.reading(ines) as tx:
        row = catalogue.kind(tx, storm).kind
        assert row.state is state
        assert row.cases == (10 + late if late >= 5 else 10), "fewer customers do not show yet"
        listed = {one.id for one in catalogue.kinds(tx)}
    assert storm in listed


def test_evidence_begins_with_the_wording_that_it_is_about(
    house: House, storm: str, ines: Actor, add_policy: AddPolicy
) -> None:
    add_policy()
    with house.transaction(operator(house)) as tx:
        clause = tx.session.query(Clause).filter_by(key="RET-2.1").one()
        tx.session.get_one(Kind, storm).clause_id = clause.id
        clause.revisions.append(
            Revision(
                number=2,
                markup="",
                text="",
                parameters=[],
                effective_from=FIRST_OF_JUNE - timedelta(days=20),
                created_at=tx.at,
            )
        )
    with house.reading(ines) as tx:
        page = catalogue.kind(tx, storm)
        assert (page.evidence.cases, page.evidence.counted_cases) == (None, None)
        assert page.kind.masked == ["agents", "cases", "customers", "declined_like", "teams"]
        assert page.kind.first is None
        assert page.kind.state is KindState.EMERGING


def test_a_revoked_case_leaves_the_evidence_at_once(house: House, storm: str, ines: Actor) -> None:
    with house.transaction(ines) as tx:
        case = tx.session.query(Case).filter_by(source_id="storm-2").one()
        case.move_to(CaseState.REVOKED, tx.at)
        tx.record("revoke", "case", case.id)
    with house.reading(ines) as tx:
        assert catalogue.kind(tx, storm).kind.cases == 9


def test_a_confirmed_verdict_without_a_revision_settles_a_kind(
    house: House, storm: str, ines: Actor
) -> None:
    promoted(house, storm, CandidateState.CONFIRMED, verdict=Verdict.COACH)
    with house.reading(ines) as tx:
        assert catalogue.kind(tx, storm).kind.state is KindState.SETTLED
