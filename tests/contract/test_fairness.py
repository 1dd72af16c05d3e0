"""The fairness slice says of a kept quarter what the examiner's report says, to who reads kinds."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from recommender.access import RoleMissing
from recommender.accounts.directory import actor_named, operator
from recommender.changes.examiner import examine
from recommender.kinds.fairness import Part, fairness, rounded, weeks_of
from recommender.kinds.slices import Quarter
from recommender.models.contacts import ContactVolume
from recommender.storage.house import House
from tests.conftest import AddPolicy, NewCase
from tests.contract.conftest import Api
from tests.contract.test_examiner import fill

QUARTER = Quarter(2026, 1)


@pytest.fixture
def sliced(house: House, add_policy: AddPolicy, new_case: NewCase) -> House:
    add_policy()
    fill(house, new_case)
    return house


def by_channel(house: House) -> dict[str | None, Part]:
    with house.reading(actor_named(house, "ines")) as tx:
        [found] = [one for one in fairness(tx).slices if one.attribute == "channel"]
    return {part.value: part for part in found.parts}


def test_it_counts_what_the_examiners_report_counts(sliced: House) -> None:
    with sliced.reading(operator(sliced)) as tx:
        reported = [one for one in examine(tx).answers if one.attribute == "channel"]
    parts = by_channel(sliced)
    assert len(parts) == len(reported) == 2
    for line in reported:
        part = parts[line.value]
        assert (part.exceptions, part.declined) == (line.exceptions, line.declined) == (30, 10)
        assert (part.low, part.high) == (line.low, line.high) == rounded(10, 40, 2)


def test_contacts_of_a_channel_tell_its_rate(sliced: House) -> None:
    weeks = weeks_of(QUARTER)
    with sliced.transaction(operator(sliced)) as tx:
        tx.session.add_all(ContactVolume(week=week, channel="chat", contacts=100) for week in weeks)
        tx.session.add(ContactVolume(week=weeks[0], channel="phone", contacts=100))
    parts = by_channel(sliced)
    rate = rounded(30, 100 * len(weeks), 3)
    assert (parts["chat"].rate_low, parts["chat"].rate_high) == rate
    assert parts["phone"].rate_low is None, "not every week is on record"
    with sliced.reading(operator(sliced)) as tx:
        notes = {one.value: one.note for one in examine(tx).answers if one.attribute == "channel"}
    assert notes == {"chat": "1.6% to 3.3% of its contacts had an exception", "phone": ""}


def test_the_weeks_of_a_quarter_begin_in_it() -> None:
    weeks = weeks_of(QUARTER)
    assert (weeks[0], weeks[-1], len(weeks)) == (date(2026, 1, 5), date(2026, 3, 30), 13)
    assert {one - other for other, one in pairwise(weeks)} == {timedelta(7)}


def test_the_door_gives_it_and_refuses_others(sliced: House) -> None:
    api = Api(sliced)
    page = api.by("ines").get("/v1/slices", params={"quarter": "2026-Q1"}).json()
    assert (page["quarter"], page["quarters"]) == ("2026-Q1", ["2026-Q1"])
    assert {one["attribute"] for one in page["slices"] if one["parts"]} == {"channel", "product"}
    assert api.by("ines").get("/v1/slices", params={"quarter": "2025-Q1"}).status_code == 404
    assert api.by("maya").get("/v1/slices").status_code == 403
    with sliced.reading(actor_named(sliced, "maya")) as tx, pytest.raises(RoleMissing):
        fairness(tx)


def test_without_a_quarter_it_says_so(house: House) -> None:
    with house.reading(operator(house)) as tx:
        assert fairness(tx).quarter is None
