"""What people are told."""

import pytest

from recommender.access import Actor
from recommender.accounts.directory import deactivate
from recommender.notices import UnknownNotice, mark_read, my_notices, tell, unread_count
from recommender.storage.house import House
from recommender.vocabulary import NoticeTopic


def told(house: House, actor: Actor, *names: str | None, title: str = "News") -> int:
    with house.transaction(actor) as tx:
        return tell(tx, names, topic=NoticeTopic.DECISION, title=title, body="Because of it.")


def test_each_active_account_is_told_once(
    house: House, ruth: Actor, admin: Actor, maya: Actor, tom: Actor
) -> None:
    with house.transaction(admin) as tx:
        deactivate(tx, "tom")
    assert told(house, ruth, "maya", "maya", "tom", None, "never-heard-of") == 1
    with house.reading(maya) as tx:
        (notice,) = my_notices(tx)
        assert (notice.title, notice.body, notice.read_at) == ("News", "Because of it.", None)
    with house.reading(tom) as tx:
        assert my_notices(tx) == []


def test_what_needs_somebody_comes_first_then_the_newest(
    house: House, ruth: Actor, maya: Actor
) -> None:
    told(house, ruth, "maya", title="first")
    with house.transaction(ruth) as tx:
        topic = NoticeTopic.COSIGN_WANTED
        tell(tx, ["maya"], topic=topic, title="act", body="Please.", needs_you=True)
    told(house, ruth, "maya", title="last")
    with house.reading(maya) as tx:
        assert [notice.title for notice in my_notices(tx)] == ["act", "last", "first"]


def test_a_notice_is_read_by_the_one_it_is_for(
    house: House, ruth: Actor, maya: Actor, tom: Actor
) -> None:
    told(house, ruth, "maya")
    with house.reading(maya) as tx:
        notice_id = my_notices(tx, unread_only=True)[0].id
        assert unread_count(tx) == 1
    for stranger, wanted in ((tom, notice_id), (maya, "nothing")):
        with pytest.raises(UnknownNotice), house.transaction(stranger) as tx:
            mark_read(tx, wanted)
    with house.transaction(maya) as tx:
        read_at = mark_read(tx, notice_id).read_at
    with house.transaction(maya) as tx:
        assert mark_read(tx, notice_id).read_at == read_at
        assert my_notices(tx, unread_only=True) == []
        assert unread_count(tx) == 0
        assert len(my_notices(tx)) == 1
