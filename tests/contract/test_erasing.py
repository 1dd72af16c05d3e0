"""Erasing a customer: no word of theirs is left anywhere, and everything counted stays."""

import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select, text, update

from recommender.access import Actor, RoleMissing
from recommender.accounts.audit import verify
from recommender.accounts.directory import operator
from recommender.cases.at_rest import seal_again
from recommender.cases.cosigning import cosign, decline
from recommender.cases.embedding import catch_up
from recommender.cases.erasing import Erased, NoCustomer, UnknownCustomer, erase_customer
from recommender.cases.filing import Wish, file, revoke
from recommender.cases.importing.taking import import_cases
from recommender.cases.precedents import PrecedentQuery, precedents, search
from recommender.kinds.runs import discover
from recommender.models.accounts import IdempotentAnswer
from recommender.models.asking import Question
from recommender.models.base import Base
from recommender.models.cases import Case, CoSignature, Embedding, RawText
from recommender.models.drafts import FilingDraft
from recommender.models.kinds import Correction, Kind, Membership
from recommender.models.notices import Notice
from recommender.models.outcomes import Outcome
from recommender.models.protection import Erasure
from recommender.models.reviewing import Review
from recommender.storage import engine
from recommender.storage.events import commitment
from recommender.storage.house import House
from recommender.vocabulary import CaseState, CorrectionVerb, Draw, NoticeTopic, OutcomeSource

CUSTOMER = "kunde-7741"
WORDS = ("quillfeather", "zorvex", "bramblewick", "kunde-7741", "ottoline", "marzipan")
"""Words that only this customer's cases say."""
SITUATION = "Quillfeather wept: the marzipan clasp of Bramblewick's box broke in month 13."
OTHERS = "The clasp of a box broke in month 14, and the box was a present."


def wish(situation: str, customer: str | None) -> Wish:
    return Wish(
        situation=situation,
        resolution="Send a new box to Zorvex." if customer == CUSTOMER else "Send a new box.",
        reason="Ottoline was kind." if customer == CUSTOMER else "She was kind.",
        facts={"months_owned": 13, "said": "zorvex" if customer == CUSTOMER else "yes"},
        amount=20.0,
        currency="EUR",
        product="marzipan box" if customer == CUSTOMER else "box",
        granted_action="refund",
        customer_id=customer,
    )


def signed(house: House, filer: Actor, signer: Actor, given: Wish) -> str:
    with house.transaction(filer) as tx:
        case = file(tx, given)
        case_id, seen = case.id, case.content_hash
    with house.transaction(signer) as tx:
        cosign(tx, case_id, seen)
    return case_id


@pytest.fixture
def theirs(house: House, maya: Actor, tom: Actor, admin: Actor) -> dict[str, str]:
    """A customer's cases in every state, and all that can quote them; beside cases of others."""
    for number in range(3):
        signed(house, maya, tom, wish(OTHERS, f"other-{number}"))
    approved = signed(house, maya, tom, wish(SITUATION, CUSTOMER))
    revoked = signed(house, maya, tom, wish(SITUATION, CUSTOMER))
    with house.transaction(maya) as tx:
        revoke(tx, revoked, "Quillfeather rang again.")
        case = file(tx, wish(SITUATION, CUSTOMER))
        declined, seen = case.id, case.content_hash
        pending = file(tx, wish(SITUATION, CUSTOMER)).id
    with house.transaction(tom) as tx:
        decline(tx, declined, seen, "Zorvex had this before.")
    catch_up(house, operator(house))
    with house.transaction(admin) as tx:
        session = tx.session
        kind = Kind(
            name="Bramblewick box clasp",
            aliases=["Zorvex boxes", "Broken clasps"],
            card={"terms": ["clasp", "ottoline"], "quality": {"words": "quillfeather clasp"}},
            born_at=tx.at,
        )
        session.add(kind)
        session.flush()
        session.add_all(
            Membership(case_id=case_id, kind_id=kind.id, strength=1.0, origin="run")
            for case_id in session.scalars(select(Case.id).where(Case.state == CaseState.APPROVED))
        )
        session.add(
            Outcome(case_id=approved, source=OutcomeSource.AGENT, csat=2, recorded_at=tx.at)
        )
        session.add(
            Correction(
                number=1,
                verb=CorrectionVerb.CONFIRM,
                note="Zorvex again",
                kind_id=kind.id,
                made_by="ines",
                made_at=tx.at,
            )
        )
        session.add(
            Question(
                case_id=approved,
                asked_by="tom",
                content_hash="0" * 64,
                text="Is it Quillfeather?",
                asked_at=tx.at,
                answer="Zorvex, yes.",
            )
        )
        session.add(
            Review(case_id=approved, draw=Draw.RANDOM, drawn_at=tx.at, reason="Bramblewick?")
        )
        session.execute(
            update(CoSignature).where(CoSignature.case_id == declined).values(reason="Zorvex")
        )
        session.add(
            Notice(
                account_name="ines",
                topic=NoticeTopic.DECISION,
                title="Accepted: Bramblewick box",
                body="News of Zorvex boxes",
                created_at=tx.at,
            )
        )
        session.add(
            IdempotentAnswer(
                account_name="maya",
                key="k",
                request_hash="0" * 64,
                answer={"id": approved, "situation": SITUATION},
                created_at=tx.at,
            )
        )
        session.add(
            FilingDraft(
                account_name="maya",
                content=json.dumps({"customer_id": CUSTOMER, "situation": SITUATION}),
                saved_at=tx.at,
            )
        )
    return {"approved": approved, "revoked": revoked, "declined": declined, "pending": pending}


def found(house: House) -> list[tuple[str, str, str]]:
    """Search every column of every table: (table, column, word)."""
    hits = []
    with house.database.reading() as session:
        for table in Base.metadata.sorted_tables:
            for row in session.execute(text(f"SELECT * FROM {table.name}")).mappings():  # noqa: S608
                for column, value in row.items():
                    said = str(value).lower()
                    hits += [(table.name, column, word) for word in WORDS if word in said]
    return hits


def files(house: House) -> bytes:
    """All bytes of the database: the file, its log, its index."""
    path = Path(house.settings.database_url.removeprefix("sqlite:///"))
    parts = [one for one in path.parent.glob(f"{path.name}*") if not one.name.endswith(".keys")]
    return b"".join(one.read_bytes() for one in parts).lower()


def counted(house: House) -> dict[str, object]:
    """What must not change: how many, in what state, of which kind, for how much, how it ended."""
    with house.database.reading() as session:
        return {
            "cases": session.execute(
                select(Case.clause_id, func.count(), func.sum(Case.amount)).group_by(Case.clause_id)
            ).all(),
            "customers": session.scalar(select(func.count(Case.customer_id.distinct()))),
            "members": session.scalar(select(func.count()).select_from(Membership)),
            "csat": session.scalars(select(Outcome.csat)).all(),
            "facts": sorted(case.facts["months_owned"] for case in session.scalars(select(Case))),
            "events": session.execute(text("SELECT count(*) FROM events")).scalar_one(),
        }


def test_no_word_of_theirs_is_left_in_any_table_or_byte(
    house: House, admin: Actor, theirs: dict[str, str]
) -> None:
    before = {(table, column) for table, column, _ in found(house)}
    assert {
        ("raw_texts", "situation"),
        ("cases", "customer_id"),
        ("cases", "facts"),
        ("cases", "product"),
        ("kinds", "name"),
        ("kinds", "card"),
        ("notices", "title"),
        ("questions", "answer"),
        ("reviews", "reason"),
        ("corrections", "note"),
        ("co_signatures", "reason"),
        ("idempotent_answers", "answer"),
        ("filing_drafts", "content"),
    } <= before, "the attack sees where they are"
    done = erase_customer(house, admin, f" {CUSTOMER} ")
    assert found(house) == []
    assert not [word for word in WORDS if word.encode() in files(house)]
    assert done.cases == len(theirs)
    assert done.texts == 4 * 3 + 2
    assert done.vectors == 3 * 3
    assert (done.questions, done.drafts) == (1, 1)
    assert done.names >= 3
    with house.database.reading() as session:
        erasure = session.scalars(select(Erasure)).one()
        assert (erasure.id, erasure.erased_by) == (done.id, "admin")
        assert not session.scalar(
            select(func.count())
            .select_from(Embedding)
            .where(Embedding.case_id.in_(theirs.values()))
        )


def test_what_is_counted_stays_and_what_waited_is_withdrawn(
    house: House, admin: Actor, theirs: dict[str, str]
) -> None:
    before = counted(house)
    erase_customer(house, admin, CUSTOMER)
    after = counted(house)
    assert isinstance(before["events"], int)
    assert after == before | {"events": before["events"] + 2}, "the erasure and the withdrawal"
    with house.database.reading() as session:
        states = {name: session.get_one(Case, id_).state for name, id_ in theirs.items()}
        kind = session.scalars(select(Kind)).one()
        assert "box clasp" in kind.name
        assert kind.aliases == ["Broken clasps"]
        assert kind.card["terms"] == ["clasp"]
        shown = session.get_one(Case, theirs["approved"])
        assert (shown.granted_action, shown.product) == ("refund", None), "shared words stay"
    assert states == {
        "approved": CaseState.APPROVED,
        "revoked": CaseState.REVOKED,
        "declined": CaseState.DECLINED,
        "pending": CaseState.WITHDRAWN,
    }


def test_the_log_still_verifies_and_its_commitments_prove_nothing_any_more(
    house: House, admin: Actor, theirs: dict[str, str]
) -> None:
    with house.database.reading() as session:
        committed = commitment(session.get_one(Case, theirs["approved"]))
        other = session.scalars(select(Case).where(Case.customer_id == "other-0")).one()
        kept = commitment(other)
    erase_customer(house, admin, CUSTOMER)
    with house.transaction(admin) as tx:
        verify(tx)
    with house.database.reading() as session:
        for id_ in theirs.values():
            assert session.get_one(RawText, id_).salt == ""
        assert commitment(session.get_one(Case, theirs["approved"])) != committed
        other = session.scalars(select(Case).where(Case.customer_id == "other-0")).one()
        assert commitment(other) == kept
        assert CUSTOMER not in json.dumps(
            [dict(row) for row in session.execute(text("SELECT * FROM events")).mappings()],
            default=str,
        )


def test_they_are_no_precedent_any_more_and_no_catch_up_brings_them_back(
    house: House, admin: Actor, maya: Actor, theirs: dict[str, str]
) -> None:
    query = PrecedentQuery(situation=SITUATION)
    with house.reading(maya) as tx:
        assert theirs["approved"] in {one.case.id for one in precedents(tx, query)}
    erase_customer(house, admin, CUSTOMER)
    assert catch_up(house, operator(house)).embedded == 0
    with house.reading(maya) as tx:
        shown = {one.case.id for one in (*precedents(tx, query), *search(tx, "marzipan clasp"))}
    assert shown
    assert not shown & set(theirs.values())


def test_a_dry_run_tells_the_same_and_changes_nothing(
    house: House, admin: Actor, theirs: dict[str, str]
) -> None:
    before = found(house), counted(house)
    told = erase_customer(house, admin, CUSTOMER, dry_run=True)
    assert (found(house), counted(house)) == before
    done = erase_customer(house, admin, CUSTOMER)
    assert told == Erased(**(vars(done) | {"id": None, "dry_run": True, "rewritten": False}))
    assert done.rewritten
    assert theirs


@pytest.mark.usefixtures("theirs")
def test_only_admins_erase_and_only_whom_there_is(
    house: House, admin: Actor, ines: Actor, maya: Actor
) -> None:
    for actor in (ines, maya):
        with pytest.raises(RoleMissing):
            erase_customer(house, actor, CUSTOMER)
    with pytest.raises(NoCustomer):
        erase_customer(house, admin, " ")
    with pytest.raises(UnknownCustomer):
        erase_customer(house, admin, "nobody")
    erase_customer(house, admin, CUSTOMER)
    with pytest.raises(UnknownCustomer):
        erase_customer(house, admin, CUSTOMER)


def test_an_erasure_says_when_the_files_could_not_be_rewritten(
    house: House, maya: Actor, admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    with house.transaction(maya) as tx:
        file(tx, wish(SITUATION, CUSTOMER))
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0.2)
    hasty = House(house.settings)
    with house.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Case)) == 1
        done = erase_customer(hasty, admin, CUSTOMER)
        assert (done.cases, done.rewritten) == (1, False)
    assert seal_again(hasty, admin).rows == 0
    assert not [word for word in WORDS if word.encode() in files(house)]


def row(number: int, customer: str | None, day: str) -> dict[str, object]:
    return {
        "id": f"T-{number}",
        "occurred_at": f"{day}T10:00:00Z",
        "situation": f"Quillfeather's zip {number} broke.",
        "status": "approved",
        "customer_id": customer,
        "agent_id": "maya",
        "cosigner_id": "tom",
    }


def test_no_later_import_brings_them_back(house: House, admin: Actor, tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    rows = [row(1, CUSTOMER, "2026-03-01"), row(2, "other", "2026-03-01")]
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    import_cases(house, admin, path)
    erase_customer(house, admin, CUSTOMER)
    rows.append(row(3, CUSTOMER, "2026-03-02"))
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    for with_update in (False, True):
        report = import_cases(house, admin, path, update=with_update)
        assert (report.imported, report.unchanged, report.updated) == (0, 1, 0)
        assert report.erased == 2
    path.write_text(json.dumps(row(1, None, "2026-03-01")), encoding="utf-8")
    assert import_cases(house, admin, path, update=True).erased == 1, "known by its own id too"
    with house.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Case)) == 2
        assert session.scalars(select(Case.situation).where(Case.source_id == "T-1")).one() == ""


def test_what_happens_after_an_erasure_is_taken_in_again(
    house: House, admin: Actor, tmp_path: Path
) -> None:
    path = tmp_path / "cases.jsonl"
    path.write_text(json.dumps(row(1, CUSTOMER, "2026-03-01")), encoding="utf-8")
    import_cases(house, admin, path)
    erase_customer(house, admin, CUSTOMER)
    with house.database.transaction() as session:
        session.execute(update(Erasure).values(erased_at=datetime(2026, 3, 15, tzinfo=UTC)))
    later = [row(2, CUSTOMER, "2026-03-14"), row(3, CUSTOMER, "2026-04-01")]
    path.write_text("\n".join(map(json.dumps, later)), encoding="utf-8")
    report = import_cases(house, admin, path)
    assert (report.erased, report.imported) == (1, 1)


def test_a_customer_who_comes_back_is_a_customer_again(
    house: House, admin: Actor, maya: Actor, tom: Actor, theirs: dict[str, str]
) -> None:
    erase_customer(house, admin, CUSTOMER)
    again = signed(house, maya, tom, wish(OTHERS, CUSTOMER))
    assert again not in theirs.values()
    assert erase_customer(house, admin, CUSTOMER).cases == 1
    with house.database.reading() as session:
        erased = session.scalars(select(Case.customer_id).where(Case.erased_at.is_not(None)))
        assert len(set(erased)) == 1, "one customer still counts as one"


def test_kinds_keep_their_counts_through_the_next_run(shop: House) -> None:
    admin = operator(shop)
    before = sizes(shop)
    with shop.reading(admin) as tx:
        found_case = tx.session.scalars(
            select(Case).join(Membership, Membership.case_id == Case.id)
        ).first()
        assert found_case is not None
        case_id, customer = found_case.id, found_case.customer_id
    assert customer is not None
    erase_customer(shop, admin, customer)
    assert sizes(shop) == before
    discover(shop, admin)
    assert sizes(shop) == before
    with shop.reading(admin) as tx:
        assert tx.session.get(Membership, case_id) is not None


def sizes(house: House) -> dict[str, tuple[int, float | None]]:
    """How many approved cases each kind has, and what they cost."""
    with house.database.reading() as session:
        return {
            kind: (cases, cost)
            for kind, cases, cost in session.execute(
                select(Membership.kind_id, func.count(), func.sum(Case.amount))
                .join(Case, Case.id == Membership.case_id)
                .group_by(Membership.kind_id)
            )
        }


def test_the_files_hold_the_words_until_they_are_rewritten(house: House, maya: Actor) -> None:
    """Without this the search of the bytes would prove nothing."""
    with house.transaction(maya) as tx:
        file(tx, wish(SITUATION, CUSTOMER))
    with house.database.transaction() as session:
        session.execute(update(Case).values(customer_id=None, situation="", resolution=None))
    path = house.settings.database_url.removeprefix("sqlite:///")
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint")
    connection.close()
    assert b"kunde-7741" in files(house)
