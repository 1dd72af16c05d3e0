"""New cases between two runs: they join a kind, have one suggested or wait, and people win."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from api.app import create_app
from api.views.cases import case_out
from recommender.access import Actor, RoleMissing
from recommender.accounts.directory import operator
from recommender.accounts.keys import make_key
from recommender.cases import embedding
from recommender.cases.embedding import catch_up
from recommender.cases.filing import Wish, file
from recommender.kinds import assigning, corrections
from recommender.kinds.assigning import Assigned, assign, suggested_kinds
from recommender.learning import assigning as learning
from recommender.models.cases import Case, ImportBatch
from recommender.models.events import Event
from recommender.models.kinds import Kind, Membership
from recommender.models.suggestions import Suggestion
from recommender.storage.house import House
from recommender.vocabulary import CaseState, MembershipOrigin
from tests.conftest import NewCase, RunCli
from tests.contract.kinds_world import case_fields, fill, found, kind_of, told

SECONDS = 5
NOBODY = Assigned()


@dataclass
class Shop:
    """A house after its first run, and a way to add cases to it."""

    house: House
    new_case: NewCase

    def add(self, story: str = "storm", number: int = 90, **values: object) -> str:
        """Add an approved case that the run has not seen, embedded; give its id."""
        with self.house.transaction(operator(self.house)) as tx:
            fields = case_fields(story, number) | {"age": 0} | values
            case = self.new_case(tx.session, **fields)
            case.filed_at = case.decided_at = tx.at
            case_id = case.id
        catch_up(self.house, operator(self.house))
        return case_id

    def assign(self) -> Assigned:
        """Assign as the local operator."""
        return assign(self.house, operator(self.house))

    def place(self, case_id: str) -> tuple[str, MembershipOrigin] | None:
        """Where a case is, and who put it there."""
        with self.house.database.reading() as session:
            place = session.get(Membership, case_id)
            return None if place is None else (place.kind_id, place.origin)

    def suggested(self, case_id: str) -> str | None:
        """The kind that is suggested for a case."""
        with self.house.database.reading() as session:
            kind = suggested_kinds(session, [case_id]).get(case_id)
            return None if kind is None else kind.id

    def said(self) -> list[tuple[str, str, str | None]]:
        """The events about assigned cases."""
        with self.house.database.reading() as session:
            verbs = Event.verb.in_(["assign", "suggest"])
            events = session.scalars(select(Event).where(verbs).order_by(Event.sequence))
            return [(one.verb, one.noun_id, one.details.get("kind")) for one in events]


@pytest.fixture
def shop(house: House, new_case: NewCase) -> Shop:
    """Four kinds of ten cases, found by a run."""
    fill(house, new_case)
    found(house)
    return Shop(house, new_case)


@pytest.fixture
def doubtful(monkeypatch: pytest.MonkeyPatch) -> None:
    """No case is clear enough to join."""
    monkeypatch.setattr(learning, "TIGHT", 2.0)


def test_a_case_like_a_kinds_own_joins_it_without_a_run_and_once(shop: Shop) -> None:
    storm = kind_of(shop.house, "storm")
    case = shop.add()
    assert shop.assign() == Assigned(joined=1)
    assert shop.place(case) == (storm, MembershipOrigin.ASSIGNED)
    assert shop.suggested(case) is None
    assert shop.said() == [("assign", case, storm)]
    assert shop.assign() == NOBODY
    assert shop.said() == [("assign", case, storm)]


def test_a_case_like_none_waits_and_is_judged_once(shop: Shop) -> None:
    words = "seven trombones melted beside an unlit lighthouse"
    case = shop.add(situation=words, granted_action=None, source_id="odd")
    assert shop.assign() == Assigned(waiting=1)
    assert (shop.place(case), shop.suggested(case), shop.said()) == (None, None, [])
    assert shop.assign() == NOBODY


@pytest.mark.usefixtures("doubtful")
def test_a_likely_case_is_only_suggested_until_the_next_run(shop: Shop) -> None:
    storm = kind_of(shop.house, "storm")
    case = shop.add()
    assert shop.assign() == Assigned(suggested=1)
    assert shop.place(case) is None
    assert shop.suggested(case) == storm
    assert shop.said() == [("suggest", case, storm)]
    with shop.house.reading(operator(shop.house)) as tx:
        shown = case_out(tx, tx.session.get_one(Case, case))
    assert shown.kind is None
    assert shown.suggested_kind is not None
    assert shown.suggested_kind.id == storm
    assert shop.assign() == NOBODY
    found(shop.house)
    assert shop.place(case) == (storm, MembershipOrigin.RUN)
    assert shop.suggested(case) is None
    with shop.house.database.reading() as session:
        assert session.scalars(select(Suggestion)).all() == []


def test_a_kind_that_holds_its_cases_loosely_is_only_suggested(shop: Shop) -> None:
    storm = kind_of(shop.house, "storm")
    with shop.house.transaction(operator(shop.house)) as tx:
        held = update(Membership).where(Membership.kind_id == storm).values(strength=0.8)
        tx.session.execute(held)
    case = shop.add()
    assert shop.assign() == Assigned(suggested=1)
    assert shop.suggested(case) == storm


def test_many_new_cases_are_judged_some_at_once(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assigning, "AT_ONCE", 2)
    judged: list[int] = []
    think = assigning._answers

    def counted(question: assigning._Question) -> object:
        judged.append(len(question.new))
        return think(question)

    monkeypatch.setattr(assigning, "_answers", counted)
    cases = [shop.add(story, 90) for story in ("storm", "puppy", "invoice")]
    assert shop.assign() == Assigned(joined=3)
    assert judged == [2, 1]
    kinds = [kind_of(shop.house, story) for story in ("storm", "puppy", "invoice")]
    assert [shop.place(case) for case in cases] == [
        (kind, MembershipOrigin.ASSIGNED) for kind in kinds
    ]


@pytest.mark.usefixtures("doubtful")
def test_a_suggested_kind_that_ended_is_suggested_no_more(shop: Shop) -> None:
    case = shop.add()
    shop.assign()
    with shop.house.transaction(operator(shop.house)) as tx:
        kind = kind_of(shop.house, "storm")
        tx.session.get_one(Kind, kind).retired_at = tx.at
    assert shop.suggested(case) is None


def test_the_next_run_places_an_assigned_case_as_if_it_were_new(shop: Shop) -> None:
    case = shop.add()
    shop.assign()
    found(shop.house)
    assert shop.place(case) == (kind_of(shop.house, "storm"), MembershipOrigin.RUN)


def test_what_people_placed_or_took_out_stays(shop: Shop) -> None:
    admin = operator(shop.house)
    out, moved = shop.add(number=91), shop.add(number=92)
    puppy = kind_of(shop.house, "puppy")
    shop.assign()
    with shop.house.transaction(admin) as tx:
        corrections.move(tx, out, None)
    with shop.house.transaction(admin) as tx:
        corrections.move(tx, moved, puppy)
    assert shop.assign() == NOBODY
    assert shop.place(out) is None
    assert shop.place(moved) == (puppy, MembershipOrigin.BY_HAND)


@pytest.mark.parametrize("ended", ["retired", "not a kind"])
def test_kinds_that_ended_take_nobody(shop: Shop, ended: str) -> None:
    storm = kind_of(shop.house, "storm")
    with shop.house.transaction(operator(shop.house)) as tx:
        if ended == "retired":
            tx.session.get_one(Kind, storm).retired_at = tx.at
        else:
            corrections.not_a_kind(tx, storm, "Weather is no reason.")
    case = shop.add()
    shop.assign()
    assert (shop.place(case) or ("", None))[0] != storm
    assert shop.suggested(case) != storm


def test_without_kinds_new_cases_wait(house: House, new_case: NewCase) -> None:
    shop = Shop(house, new_case)
    shop.add()
    assert shop.assign() == NOBODY
    found(house)
    shop.add(number=91)
    assert shop.assign() == Assigned(waiting=1)


def test_old_cases_of_a_new_import_are_new_and_unembedded_ones_come_later(shop: Shop) -> None:
    with shop.house.transaction(operator(shop.house)) as tx:
        batch = ImportBatch(file_name="late.csv", counts={}, imported_at=tx.at, imported_by="admin")
        tx.session.add(batch)
        tx.session.flush()
        case = shop.new_case(tx.session, **case_fields("puppy", 93) | {"batch_id": batch.id})
        case.filed_at = case.decided_at = tx.at - timedelta(days=200)
        case_id = case.id
    assert shop.assign() == NOBODY
    catch_up(shop.house, operator(shop.house))
    assert shop.assign() == Assigned(joined=1)
    assert shop.place(case_id) == (kind_of(shop.house, "puppy"), MembershipOrigin.ASSIGNED)


def during(monkeypatch: pytest.MonkeyPatch, happen: Callable[[], object]) -> None:
    """Let something happen between the thinking and the writing."""
    think = assigning._answers

    def slowly(*given: object) -> object:
        answers = think(*given)  # type: ignore[arg-type]
        happen()
        return answers

    monkeypatch.setattr(assigning, "_answers", slowly)


def test_a_run_that_is_published_meanwhile_wins(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = shop.add()
    during(monkeypatch, lambda: found(shop.house))
    assert shop.assign() == NOBODY
    assert shop.place(case) == (kind_of(shop.house, "storm"), MembershipOrigin.RUN)


def test_a_person_who_corrects_meanwhile_wins(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    case, puppy = shop.add(), kind_of(shop.house, "puppy")

    def by_hand() -> None:
        with shop.house.transaction(operator(shop.house)) as tx:
            corrections.move(tx, case, puppy)

    during(monkeypatch, by_hand)
    assert shop.assign() == NOBODY
    assert shop.place(case) == (puppy, MembershipOrigin.BY_HAND)


def test_a_kind_that_ends_meanwhile_takes_nobody(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, storm, puppy = shop.add(), kind_of(shop.house, "storm"), kind_of(shop.house, "puppy")

    def merge() -> None:
        with shop.house.transaction(operator(shop.house)) as tx:
            corrections.merge(tx, storm, puppy)

    during(monkeypatch, merge)
    assert shop.assign() == Assigned(waiting=1)
    assert shop.place(case) is None


def test_a_case_that_is_revoked_meanwhile_is_left_alone(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = sorted([shop.add(number=91), shop.add(number=92)])

    def revoke() -> None:
        with shop.house.transaction(operator(shop.house)) as tx:
            tx.session.get_one(Case, second).state = CaseState.REVOKED

    monkeypatch.setattr(assigning, "AT_ONCE", 1)
    during(monkeypatch, revoke)
    assert shop.assign() == Assigned(joined=1)
    assert shop.place(first) is not None
    assert shop.place(second) is None


def test_only_who_may_discover_assigns(shop: Shop, maya: Actor) -> None:
    with pytest.raises(RoleMissing):
        assign(shop.house, maya)


def test_vectors_are_the_same_however_many_are_asked_for(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    fingerprint = shop.house.encoder.fingerprint
    with shop.house.database.reading() as session:
        some = sorted(session.scalars(select(Membership.case_id)))[:5]
        named, rows = embedding.vectors(session, fingerprint, some, "situation")
        monkeypatch.setattr(embedding, "FEW", 4)
        whole, same = embedding.vectors(session, fingerprint, some, "situation")
    assert named == whole == some
    assert np.array_equal(rows, same)


def test_catching_up_says_what_became_of_new_cases(shop: Shop, cli: RunCli) -> None:
    shop.add()
    assert cli("catch-up").stdout.splitlines()[1:] == [
        "Of the new cases 1 joined a kind, 0 may be of one, 0 wait for the next run."
    ]
    assert len(cli("catch-up").stdout.splitlines()) == 1


def test_a_case_signed_through_the_api_is_in_its_kind_within_seconds(
    shop: Shop, maya: Actor
) -> None:
    house = shop.house
    with house.transaction(maya) as tx:
        wish = Wish(
            situation=told("storm", 95), resolution="Granted.", granted_action="grant_storm"
        )
        case = file(tx, wish)
        case_id, seen = case.id, case.content_hash
    with house.transaction(operator(house)) as tx:
        key = make_key(tx, "tom", "test")
    app = create_app(house)
    with TestClient(app, headers={"Authorization": f"Bearer {key}"}) as client:
        while client.get("/readyz").json()["status"] != "ok":
            time.sleep(0.02)
        signed = client.post(f"/v1/proposals/{case_id}/cosign", json={"content_hash": seen})
        began = time.monotonic()
        assert signed.json()["state"] == CaseState.APPROVED
        while shop.place(case_id) is None:
            assert time.monotonic() - began < SECONDS
            time.sleep(0.02)
    assert shop.place(case_id) == (kind_of(house, "storm"), MembershipOrigin.ASSIGNED)
