"""What storage promises, asked of SQLite and of PostgreSQL alike."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, timezone
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from threading import Barrier
from typing import Any

import numpy as np
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import func, insert, inspect, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError
from sqlalchemy.orm import Session

from recommender import models
from recommender.accounts.directory import actor_named, add_account, operator
from recommender.cases.cosigning import cosign
from recommender.cases.filing import Wish, file
from recommender.cases.proposals import NotPending
from recommender.errors import RecommenderError
from recommender.models.base import Base
from recommender.models.cases import Case, CoSignature, Embedding, RawText
from recommender.models.changes import Candidate, Decision
from recommender.models.drafts import FilingDraft
from recommender.models.events import Event
from recommender.models.kinds import Kind, Membership, Run
from recommender.policies.library import clause_by_key, import_policy
from recommender.policies.syntax.read import parse_policy
from recommender.storage import engine
from recommender.storage.engine import (
    POOL,
    BrokenReferences,
    Database,
    DatabaseUnavailable,
    MovedOn,
    SchemaMissing,
    SchemaNewer,
    Unstorable,
)
from recommender.storage.house import House, take_stock
from recommender.vocabulary import (
    DECIDED_CASES,
    CandidateState,
    CaseState,
    DecisionVerdict,
    MembershipOrigin,
    RunState,
    SignatureVerdict,
    Verdict,
)
from tests.conftest import HANDBOOK, NewCase

WISH = Wish(situation="The boots came late.", resolution="Take them back.")
MOMENT = datetime(2026, 6, 1, 12, tzinfo=UTC)

pytestmark = pytest.mark.usefixtures("on_postgres")


@pytest.fixture
def case_id(stored: House, new_case: NewCase) -> str:
    """A case to attach things to."""
    with stored.database.transaction() as session:
        return new_case(session).id


@contextmanager
def migrations(database: Database) -> Iterator[Config]:
    """Give Alembic's configuration on a connection of the database."""
    config = Config()
    config.set_main_option("script_location", str(engine._MIGRATIONS))
    with database.changing_schema() as connection:
        config.attributes["connection"] = connection
        yield config


# The schema


def test_migrations_go_up_down_and_up_again(blank: House) -> None:
    database = blank.database
    with pytest.raises(SchemaMissing, match="no database" if database.is_sqlite else "empty"):
        database.require_schema()
    assert not Path(database.engine.url.database or "").exists()
    database.migrate()
    database.require_schema()
    with migrations(database) as config:
        command.downgrade(config, "base")
    assert inspect(database.engine).get_table_names() == ["alembic_version"]
    if not database.is_sqlite:
        ours = "SELECT proname FROM pg_proc WHERE proname LIKE 'events%'"
        with database.reading() as session:
            assert session.scalars(text(ours)).all() == []
    database.migrate()
    database.migrate()
    database.require_schema()


def test_tables_of_an_earlier_version_are_refused(blank: House) -> None:
    blank.database.migrate()
    with blank.database.transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    with pytest.raises(SchemaMissing, match="earlier version"):
        blank.database.require_schema()


def test_tables_of_a_later_version_are_refused_and_left_as_they_are(blank: House) -> None:
    blank.database.migrate()
    with blank.database.transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for refusing in (blank.database.require_schema, blank.database.migrate):
        with pytest.raises(SchemaNewer, match="9999"):
            refusing()


def test_the_models_are_what_the_migrations_make(stored: House) -> None:
    for module in iter_modules(models.__path__):
        import_module(f"recommender.models.{module.name}")
    with stored.database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_rebuilding_a_table_loses_nothing_that_refers_to_it(
    stored: House, new_case: NewCase
) -> None:
    with stored.database.transaction() as session:
        kind = Kind(name="Late", born_at=MOMENT)
        session.add(kind)
        session.flush()
        place = Membership(case_id=new_case(session).id, strength=1, origin=MembershipOrigin.RUN)
        place.kind = kind
        found = candidate(kind.id)
        found.decisions.append(
            Decision(
                verdict=DecisionVerdict.REJECT, reason="No.", decided_by="ruth", decided_at=MOMENT
            )
        )
        session.add_all([place, found])
    before = everything(stored)
    assert {"candidates", "decisions", "memberships"} <= before.keys()
    with migrations(stored.database) as config:
        command.downgrade(config, "0004")
    stored.database.migrate()
    newer = {"charter_acceptances"}
    assert everything(stored) == {name: rows for name, rows in before.items() if name not in newer}


def test_a_schema_change_may_be_interrupted(stored: House) -> None:
    """As by Ctrl-C within a statement: the connection is thrown away, and nothing else."""

    def interrupted() -> None:
        with stored.database.changing_schema() as connection:
            connection.execute(text("DROP TABLE charter_acceptances"))
            connection.invalidate()
            raise KeyboardInterrupt

    before = everything(stored)
    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert everything(stored) == before
    if stored.database.is_sqlite:
        with stored.database.changing_schema():
            pass
        with stored.database.transaction() as session:
            assert session.scalar(text("PRAGMA foreign_keys")) == 1


def test_a_schema_change_that_leaves_references_to_nothing_is_not_made(stored: House) -> None:
    refused = BrokenReferences if stored.database.is_sqlite else IntegrityError
    before = everything(stored)
    with pytest.raises(refused), stored.database.changing_schema() as connection:
        connection.execute(
            insert(Decision).values(
                id="1",
                candidate_id="gone",
                verdict=DecisionVerdict.REJECT,
                reason="No.",
                decided_by="ruth",
                decided_at=MOMENT,
            )
        )
    assert everything(stored) == before
    with pytest.raises(IntegrityError), stored.database.transaction() as session:
        session.add(FilingDraft(account_name="nobody", content="{}", saved_at=MOMENT))


def everything(house: House) -> dict[str, list[Any]]:
    """Give the rows of every table that has any."""
    with house.database.engine.connect() as connection:
        rows = {
            table.name: sorted(map(repr, connection.execute(select(table))))
            for table in Base.metadata.sorted_tables
        }
    return {name: found for name, found in rows.items() if found}


def candidate(
    kind_id: str | None = None,
    clause_id: str | None = None,
    state: CandidateState = CandidateState.OPEN,
) -> Candidate:
    """Give a suggested change for a kind, or for a clause alone."""
    return Candidate(
        kind_id=kind_id,
        clause_id=clause_id,
        state=state,
        verdict=Verdict.COACH,
        reason="Many.",
        draft={},
        evidence={},
        promoted_by="ines",
        promoted_at=MOMENT,
    )


# Values


def test_vectors_come_back_as_16_bit_floats(stored: House, case_id: str) -> None:
    vector = np.random.default_rng(1).normal(size=384).astype(np.float32)
    with stored.database.transaction() as session:
        session.add(
            Embedding(
                case_id=case_id,
                view="situation",
                fingerprint="test",
                text_hash="0" * 64,
                embedded_at=MOMENT,
                vector=vector,
            )
        )
    with stored.database.reading() as session:
        found = session.scalars(select(Embedding.vector)).one()
    assert found.dtype == np.float32
    assert np.array_equal(found, vector.astype(np.float16).astype(np.float32))


def test_json_comes_back_as_it_went_in(stored: House, new_case: NewCase) -> None:
    facts = {"days": 3, "price": 59.9, "whole": 40.0, "late": True, "city": "Zürich „ß“ 🥾"}
    extra: dict[str, Any] = {"nested": {"list": [1, None, {"a": []}]}, "": "empty", "q": "\"'\\"}
    with stored.database.transaction() as session:
        new_case(session, facts=facts, extra=extra)
    with stored.database.reading() as session:
        case = session.scalars(select(Case)).one()
        assert (case.facts, case.extra) == (facts, extra)
        assert {name: type(value) for name, value in case.facts.items()} == {
            name: type(value) for name, value in facts.items()
        }


def test_moments_come_back_in_utc_and_need_a_zone(stored: House, new_case: NewCase) -> None:
    east = timezone(timedelta(hours=5, minutes=30))
    there = datetime(2026, 1, 1, 3, 4, 5, 678901, tzinfo=east)
    with stored.database.transaction() as session:
        case_id = new_case(session, occurred_at=there).id
    with stored.database.reading() as session:
        found = session.get_one(Case, case_id).occurred_at
    assert found == there
    assert found.tzinfo is UTC
    with pytest.raises(StatementError, match="zone"), stored.database.transaction() as session:
        session.get_one(Case, case_id).occurred_at = datetime(2026, 1, 1)  # noqa: DTZ001 - the fault


def test_a_text_with_a_nul_is_kept_or_refused_but_never_cut(stored: House) -> None:
    maya = actor_named(stored, "maya")
    wish = Wish(situation="Boots\x00late.", resolution="Take them back.")
    try:
        with stored.transaction(maya) as tx:
            case_id = file(tx, wish).id
    except Unstorable:
        assert not stored.database.is_sqlite
    else:
        with stored.database.reading() as session:
            assert session.get_one(RawText, case_id).situation == wish.situation


# What the database itself refuses


def run(**given: object) -> Run:
    fields = {
        "state": RunState.RUNNING,
        "seed": 0,
        "encoder": "test",
        "parameters": {},
        "started_at": MOMENT,
        "started_by": "ines",
    }
    return Run(**(fields | given))


def test_two_runs_are_never_under_way(stored: House) -> None:
    with stored.database.transaction() as session:
        session.add_all([run(), run(state=RunState.PUBLISHED), run(state=RunState.PUBLISHED)])
    with pytest.raises(IntegrityError), stored.database.transaction() as session:
        session.add(run())


@pytest.mark.parametrize("state", ["open", "claimed", "deferred", "returned"])
def test_a_kind_has_one_candidate_that_waits(stored: House, state: str) -> None:
    with stored.database.transaction() as session:
        kind = Kind(name="Late", born_at=MOMENT)
        session.add(kind)
        session.flush()
        kind_id = kind.id
        decided = (CandidateState.REJECTED, CandidateState.CONFIRMED, CandidateState.IN_FORCE)
        waits = candidate(kind_id, state=CandidateState(state))
        session.add_all([*(candidate(kind_id, state=each) for each in decided), waits])
    with pytest.raises(IntegrityError), stored.database.transaction() as session:
        session.add(candidate(kind_id))


def test_a_clause_has_one_candidate_for_no_kind_that_waits(
    stored: House,
) -> None:
    with stored.transaction(operator(stored)) as tx:
        import_policy(tx, parse_policy(HANDBOOK, "handbook"))
        clause_id = clause_by_key(tx, "RET-2.1").id
    with stored.database.transaction() as session:
        rejected = candidate(clause_id=clause_id, state=CandidateState.REJECTED)
        session.add_all([rejected, candidate(clause_id=clause_id)])
    with pytest.raises(IntegrityError), stored.database.transaction() as session:
        session.add(candidate(clause_id=clause_id))
    with pytest.raises(IntegrityError), stored.database.transaction() as session:
        session.add(candidate())


@pytest.mark.parametrize(
    ("signer", "ordinal", "voided", "taken"),
    [
        ("lena", 2, None, True),
        ("tom", 2, None, False),
        ("tom", 2, MOMENT, True),
        ("lena", 1, None, False),
        ("maya", 2, None, False),
    ],
)
def test_signatures_are_by_others_once_each_and_in_order(
    stored: House,
    case_id: str,
    signer: str,
    ordinal: int,
    voided: datetime | None,
    taken: bool,  # noqa: FBT001 - a table
) -> None:
    def signature(signer: str, ordinal: int, voided: datetime | None = None) -> CoSignature:
        return CoSignature(
            case_id=case_id,
            filer_id="maya",
            signer_id=signer,
            ordinal=ordinal,
            verdict=SignatureVerdict.SIGNED,
            content_hash="0" * 64,
            given_at=MOMENT,
            voided_at=voided,
        )

    with stored.database.transaction() as session:
        session.add(signature("tom", 1))
    if taken:
        with stored.database.transaction() as session:
            session.add(signature(signer, ordinal, voided))
    else:
        with pytest.raises(IntegrityError), stored.database.transaction() as session:
            session.add(signature(signer, ordinal, voided))


def test_what_is_pointed_to_has_to_be_there(stored: House, case_id: str) -> None:
    with pytest.raises(IntegrityError), stored.database.transaction() as session:
        session.execute(update(Case).where(Case.id == case_id).values(clause_id="nowhere"))


@pytest.mark.parametrize("statement", ["UPDATE events SET actor = 'x'", "DELETE FROM events"])
def test_the_log_is_append_only_for_everybody(stored: House, statement: str) -> None:
    with (
        pytest.raises(DBAPIError, match="append-only"),
        stored.database.transaction() as session,
    ):
        session.execute(text(statement))


def test_the_log_cannot_be_truncated_where_a_database_knows_how(stored: House) -> None:
    if stored.database.is_sqlite:
        pytest.skip("SQLite has no TRUNCATE")
    with (
        pytest.raises(DBAPIError, match="append-only"),
        stored.database.transaction() as session,
    ):
        session.execute(text("TRUNCATE events"))


# Transactions


def test_cases_are_read_by_their_ids_once_stock_is_taken(house: House, new_case: NewCase) -> None:
    with house.database.transaction() as session:
        ids = [new_case(session).id for _ in range(300)]
    asked = select(Case.id).where(Case.state.in_(DECIDED_CASES), Case.id.in_(ids[::10]))

    def plan() -> str:
        with house.database.reading() as session:
            words = asked.compile(session.connection(), compile_kwargs={"literal_binds": True})
            return str(session.execute(text(f"EXPLAIN QUERY PLAN {words}")).all())

    if house.database.is_sqlite:
        assert "(state=?)" in plan()
    with house.transaction(operator(house)) as tx:
        take_stock(tx)
    if house.database.is_sqlite:
        house.database.close()
        assert "(id=?)" in plan()


def test_a_transaction_is_kept_whole_or_not_at_all(stored: House, new_case: NewCase) -> None:
    def write_half() -> None:
        with stored.database.transaction() as session:
            new_case(session)
            raise RuntimeError("halfway")

    with pytest.raises(RuntimeError):
        write_half()
    with stored.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Case)) == 0


def test_whoever_is_slower_is_told_that_it_moved_on(stored: House, case_id: str) -> None:
    def write_on_an_old_version() -> None:
        with stored.database.transaction() as session:
            case = session.get_one(Case, case_id)
            session.execute(
                update(Case).values(version=Case.version + 1, product="sandals"),
                execution_options={"synchronize_session": False},
            )
            case.product = "boots"

    with pytest.raises(MovedOn):
        write_on_an_old_version()
    with stored.database.reading() as session:
        assert session.get_one(Case, case_id).product is None


def test_a_reader_sees_one_moment(stored: House, new_case: NewCase) -> None:
    def cases(session: Session) -> int | None:
        return session.scalar(select(func.count()).select_from(Case))

    with stored.database.reading() as session:
        assert cases(session) == 0
        with stored.database.transaction() as writing:
            new_case(writing)
        assert cases(session) == 0
    with stored.database.reading() as session:
        assert cases(session) == 1


def test_reading_keeps_nothing(stored: House) -> None:
    with stored.database.reading() as session:
        session.add(Kind(name="Late", born_at=MOMENT))
    with stored.database.reading() as session:
        assert session.scalars(select(Kind)).all() == []


def test_many_writers_at_once_leave_an_unbroken_log(stored: House) -> None:
    admin = operator(stored)

    def write(number: int) -> None:
        for turn in range(5):
            with stored.transaction(admin) as tx:
                tx.record("try", "thing", f"{number}-{turn}")

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(write, range(6)))
    with stored.database.reading() as session:
        stored.log.verify(session)
        kept = session.scalars(select(Event.noun_id).where(Event.verb == "try")).all()
    assert sorted(kept) == sorted(f"{number}-{turn}" for number in range(6) for turn in range(5))


def test_two_signatures_at_once_give_one_approval(stored: House) -> None:
    with stored.transaction(actor_named(stored, "maya")) as tx:
        case = file(tx, WISH)
        case_id, seen = case.id, case.content_hash
    with stored.transaction(operator(stored)) as tx:
        add_account(tx, name="lena", display_name="Lena", roles=["agent"])
    start = Barrier(2)

    def sign(name: str) -> type[RecommenderError] | None:
        start.wait()
        try:
            with stored.transaction(actor_named(stored, name)) as tx:
                cosign(tx, case_id, seen)
        except RecommenderError as error:
            return type(error)
        return None

    with ThreadPoolExecutor(2) as pool:
        outcomes = set(pool.map(sign, ["tom", "lena"]))
    assert outcomes == {None, NotPending}
    with stored.database.reading() as session:
        assert session.get_one(Case, case_id).state is CaseState.APPROVED
        assert session.scalar(select(func.count()).select_from(CoSignature)) == 1


# A database that is not there, or busy


def test_every_worker_thread_has_a_connection_and_who_finds_none_is_told(
    blank: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sum(POOL.values()) >= 40
    monkeypatch.setitem(POOL, "pool_size", 1)
    monkeypatch.setitem(POOL, "max_overflow", 1)
    monkeypatch.setitem(POOL, "pool_timeout", 0)
    database = Database(blank.database.engine.url.render_as_string(hide_password=False))
    with database.reading() as one, database.reading() as other:
        assert one.scalar(select(1)) == other.scalar(select(1)) == 1
        with pytest.raises(DatabaseUnavailable, match="are taken"), database.reading() as third:
            third.scalar(select(1))
    database.close()


def test_a_database_that_does_not_answer_is_unavailable(blank: House) -> None:
    url = blank.database.engine.url
    if blank.database.is_sqlite:
        away = url.set(database="/nowhere/at/all.sqlite")
    else:
        away = url.set(database="nowhere")
    database = Database(away.render_as_string(hide_password=False))
    with (
        pytest.raises(DatabaseUnavailable, match="does not answer"),
        database.reading() as session,
    ):
        session.scalar(select(1))
    database.close()
