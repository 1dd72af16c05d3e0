"""Discovery runs: three steps, one at a time, nothing half shown."""

import os
import socket
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import func, select

from recommender.access import Actor, RoleMissing
from recommender.errors import Invalid
from recommender.kinds import catalogue, publishing, runs, thinking
from recommender.kinds.runs import RunInProgress
from recommender.models.base import IllegalMove
from recommender.models.cases import Case
from recommender.models.events import Event
from recommender.models.kinds import Correction, CorrectionCase, Kind, Membership, Run
from recommender.storage.house import House
from recommender.vocabulary import CaseState, CorrectionVerb, MembershipOrigin, RunState
from tests.conftest import AddPolicy, NewCase
from tests.contract.changing import OF_NOBODY
from tests.contract.kinds_world import (
    STORIES,
    each_kind,
    fill,
    found,
    kind_of,
    living_names,
    stories_of,
)


def all_runs(house: House) -> list[Run]:
    with house.database.reading() as session:
        return list(session.scalars(select(Run).order_by(Run.started_at)))


def told(run: Run, what: str) -> list[str]:
    """Which kinds a run's diff tells something of."""
    return [entry["kind"] for entry in run.diff["entries"] if entry["what"] == what]


def test_a_run_finds_the_stories_and_leaves_one_offs_unsorted(
    house: House, new_case: NewCase
) -> None:
    fill(house, new_case)
    run = found(house)
    assert run.state is RunState.PUBLISHED
    assert run.counts == {"cases": 44, "kinds": 4, "in_kinds": 40, "unsorted": 4}
    stories = {frozenset(one.split("-")[0] for one in ids) for ids in stories_of(house).values()}
    assert stories == {frozenset({story}) for story in STORIES}
    assert len(set(living_names(house).values())) == 4


def test_a_run_on_an_empty_house_finds_nothing(house: House) -> None:
    assert found(house).counts == {"cases": 0, "kinds": 0, "in_kinds": 0, "unsorted": 0}


def test_the_same_cases_and_seed_give_the_same_kinds(house: House, new_case: NewCase) -> None:
    fill(house, new_case)
    found(house, seed=3)
    first, names = stories_of(house), living_names(house)
    second = found(house, seed=3)
    assert stories_of(house) == first
    assert living_names(house) == names
    assert second.diff["moved"] == second.diff["joined"] == second.diff["left"] == 0
    assert second.diff["words"] == "4 unchanged."
    assert second.parameters["seed"] == 3


def test_declined_cases_stand_beside_the_kind_they_are_like(
    house: House, new_case: NewCase, ines: Actor
) -> None:
    fill(house, new_case)
    with house.transaction(ines) as tx:
        alike = new_case(
            tx.session,
            situation="storm tree roof cable mast outage storm and a caravan",
            state=CaseState.DECLINED,
            decline_reason="The caravan is no dwelling.",
            **OF_NOBODY,
        ).id
        new_case(
            tx.session, situation="a parrot swore at guests", state=CaseState.DECLINED, **OF_NOBODY
        )
    found(house)
    with house.reading(ines) as tx:
        declined = catalogue.kind(tx, kind_of(house, "storm")).declined
        assert [case.id for case in declined] == [alike]
        assert catalogue.kind(tx, kind_of(house, "puppy")).declined == []


def test_a_kind_learns_its_clause_from_what_its_cases_name(
    house: House, new_case: NewCase, add_policy: AddPolicy
) -> None:
    add_policy()
    fill(house, new_case, ["puppy"])
    with house.database.transaction() as session:
        for number, source_id in enumerate(session.scalars(select(Case.source_id)).all()):
            case = session.scalars(select(Case).where(Case.source_id == source_id)).one()
            if source_id.startswith("puppy"):
                case.policy_ref = case.section_key = "RET-2"
                case.facts = {"days_since_delivery": 15 + number}
    fill(house, new_case, ["storm"])
    found(house)
    clauses = {kind.id: (kind.clause_id is not None, kind.gap) for kind in each_kind(house)}
    assert clauses[kind_of(house, "puppy")] == (True, False)
    assert clauses[kind_of(house, "storm")] == (False, True)
    with house.database.reading() as session:
        clause = session.get_one(Kind, kind_of(house, "puppy")).clause
        assert clause is not None
        assert clause.key == "RET-2.1"


def test_kinds_that_are_no_longer_found_retire_and_can_return(
    house: House, new_case: NewCase, ines: Actor
) -> None:
    fill(house, new_case)
    found(house)
    gone = kind_of(house, "puppy")
    _set_state(house, "puppy", "revoked")
    run = found(house)
    assert told(run, "retired") == [gone]
    assert gone not in living_names(house)
    with house.reading(ines) as tx:
        assert catalogue.kind(tx, gone).history[-1].words == "No longer found by a run."
        with pytest.raises(catalogue.UnknownKind):
            catalogue.living_kind(tx, gone)
    _set_state(house, "puppy", "approved")
    found(house)
    assert kind_of(house, "puppy") == gone
    assert gone in living_names(house)


def test_a_second_run_is_refused_while_one_is_under_way(house: House, new_case: NewCase) -> None:
    fill(house, new_case, ["storm"])
    _leave_running(house, pid=os.getpid())
    with pytest.raises(RunInProgress, match="since 12:00 UTC"):
        found(house)
    assert [run.state for run in all_runs(house)] == [RunState.RUNNING]


def test_two_runs_that_start_at_once_are_settled_by_the_database(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    _leave_running(house, pid=os.getpid())
    monkeypatch.setattr(runs, "_running", lambda _session: None)
    with pytest.raises(RunInProgress):
        found(house)


@pytest.mark.parametrize(
    "process",
    [
        {"pid": 2**22 + 1},
        {"pid": os.getpid(), "lease_until": "2026-06-01T13:00:00+00:00"},
        {"host": "elsewhere", "pid": 1, "lease_until": "2026-06-01T13:00:00+00:00"},
        {},
    ],
)
def test_a_run_whose_process_is_gone_makes_room(
    house: House, new_case: NewCase, process: dict[str, Any]
) -> None:
    fill(house, new_case, ["storm"])
    _leave_running(house, **process)
    found(house)
    lost, published = all_runs(house)
    assert lost.state is RunState.FAILED
    assert lost.failure == "Its process ended before it could publish."
    assert published.state is RunState.PUBLISHED


@pytest.mark.parametrize("asked", [True, False])
def test_a_run_elsewhere_or_of_another_user_is_left_alone(
    house: House, monkeypatch: pytest.MonkeyPatch, *, asked: bool
) -> None:
    def refuse(_pid: int, _signal: int) -> None:
        raise PermissionError

    monkeypatch.setattr(runs, "_CAN_ASK", asked)
    monkeypatch.setattr(os, "kill", refuse)
    _leave_running(house, pid=1)
    with pytest.raises(RunInProgress):
        found(house)


@pytest.mark.parametrize(
    ("error", "told"),
    [(Invalid("The cases do not fit.", remedy="Look."), "The cases do not fit. Look."),
     (KeyboardInterrupt("secret words of a customer"), "KeyboardInterrupt")],
)  # fmt: skip
def test_a_run_that_fails_leaves_yesterdays_kinds_and_says_why(
    house: House,
    new_case: NewCase,
    monkeypatch: pytest.MonkeyPatch,
    error: BaseException,
    told: str,
) -> None:
    fill(house, new_case)
    found(house)
    before = stories_of(house), living_names(house)

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(thinking, "think", fail)
    with pytest.raises(type(error)):
        found(house)
    assert (stories_of(house), living_names(house)) == before
    assert (all_runs(house)[-1].state, all_runs(house)[-1].failure) == (RunState.FAILED, told)


def test_a_crash_while_publishing_shows_nothing_of_it(
    house: House, new_case: NewCase, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(house, new_case)
    found(house)
    before = stories_of(house)
    _set_state(house, "puppy", "revoked")

    def crash(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(publishing, "let_wait", crash)
    with pytest.raises(MemoryError):
        found(house)
    assert stories_of(house) == before
    assert all_runs(house)[-1].state is RunState.FAILED


def test_a_run_that_was_given_up_meanwhile_publishes_nothing(
    house: House, new_case: NewCase, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(house, new_case)
    think = thinking.think

    def slow(*given: Any) -> thinking.Thought:  # noqa: ANN401 - whatever think takes
        with house.database.transaction() as session:
            run = session.scalars(select(Run).where(Run.state == RunState.RUNNING)).one()
            run.move_to(RunState.FAILED, datetime.now(UTC))
        return think(*given)

    monkeypatch.setattr(thinking, "think", slow)
    with pytest.raises(IllegalMove):
        found(house)
    assert stories_of(house) == {}


def test_what_people_do_during_a_run_wins(
    house: House, new_case: NewCase, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(house, new_case)
    found(house)
    puppy, storm = kind_of(house, "puppy"), kind_of(house, "storm")
    _set_state(house, "puppy", "revoked")
    think = thinking.think

    def meanwhile(*given: Any) -> thinking.Thought:  # noqa: ANN401 - whatever think takes
        with house.database.transaction() as session:
            session.get_one(Kind, puppy).rename("Chewed by a young dog", "ines")
            for source_id, kind_id in (("invoice-1", storm), ("funeral-1", storm)):
                case = session.scalars(select(Case.id).where(Case.source_id == source_id)).one()
                session.get_one(Membership, case).kind_id = kind_id
                session.get_one(Membership, case).origin = MembershipOrigin.BY_HAND
            revoked = session.scalars(select(Case).where(Case.source_id == "storm-1")).one()
            revoked.move_to(CaseState.REVOKED, datetime.now(UTC))
        return think(*given)

    monkeypatch.setattr(thinking, "think", meanwhile)
    found(house)
    assert living_names(house)[puppy] == "Chewed by a young dog"
    assert {"invoice-1", "funeral-1"} <= stories_of(house)[storm]
    assert "storm-1" not in stories_of(house)[storm]


def test_a_group_whose_cases_people_placed_elsewhere_makes_no_kind(
    house: House, new_case: NewCase
) -> None:
    fill(house, new_case, ["storm"])
    found(house)
    storm = kind_of(house, "storm")
    fill(house, new_case, ["puppy"])
    with house.database.transaction() as session:
        taught = Correction(
            number=1, verb=CorrectionVerb.MERGE, made_by="ines", made_at=datetime.now(UTC)
        )
        for case_id in session.scalars(select(Case.id).where(Case.source_id.like("puppy-%"))):
            session.add(
                Membership(
                    case_id=case_id, kind_id=storm, strength=1.0, origin=MembershipOrigin.BY_HAND
                )
            )
        for case_id in session.scalars(select(Membership.case_id)):
            taught.cases.append(CorrectionCase(case_id=case_id, part=0, placed=True))
        session.add(taught)
    run = found(house)
    assert told(run, "new") == []
    assert set(stories_of(house)) == {storm}


def test_a_run_is_recorded_without_any_text(house: House, new_case: NewCase) -> None:
    fill(house, new_case)
    run = found(house)
    with house.database.reading() as session:
        entries = session.scalars(select(Event).where(Event.noun_id == run.id)).all()
        told = "".join(str(entry.details) for entry in entries)
        assert [entry.verb for entry in entries] == ["start", "publish"]
        house.log.verify(session)
    assert not any(word in told for word in ("storm", "puppy"))


def test_only_managers_and_admins_start_runs(house: House, maya: Actor) -> None:
    with pytest.raises(RoleMissing):
        runs.discover(house, maya)
    with house.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Run)) == 0


def _set_state(house: House, story: str, state: str) -> None:
    with house.database.engine.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE cases SET state = ? WHERE source_id LIKE ?", (state, f"{story}-%")
        )


HERE = {"host": socket.gethostname(), "lease_until": "2999-01-01T00:00:00+00:00"}


def _leave_running(house: House, **process: Any) -> None:  # noqa: ANN401 - what a run notes
    with house.database.transaction() as session:
        session.add(
            Run(
                seed=0,
                encoder="hashing-256",
                parameters={"process": HERE | process if process else {}},
                started_at=datetime(2026, 6, 1, 12, tzinfo=UTC),
                started_by="ines",
            )
        )
