"""Promise 12: a kill at any point loses no acknowledged write and never shows half of one."""

import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.app import create_app
from recommender.accounts.directory import actor_named, operator
from recommender.cases.embedding import catch_up
from recommender.cases.filing import file
from recommender.cases.importing.mapping import ImportMapping
from recommender.cases.importing.uploads import (
    UnknownUpload,
    find_upload,
    keep_upload,
    take_upload,
)
from recommender.changes.accepting import accept
from recommender.changes.candidates import claim, promote
from recommender.config import Settings
from recommender.kinds import catalogue, run_rows
from recommender.kinds.runs import discover
from recommender.learning.progress import unseen
from recommender.models.base import Base
from recommender.models.cases import Case, ImportBatch
from recommender.models.changes import Candidate
from recommender.models.events import Event
from recommender.models.kinds import Kind, Membership, Run
from recommender.models.notices import Notice
from recommender.models.policies import Clause
from recommender.policies.exceptions import exceptions_of
from recommender.retrospect.borrowing import room_for
from recommender.storage.house import House
from recommender.vocabulary import CaseState, RunState
from tests.conftest import NewCase
from tests.contract.mortal import WISH, row

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
KILLED = 9
IMPORTED = 40
RANDOM_KILLS = 12
MOST_POINTS = 6
"""Of an act with more statements than this, points spread evenly are tried."""

Order = Callable[..., dict[str, int]]
Snapshot = dict[str, list[tuple[Any, ...]]]


@pytest.fixture(scope="module")
def mortal() -> Iterator[Order]:
    """Give orders to the mortal program: `mortal(act="cosign", ...)`."""
    environment = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    with subprocess.Popen(
        [sys.executable, "-m", "tests.contract.mortal"],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as program:
        assert program.stdin is not None
        assert program.stdout is not None

        def order(**given: object) -> dict[str, int]:
            assert program.stdin is not None
            assert program.stdout is not None
            program.stdin.write(f"{json.dumps(given)}\n")
            program.stdin.flush()
            answer: dict[str, int] = json.loads(program.stdout.readline())
            assert not answer["failed"], "the act failed by itself; see standard error"
            return answer

        yield order
        program.stdin.close()


class Copies:
    """The same house over and over: each act is killed on a copy of its own."""

    def __init__(self, house: House, folder: Path) -> None:
        house.database.close()
        self._origin = Path(house.settings.database_url.removeprefix("sqlite:///"))
        self._keys = house.settings.secrets_path
        self._folder = folder
        self.before = self.snapshot(self._origin)

    def fresh(self) -> Path:
        """Give a copy that nobody has touched."""
        path = self._folder / "copy.sqlite"
        for left in self._folder.glob("copy.sqlite*"):
            if left.is_dir():
                shutil.rmtree(left)
            else:
                left.unlink()
        waiting = self._origin.with_name(f"{self._origin.name}.uploads")
        if waiting.is_dir():
            shutil.copytree(waiting, path.with_name(f"{path.name}.uploads"))
        shutil.copy(self._origin, path)
        shutil.copy(self._keys, path.with_name(f"{path.name}.keys"))
        return path

    def snapshot(self, path: Path) -> Snapshot:
        """Open a database as after a crash, and read every row of it."""
        house = reopened(path)
        with house.database.reading() as session:
            rows = {
                name: [tuple(map(str, found)) for found in session.execute(select(table))]
                for name, table in Base.metadata.tables.items()
            }
            house.log.verify(session)
        house.database.close()
        return {name: sorted(found) for name, found in rows.items()}


def reopened(path: Path) -> House:
    return House(Settings(database_url=f"sqlite:///{path}", encoder="hashing"))


def kill_everywhere(mortal: Order, copies: Copies, **order: object) -> Iterator[tuple[Any, Path]]:
    """Kill an act at its points one after the other; give each point and what was left there."""
    path = copies.fresh()
    count = mortal(database=f"sqlite:///{path}", **order)["statements"]
    assert count > 1
    step = max(1, round(count / MOST_POINTS))
    for point in (*range(1, count, step), count, "commit", "acknowledged"):
        path = copies.fresh()
        ended = mortal(database=f"sqlite:///{path}", statement=point, **order)
        assert ended["signal"] == KILLED, point
        yield point, path


def assert_all_or_nothing(
    mortal: Order, copies: Copies, whole: Callable[[Session], bool], **order: object
) -> None:
    """Require the state before the act at every point, and all of the act once acknowledged."""
    for point, path in kill_everywhere(mortal, copies, **order):
        if point != "acknowledged":
            assert copies.snapshot(path) == copies.before, point
            continue
        house = reopened(path)
        with house.database.reading() as session:
            assert whole(session)
            house.log.verify(session)
        house.database.close()


# Named points


def test_a_killed_signature_is_whole_or_was_never_given(
    mortal: Order, house: House, tmp_path: Path
) -> None:
    with house.transaction(actor_named(house, "maya")) as tx:
        case = file(tx, WISH)
        case_id, seen = case.id, case.content_hash
    assert_all_or_nothing(
        mortal,
        Copies(house, tmp_path),
        lambda session: is_signed(session, session.get_one(Case, case_id)),
        act="cosign",
        case=case_id,
        content_hash=seen,
    )


def test_a_killed_import_brought_all_rows_or_none(
    mortal: Order, house: House, tmp_path: Path
) -> None:
    rows = tmp_path / "rows.jsonl"
    rows.write_text("\n".join(row(str(number)) for number in range(IMPORTED)), "utf-8")
    copies = Copies(house, tmp_path)
    assert_all_or_nothing(
        mortal,
        copies,
        lambda session: is_imported(session, session.scalars(select(ImportBatch)).one(), IMPORTED),
        act="import",
        file=str(rows),
    )


def test_a_file_that_waits_is_lost_by_no_kill_of_its_import(
    mortal: Order, house: House, tmp_path: Path
) -> None:
    rows = "\n".join(row(str(number)) for number in range(IMPORTED)).encode()
    with house.reading(operator(house)) as tx:
        upload = keep_upload(tx, "rows.jsonl", rows)
    copies = Copies(house, tmp_path)
    order = {"act": "import_upload", "upload": upload.id}
    for point, path in kill_everywhere(mortal, copies, **order):
        if point == "acknowledged":
            assert_waits_and_says(path, upload.id, None)
        else:
            assert copies.snapshot(path) == copies.before, point
            assert_waits_and_says(path, upload.id, (IMPORTED, 0))
    path = copies.fresh()
    mortal(database=f"sqlite:///{path}", statement="dropped", **order)
    assert_waits_and_says(path, upload.id, (0, IMPORTED))


def test_a_killed_look_back_leaves_its_ledger_to_nobody(
    mortal: Order, house: House, tmp_path: Path
) -> None:
    ledger = tmp_path / "waivers.csv"
    notes = "".join(f"2026-03-{day:02},The parcel came late.\n" for day in range(1, 10))
    ledger.write_text(f"date,note\n{notes}", "utf-8")
    path = Copies(house, tmp_path).fresh()
    ended = mortal(database=f"sqlite:///{path}", act="look_back", file=str(ledger))
    assert ended["signal"] == KILLED
    after = reopened(path)
    assert list(room_for(after.settings).iterdir())
    with TestClient(create_app(after, catches_up=False)):
        assert not list(room_for(after.settings).iterdir())


def assert_waits_and_says(path: Path, upload_id: str, says: tuple[int, int] | None) -> None:
    """Require that a file waits and imports as new and as known rows; None: it was taken in."""
    house = reopened(path)
    admin = operator(house)
    if says is None:
        with house.reading(admin) as tx, pytest.raises(UnknownUpload):
            find_upload(tx, upload_id)
    else:
        with house.reading(admin) as tx:
            upload = find_upload(tx, upload_id)
        report = take_upload(house, admin, upload, ImportMapping(), unseen)
        assert (report.imported, report.unchanged) == says
    with house.database.reading() as session:
        batch = session.scalars(select(ImportBatch)).one()
        assert is_imported(session, batch, IMPORTED)
        house.log.verify(session)
    house.database.close()


def claimed(shop: House) -> tuple[str, str]:
    """Claim the kind under RET-2.1; give the candidate's id and the clause's."""
    with shop.transaction(actor_named(shop, "ines")) as tx:
        kind = next(one for one in catalogue.kinds(tx) if one.clause == "RET-2.1")
        found = promote(tx, kind.id)
        candidate_id, clause = found.id, found.clause
        assert clause is not None
        clause_id = clause.id
    with shop.transaction(actor_named(shop, "ruth")) as tx:
        claim(tx, candidate_id)
    return candidate_id, clause_id


HEARD = {"maya", "tom", "lena", "omar", "pia", "ines"}


def test_a_killed_decision_is_whole_or_was_never_taken(
    mortal: Order, shop: House, tmp_path: Path
) -> None:
    """Accepted in a scope: wording, exception, prediction, backtest and notices are one."""
    candidate_id, clause_id = claimed(shop)

    def decided(session: Session) -> bool:
        candidate = session.get_one(Candidate, candidate_id)
        newest = session.get_one(Clause, clause_id).newest
        told = session.scalars(select(Notice.account_name).where(Notice.body.contains("Fair.")))
        return (
            candidate.state == "in_force"
            and [one.verdict for one in candidate.decisions] == ["accept_with_edits"]
            and newest.candidate_id == candidate_id
            and candidate.revision_id == newest.id
            and candidate.scope == {"team": "north"}
            and [one.candidate_id for one in exceptions_of(newest)] == [candidate_id]
            and candidate.backtest == candidate.decisions[0].final_backtest
            and set(told) == HEARD
        )

    assert_all_or_nothing(
        mortal,
        Copies(shop, tmp_path),
        decided,
        act="accept",
        candidate=candidate_id,
        scope={"team": "north"},
    )


def test_a_killed_roll_back_is_whole_or_was_never_taken(
    mortal: Order, shop: House, tmp_path: Path
) -> None:
    candidate_id, clause_id = claimed(shop)
    with shop.transaction(actor_named(shop, "ruth")) as tx:
        accept(tx, candidate_id, reason="Fair.")

    def taken_back(session: Session) -> bool:
        candidate = session.get_one(Candidate, candidate_id)
        clause = session.get_one(Clause, clause_id)
        told = session.scalars(select(Notice.account_name).where(Notice.body.contains("Dear.")))
        return (
            candidate.state == "rolled_back"
            and [one.verdict for one in candidate.decisions] == ["accept", "roll_back"]
            and clause.newest.kept_from == candidate.base_revision_id
            and clause.newest.markup == clause.revisions[0].markup
            and set(told) == HEARD
        )

    assert_all_or_nothing(
        mortal, Copies(shop, tmp_path), taken_back, act="roll_back", candidate=candidate_id
    )


def test_a_killed_run_leaves_yesterdays_kinds_and_the_next_one_publishes(
    mortal: Order, shop: House, new_case: NewCase, tmp_path: Path
) -> None:
    admin = operator(shop)
    with shop.transaction(admin) as tx:
        for number in range(9):
            new_case(
                tx.session, situation=f"The soles melted in the sun of day {number}.", age=number
            )
    catch_up(shop, admin)
    copies = Copies(shop, tmp_path)
    shown = (Kind.__tablename__, Membership.__tablename__)
    run = {"act": "publish", "transaction": 2, "thought": str(tmp_path / "thought")}
    for point, path in kill_everywhere(mortal, copies, **run):
        after = copies.snapshot(path)
        if point == "acknowledged":
            assert len(after["memberships"]) == 32 + 9
            continue
        assert [after[name] for name in shown] == [copies.before[name] for name in shown], point
        assert after["runs"] != copies.before["runs"]
    house = reopened(copies.fresh())
    mortal(database=house.settings.database_url, **run, statement="commit")
    with house.reading(admin) as tx:
        (lost, published) = run_rows.runs(tx)
        assert (lost.state, published.state) == (RunState.RUNNING, RunState.PUBLISHED)
        last = catalogue.inbox(tx).last_run
        assert last is not None
        assert last.id == published.id
    discover(house, admin)
    with house.reading(admin) as tx:
        assert tx.session.get_one(Run, lost.id).state is RunState.FAILED
        assert len(catalogue.kinds(tx, include_all=True)) == 3
    house.database.close()


# Random instants


def test_kills_at_random_instants_lose_nothing_that_was_acknowledged(
    mortal: Order, house: House, tmp_path: Path
) -> None:
    chance = random.Random(12)  # noqa: S311 - a seed, so that it can be repeated
    house.database.close()
    told = tmp_path / "told"
    for _ in range(RANDOM_KILLS):
        seconds = chance.uniform(0, 0.25)
        order = {"act": "work", "database": house.settings.database_url, "told": str(told)}
        assert mortal(**order, seconds=seconds)["signal"] == KILLED
        words = [line.split() for line in told.read_text().splitlines()]
        told.unlink()
        after = reopened(Path(house.settings.database_url.removeprefix("sqlite:///")))
        with after.database.reading() as session:
            after.log.verify(session)
            for verb, id_ in words:
                assert_kept(session, verb, id_)
            for case in session.scalars(select(Case)):
                assert is_whole(session, case)
            for batch in session.scalars(select(ImportBatch)):
                assert is_imported(session, batch, batch.counts["imported"])
        after.database.close()


def assert_kept(session: Session, verb: str, id_: str) -> None:
    """Require what was acknowledged."""
    if verb == "filed":
        assert session.get_one(Case, id_).raw.situation == WISH.situation
    elif verb == "signed":
        assert is_signed(session, session.get_one(Case, id_))
    elif id_ != "None":
        assert session.get_one(ImportBatch, id_).counts["imported"] > 0


def is_whole(session: Session, case: Case) -> bool:
    """Tell whether a case is in one of the states between two acts, and nowhere else."""
    if case.batch_id is not None:
        return session.get(ImportBatch, case.batch_id) is not None
    if case.state is CaseState.APPROVED:
        return is_signed(session, case)
    return (
        case.state is CaseState.PENDING
        and not case.signatures
        and case.cosigner_id is None
        and verbs(session, case.id) == ["file"]
    )


def is_signed(session: Session, case: Case) -> bool:
    """Tell whether all of a signature is there: itself, the approval, the notice, the entry."""
    about = select(Notice).where(Notice.case_id == case.id)
    notices = session.scalars(about.order_by(Notice.account_name)).all()
    return (
        case.state is CaseState.APPROVED
        and [given.signer_id for given in case.signatures] == ["tom"]
        and case.cosigner_id == "tom"
        and case.decided_at is not None
        and [(one.account_name, one.needs_you and one.read_at is None) for one in notices]
        == [("maya", False), ("tom", False)]
        and verbs(session, case.id) == ["file", "cosign"]
    )


def is_imported(session: Session, batch: ImportBatch, rows: int) -> bool:
    """Tell whether a batch has all its cases, each with its text and outcome, and its entry."""
    cases = session.scalars(select(Case).where(Case.batch_id == batch.id)).all()
    return (
        len(cases) == rows == batch.counts["imported"]
        and all(case.raw.situation and len(case.outcomes) == 1 for case in cases)
        and verbs(session, batch.id) == ["import"]
    )


def verbs(session: Session, noun_id: str) -> list[str]:
    """Give what the log says was done with a thing, in order."""
    entries = select(Event.verb).where(Event.noun_id == noun_id).order_by(Event.sequence)
    return list(session.scalars(entries))
