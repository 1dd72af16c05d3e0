"""Changed clauses are read by those whom they concern; who has not is nobody else's to know."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from api.background import DAILY, UPKEEP
from recommender.access import RoleMissing
from recommender.accounts.directory import actor_named, add_account, deactivate, operator
from recommender.cases.forgetting import forget_agents
from recommender.changes.acknowledged import Read, acknowledged, at_least
from recommender.changes.acknowledging import (
    Changed,
    NotAsked,
    ReadAnother,
    acknowledge,
    my_changes,
    publish_changes,
    remind_readers,
)
from recommender.models.accounts import Account
from recommender.models.acknowledging import Acknowledgement
from recommender.models.events import Event
from recommender.models.notices import Notice
from recommender.policies.library import (
    UnknownClause,
    clause_by_key,
    confirm_parameters,
    revise,
    suggestions,
)
from recommender.storage.house import House
from recommender.vocabulary import NoticeTopic, Role
from tests.conftest import AddPolicy, NewCase
from tests.contract.changing import TODAY, open_shop
from tests.contract.conftest import Api

NORTH = ("maya", "nia", "noa", "ned", "nick")
DAYS = timedelta(days=1)


@pytest.fixture
def ruled(house: House, add_policy: AddPolicy) -> House:
    """The handbook as it was first imported; five people in north, tom alone in south."""
    add_policy()
    with house.transaction(operator(house)) as tx:
        for name in NORTH[1:]:
            add_account(tx, name=name, display_name=name, roles=[Role.AGENT], team="north")
    assert publish(house) == 0
    return house


def publish(house: House) -> int:
    with house.transaction(operator(house)) as tx:
        return publish_changes(tx)


def write(house: House, words: str, *, at: datetime | None = None, retires: bool = False) -> int:
    """Write RET-2.1 anew, in force from now on unless said otherwise, and make it known."""
    with house.transaction(operator(house)) as tx:
        clause = clause_by_key(tx, "RET-2.1")
        start = at or tx.at
        number = revise(tx, clause, markup=words, effective_from=start, retires=retires).number
    publish(house)
    return number


def waiting(house: House, name: str = "maya") -> list[tuple[int, str]]:
    """Give what waits for somebody: the wording's number, and the words that are new to them."""
    with house.reading(actor_named(house, name)) as tx:
        return [(one.revision.number, new_words(one)) for one in my_changes(tx)]


def new_words(one: Changed) -> str:
    return " ".join(part.text.strip() for part in one.changes if part.op == "added")


def read(house: House, number: int, *names: str) -> None:
    for name in names:
        with house.transaction(actor_named(house, name)) as tx:
            acknowledge(tx, "RET-2.1", number)


def counted(house: House, who: str = "ines") -> Read:
    with house.reading(actor_named(house, who)) as tx:
        return acknowledged(tx, "RET-2.1")


def teams(house: House) -> list[tuple[str | None, int, int | None]]:
    return [(one.team, one.asked, one.acknowledged) for one in counted(house).teams]


def asked_of(house: House, name: str) -> list[tuple[str, str, bool]]:
    with house.database.reading() as session:
        mine = select(Notice).where(
            Notice.account_name == name, Notice.topic == NoticeTopic.ACKNOWLEDGE
        )
        found = session.scalars(mine.order_by(Notice.created_at)).all()
        return [(one.title, one.body, one.read_at is None) for one in found]


# Who is asked, and what


def test_a_first_handbook_asks_nobody_and_a_change_everybody_on_the_front_line(
    ruled: House,
) -> None:
    assert waiting(ruled) == []
    assert write(ruled, "Unworn shoes come back within 30 days of delivery.") == 2
    assert waiting(ruled) == waiting(ruled, "ines") == [(2, "30")]
    [(title, body, unread)] = asked_of(ruled, "maya")
    assert (title, unread) == ("RET-2.1 reads otherwise", True)
    assert "RET-2.1 changed." in body
    for name in ("ruth", "admin", "auditor"):
        assert asked_of(ruled, name) == []
    assert publish(ruled) == 0, "again asks nobody"


def test_a_later_day_is_waited_for(ruled: House) -> None:
    write(ruled, "Shoes come back.", at=datetime(2031, 1, 1, tzinfo=UTC))
    assert waiting(ruled) == []
    later = House(ruled.settings.model_copy(update={"as_of": date(2031, 1, 2)}))
    publish(later)
    assert [number for number, _ in waiting(later)] == [2]
    later.database.close()


def test_a_rule_that_applies_no_more_is_a_change_and_a_new_one_too(
    ruled: House, new_case: NewCase
) -> None:
    shop = open_shop(ruled, lambda: None, new_case)
    shop.accepted(shop.kind(clause=None, fact="hens", section_key="RET-3"))
    publish(ruled)
    with ruled.reading(actor_named(ruled, "maya")) as tx:
        [opened] = my_changes(tx)
    assert opened.clause.key == "RET-3.2"
    assert new_words(opened) == opened.revision.text
    write(ruled, "Unworn shoes come back.", at=TODAY, retires=True)
    with ruled.reading(actor_named(ruled, "maya")) as tx:
        retired, _ = my_changes(tx)
    assert retired.revision.retires
    assert {one.op for one in retired.changes} == {"removed"}


def test_what_changed_is_told_against_the_wording_last_acknowledged(ruled: House) -> None:
    read(ruled, write(ruled, "Shoes come back within 30 days."), "maya")
    write(ruled, "Shoes come back within 40 days.")
    assert write(ruled, "Shoes come back within 40 days, dry.") == 4
    assert waiting(ruled) == [(4, "40 , dry")]
    assert waiting(ruled, "tom")[0][0] == 4
    assert len(waiting(ruled, "tom")) == 1, "only what applies, against what tom knew at first"


def test_confirmed_limits_are_the_same_words_and_are_not_read_twice(ruled: House) -> None:
    number = write(ruled, "Shoes come back within 30 days.")
    read(ruled, number, "maya")
    with ruled.transaction(operator(ruled)) as tx:
        confirm_parameters(tx, "RET-2.1", suggestions(clause_by_key(tx, "RET-2.1")))
    assert publish(ruled) == 1
    assert waiting(ruled) == []
    assert waiting(ruled, "tom") == [(2, waiting(ruled, "tom")[0][1])]
    assert len(asked_of(ruled, "tom")) == 1
    read(ruled, 3, "tom")
    assert waiting(ruled, "tom") == [], "the newest number of the same words is taken too"


def test_what_reads_again_as_somebody_knows_it_asks_only_those_who_read_between(
    ruled: House,
) -> None:
    with ruled.reading(actor_named(ruled, "maya")) as tx:
        first = clause_by_key(tx, "RET-2.1").newest.markup
    read(ruled, write(ruled, "Shoes come back within 30 days."), "maya")
    write(ruled, first)
    assert waiting(ruled, "maya") == [(3, waiting(ruled)[0][1])]
    assert waiting(ruled, "tom") == []
    assert [one[1] for one in teams(ruled)] == [5], "asked were all: fewer would tell who had read"


def test_who_comes_later_or_has_left_is_not_asked(ruled: House) -> None:
    with ruled.transaction(operator(ruled)) as tx:
        deactivate(tx, "nick")
    write(ruled, "Shoes come back within 30 days.")
    with ruled.transaction(operator(ruled)) as tx:
        add_account(tx, name="lena", display_name="Lena", roles=[Role.AGENT], team="north")
    publish(ruled)
    assert waiting(ruled, "lena") == []
    assert asked_of(ruled, "nick") == []
    with pytest.raises(NotAsked):
        read(ruled, 2, "lena")


# Acknowledging


def test_it_is_acknowledged_once_and_for_the_wording_that_applies(ruled: House) -> None:
    old = write(ruled, "Shoes come back within 30 days.")
    newest = write(ruled, "Shoes come back within 40 days.")
    with pytest.raises(ReadAnother) as refused:
        read(ruled, old, "maya")
    assert refused.value.field == "revision"
    read(ruled, newest, "maya")
    with ruled.database.reading() as session:
        [at] = session.scalars(
            select(Acknowledgement.at).where(
                Acknowledgement.account_name == "maya", Acknowledgement.at.is_not(None)
            )
        )
    read(ruled, newest, "maya")
    with ruled.database.reading() as session:
        assert at in session.scalars(select(Acknowledgement.at)).all(), "again changes nothing"
    assert waiting(ruled) == []
    assert not any(unread for _, _, unread in asked_of(ruled, "maya"))
    assert waiting(ruled, "tom"), "one's own act alone"
    with pytest.raises(UnknownClause), ruled.transaction(actor_named(ruled, "maya")) as tx:
        acknowledge(tx, "RET-9.9", 1)


@pytest.mark.parametrize("name", ["ruth", "admin", "auditor"])
def test_roles_that_are_not_asked(ruled: House, name: str) -> None:
    with pytest.raises(RoleMissing), ruled.transaction(actor_named(ruled, name)) as tx:
        acknowledge(tx, "RET-2.1", 1)
    with pytest.raises(RoleMissing), ruled.transaction(actor_named(ruled, "maya")) as tx:
        publish_changes(tx)


def test_a_reminder_comes_once_and_only_to_who_has_not_read(
    ruled: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = write(ruled, "Shoes come back within 30 days.")
    read(ruled, number, "maya")
    assert remind(ruled) == 0
    moved = datetime.now(UTC) + ruled.settings.acknowledge_after_days * DAYS
    monkeypatch.setattr(ruled, "clock", lambda: moved)
    assert remind(ruled) == len(NORTH) + 1, "tom and ines, and all of north but maya"
    assert remind(ruled) == 0
    assert [len(asked_of(ruled, name)) for name in ("maya", "tom")] == [1, 2]
    assert publish_changes in UPKEEP
    assert remind_readers in DAILY


def remind(house: House) -> int:
    with house.transaction(operator(house)) as tx:
        return remind_readers(tx)


# Who has not


def test_teams_are_counted_in_steps_and_small_ones_not_at_all(ruled: House) -> None:
    number = write(ruled, "Shoes come back within 30 days.")
    assert teams(ruled) == [("north", 5, None)], "tom and ines are too few, even together"
    read(ruled, number, *NORTH[:4])
    assert teams(ruled) == [("north", 5, None)], "4 of 5 would point at one"
    assert counted(ruled).teams[0].masked == ["acknowledged"]
    read(ruled, number, "nick")
    assert teams(ruled) == [("north", 5, 5)]
    assert counted(ruled).teams[0].masked == []


def test_who_moves_or_leaves_afterwards_moves_in_no_count(ruled: House) -> None:
    number = write(ruled, "Shoes come back within 30 days.")
    read(ruled, number, *NORTH[:4])
    before = teams(ruled)
    with ruled.transaction(operator(ruled)) as tx:
        tx.session.get_one(Account, "nick").team = "south"
    assert teams(ruled) == before
    with ruled.transaction(operator(ruled)) as tx:
        deactivate(tx, "nick")
    assert teams(ruled) == before


def test_small_teams_are_one_group_where_that_is_enough_people(ruled: House) -> None:
    with ruled.transaction(operator(ruled)) as tx:
        add_account(tx, name="eve", display_name="Eve", roles=[Role.AGENT], team="east")
    number = write(ruled, "Shoes come back within 30 days.")
    read(ruled, number, "tom", "eve", "ines")
    assert teams(ruled) == [("north", 5, None), (None, 3, 3)]


@settings(max_examples=200)
@given(st.integers(3, 60), st.data(), st.integers(3, 9))
def test_promise_9_no_reading_tells_of_fewer_than_the_floor(
    asked: int, data: st.DataObject, floor: int
) -> None:
    """Whatever is shown is true of some state in which enough people have not read it."""
    asked = max(asked, floor)
    shown = at_least(data.draw(st.integers(0, asked)), asked, floor)
    alike = {read for read in range(asked + 1) if at_least(read, asked, floor) == shown}
    if shown == asked:
        assert alike == {asked}, "all have: it is said of nobody that they have not"
        return
    assert all((shown or 0) <= read < asked for read in alike)
    assert asked - min(alike) >= floor
    if shown is not None:
        assert shown % floor == 0
        assert asked - shown >= floor
    if shown is None and asked > floor:
        assert {0, 1, floor - 1} <= alike


@settings(max_examples=100)
@given(st.integers(3, 40), st.integers(3, 9))
def test_promise_9_two_readings_never_differ_by_what_fewer_than_the_floor_did(
    asked: int, floor: int
) -> None:
    """Between two readings that differ, either all have read by now or a whole floor may have."""
    asked = max(asked, floor)
    shown = [at_least(read, asked, floor) or 0 for read in range(asked + 1)]
    assert shown == sorted(shown)
    assert {later - one for one, later in pairwise(shown[:-1])} <= {0, floor}


def test_neither_the_log_nor_its_export_says_who_has(ruled: House) -> None:
    read(ruled, write(ruled, "Shoes come back within 30 days."), "maya")
    with ruled.database.reading() as session:
        told = session.scalars(select(Event).where(Event.noun == "clause")).all()
    assert {one.verb for one in told} == {"revise", "publish"}
    assert "maya" not in {one.actor for one in told}


def test_old_ones_are_forgotten_with_the_people_of_old_cases(ruled: House) -> None:
    number = write(ruled, "Shoes come back within 30 days.")
    read(ruled, number, "maya")
    forgetful = House(ruled.settings.model_copy(update={"agent_id_days": 30}))
    forget(forgetful)
    with forgetful.transaction(operator(forgetful)) as tx:
        rows = tx.session.scalars(select(Acknowledgement)).all()
        assert len(rows) == len(NORTH) + 2
        for row in rows:
            row.asked_at = tx.at - 31 * DAYS
    forget(forgetful)
    with forgetful.database.reading() as session:
        assert session.scalars(select(Acknowledgement)).all() == []
    assert counted(forgetful).teams == []
    assert waiting(forgetful, "tom") == []
    forgetful.database.close()


def forget(house: House) -> None:
    with house.transaction(operator(house)) as tx:
        forget_agents(tx)


# Over HTTP


def test_a_reader_reads_and_acknowledges_and_a_lead_sees_steps(ruled: House) -> None:
    number = write(ruled, "Unworn shoes come back within 30 days of delivery.")
    api = Api(ruled)
    maya, path = api.by("maya"), "/v1/clauses/RET-2.1/acknowledge"
    [change] = maya.get("/v1/me/changes").json()["changes"]
    assert (change["clause"], change["policy_title"]) == ("RET-2.1", "Returns")
    assert {"op": "added", "text": "30"} in [
        {"op": one["op"], "text": one["text"].strip()} for one in change["changes"]
    ]
    stale = maya.post(path, json={"revision": number - 1})
    assert (stale.status_code, stale.json()["code"]) == (409, "ReadAnother")
    assert maya.post(path, json={"revision": change["revision"]}).json() == {"changes": []}
    assert api.by("ruth").get("/v1/clauses/RET-2.1/acknowledged").json() == {
        "clause": "RET-2.1",
        "revision": number,
        "asked_on": datetime.now(UTC).date().isoformat(),
        "teams": [{"team": "north", "asked": 5, "acknowledged": None, "masked": ["acknowledged"]}],
    }
    unchanged = api.by("ruth").get("/v1/clauses/RET-3.1/acknowledged").json()
    assert (unchanged["asked_on"], unchanged["teams"]) == (None, [])
    assert maya.get("/v1/clauses/RET-2.1/acknowledged").status_code == 403
