from datetime import UTC, date, datetime

from recommender.access import Actor
from recommender.cases.clock import AsOf, today
from recommender.config import Settings
from recommender.storage.house import House
from tests.conftest import NewCase


def test_without_cases_the_clock_says_what_day_it_is(house: House, admin: Actor) -> None:
    with house.reading(admin) as tx:
        assert today(tx) == AsOf(tx.at, "clock")


def test_imported_history_ends_with_its_last_case(
    house: House, admin: Actor, new_case: NewCase
) -> None:
    with house.transaction(admin) as tx:
        new_case(tx.session, age=3)
        new_case(tx.session, age=1)
        assert today(tx) == AsOf(datetime(2026, 5, 31, 12, tzinfo=UTC), "last case")


def test_the_clock_runs_once_a_proposal_was_filed_here(
    house: House, admin: Actor, new_case: NewCase
) -> None:
    with house.transaction(admin) as tx:
        new_case(tx.session, age=3)
        new_case(tx.session, source_system="recommender", age=400)
        assert today(tx) == AsOf(tx.at, "clock")


def test_the_setting_wins(
    house: House, settings: Settings, admin: Actor, new_case: NewCase
) -> None:
    with house.transaction(admin) as tx:
        new_case(tx.session)
    looking_back = House(settings.model_copy(update={"as_of": date(2026, 3, 1)}))
    with looking_back.reading(admin) as tx:
        assert today(tx) == AsOf(datetime(2026, 3, 1, 23, 59, 59, 999999, tzinfo=UTC), "setting")
    looking_back.database.close()
