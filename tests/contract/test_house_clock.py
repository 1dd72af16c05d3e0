"""Acts are stamped by the house's clock, which no setting moves; sessions end in real time."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from recommender.access import Actor
from recommender.accounts import sign_ins
from recommender.accounts.directory import operator, set_password
from recommender.cases.filing import Wish, file
from recommender.config import PREFIX, Settings, UnknownSetting, load_settings, now
from recommender.models.cases import Case
from recommender.models.events import Event
from recommender.storage.house import House
from tests.contract.conftest import PASSWORD

THEN = datetime(2024, 2, 29, 8, 30, tzinfo=UTC)


def test_what_is_done_is_stamped_by_the_houses_clock(house: House, maya: Actor) -> None:
    house.clock = lambda: THEN
    with house.transaction(maya) as tx:
        assert tx.at == THEN
        case_id = file(tx, Wish(situation="Late.", resolution="Take it back.", gap=True)).id
    with house.reading(maya) as tx:
        assert tx.at == THEN
        assert tx.session.get_one(Case, case_id).filed_at == THEN
        [filed] = tx.session.scalars(select(Event.at).where(Event.noun_id == case_id))
    assert filed == THEN


def test_unless_told_otherwise_it_is_the_present(settings: Settings, admin: Actor) -> None:
    for opened in (House(settings), House(settings.model_copy(update={"as_of": THEN.date()}))):
        with opened.reading(admin) as tx:
            assert abs(now() - tx.at) < timedelta(minutes=1)
        opened.database.close()


def test_when_a_sign_in_ends_is_read_off_the_real_clock(house: House, maya: Actor) -> None:
    with house.transaction(operator(house)) as tx:
        set_password(tx, maya.name, PASSWORD)
    opened = sign_ins.sign_in(house, maya.name, PASSWORD)
    house.clock = lambda: now() + timedelta(days=365)
    assert sign_ins.authenticate(house, opened.token) == maya
    house.clock = lambda: THEN
    gone = sign_ins.sign_in(house, maya.name, PASSWORD)
    with pytest.raises(sign_ins.SignInNeeded):
        sign_ins.authenticate(house, gone.token)


def test_no_setting_moves_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not {"now", "clock"} & set(Settings.model_fields)
    monkeypatch.setenv(f"{PREFIX}NOW", THEN.isoformat())
    with pytest.raises(UnknownSetting):
        load_settings()
