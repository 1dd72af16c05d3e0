"""Promise 4, runs: re-running never changes a human decision."""

import pytest
from sqlalchemy import select

from recommender.access import Actor
from recommender.kinds import catalogue
from recommender.models.cases import Case, CoSignature
from recommender.models.changes import Candidate
from recommender.models.kinds import Correction, CorrectionCase, Kind
from recommender.models.policies import Clause
from recommender.storage.house import House, Transaction
from recommender.vocabulary import CandidateState, CorrectionVerb, KindState, Verdict
from tests.conftest import AddPolicy, NewCase
from tests.contract.kinds_world import case_fields, fill, found, kind_of, stories_of


@pytest.fixture
def kind_id(house: House, new_case: NewCase) -> str:
    """The storm kind of a house with kinds."""
    fill(house, new_case)
    found(house)
    return kind_of(house, "storm")


def candidate(tx: Transaction, kind_id: str, **given: object) -> Candidate:
    fields = {
        "kind_id": kind_id,
        "verdict": Verdict.ADD_EXCEPTION,
        "reason": "Peers agree.",
        "draft": {},
        "evidence": {"counted_cases": 10},
        "promoted_by": "ines",
        "promoted_at": tx.at,
    } | given
    made = Candidate(**fields)
    tx.session.add(made)
    tx.session.flush()
    return made


def state_of(house: House, actor: Actor, kind_id: str) -> KindState:
    with house.reading(actor) as tx:
        return catalogue.kind(tx, kind_id).kind.state


def test_a_dismissed_kind_stays_dismissed_until_its_evidence_doubles(
    house: House, kind_id: str, new_case: NewCase, ines: Actor
) -> None:
    with house.transaction(ines) as tx:
        catalogue.dismiss(tx, kind_id, "Weather, not policy.")
    found(house)
    assert state_of(house, ines, kind_id) is KindState.DISMISSED
    with house.transaction(ines) as tx:
        assert kind_id not in {row.id for row in catalogue.kinds(tx)}
        for number in range(10, 22):
            new_case(tx.session, **case_fields("storm", number))
    found(house)
    assert state_of(house, ines, kind_id) is not KindState.DISMISSED


def test_a_dismissed_kind_that_no_run_finds_is_still_dismissed_when_it_returns(
    house: House, kind_id: str, ines: Actor
) -> None:
    with house.transaction(ines) as tx:
        catalogue.dismiss(tx, kind_id, "Weather, not policy.")
    for state in ("revoked", "approved"):
        with house.database.engine.begin() as connection:
            connection.exec_driver_sql(
                "UPDATE cases SET state = ? WHERE source_id LIKE 'storm-%'", (state,)
            )
        found(house)
        assert state_of(house, ines, kind_id) is KindState.DISMISSED
    assert len(stories_of(house)[kind_id]) == 10


def test_a_kind_with_a_candidate_keeps_its_id_and_clause_without_a_group(
    house: House, kind_id: str, ines: Actor, add_policy: AddPolicy
) -> None:
    add_policy()
    with house.transaction(ines) as tx:
        clause = tx.session.scalars(select(Clause).where(Clause.key == "RET-2.1")).one()
        clause_id = clause.id
        tx.session.get_one(Kind, kind_id).clause_id = clause_id
        candidate(tx, kind_id)
    found(house)
    with house.transaction(ines) as tx:
        assert catalogue.living_kind(tx, kind_id).clause_id == clause_id
    with house.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE cases SET state='revoked' WHERE source_id LIKE 'storm%'")
    found(house)
    with house.reading(ines) as tx:
        kept = catalogue.living_kind(tx, kind_id)
        assert kept.clause_id == clause_id
        assert catalogue.kind(tx, kind_id).kind.state is KindState.EMERGING


def test_a_decided_kind_stays_settled(house: House, kind_id: str, ines: Actor) -> None:
    with house.transaction(ines) as tx:
        candidate(tx, kind_id, state=CandidateState.REJECTED)
    for seed in range(2):
        found(house, seed)
        assert state_of(house, ines, kind_id) is KindState.SETTLED


def test_a_rejection_ends_when_the_evidence_doubles(
    house: House, kind_id: str, ines: Actor
) -> None:
    with house.transaction(ines) as tx:
        candidate(tx, kind_id, state=CandidateState.REJECTED, evidence={"counted_cases": 5})
    assert state_of(house, ines, kind_id) is not KindState.SETTLED


def test_what_people_taught_is_obeyed_by_every_run(house: House, kind_id: str) -> None:
    with house.database.transaction() as session:
        ids = dict(session.execute(select(Case.source_id, Case.id)).all())
        made_at = session.get_one(Kind, kind_id).born_at
        for number, (verb, cases) in enumerate(
            (
                (CorrectionVerb.NOT_A_KIND, {"storm-0": 0, "storm-1": 1}),
                (CorrectionVerb.CONFIRM, {"puppy-0": 0, "puppy-1": 0}),
            )
        ):
            taught = Correction(number=number, verb=verb, made_by="ines", made_at=made_at)
            taught.cases = [
                CorrectionCase(case_id=ids[case], part=part, placed=True)
                for case, part in cases.items()
            ]
            session.add(taught)
    for seed in range(3):
        found(house, seed)
        assert not any({"storm-0", "storm-1"} <= cases for cases in stories_of(house).values())
        assert any({"puppy-0", "puppy-1"} <= cases for cases in stories_of(house).values())


def test_a_run_touches_no_case_and_no_signature(house: House, kind_id: str) -> None:
    def decisions() -> list[tuple[object, ...]]:
        with house.database.reading() as session:
            cases = session.execute(
                select(Case.id, Case.state, Case.version, Case.decided_at).order_by(Case.id)
            )
            signatures = session.execute(select(CoSignature.id, CoSignature.verdict))
            return [tuple(row) for row in (*cases, *signatures)]

    before = decisions()
    found(house, seed=5)
    assert decisions() == before
    assert kind_id in stories_of(house)
