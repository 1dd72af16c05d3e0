"""A second team's sample: drawn by chance, unseen by whom it concerns, and without any list."""

import numpy as np
import pytest
from scipy.stats import binomtest
from sqlalchemy import select

from recommender.access import Actor, RoleMissing
from recommender.accounts.directory import actor_named, add_account, operator
from recommender.cases.pairs import LEAST_SIGNED, Signing, striking
from recommender.cases.reviewing import (
    LOOKED_AT,
    AlreadyReviewed,
    UnknownReview,
    _chance,
    draw,
    draw_pairs,
    judge_review,
    my_reviews,
)
from recommender.cases.rosters import keep_roster
from recommender.cases.wishes import BlankField
from recommender.models.base import new_id
from recommender.models.cases import Case
from recommender.models.notices import Notice
from recommender.models.reviewing import Review
from recommender.storage.house import House
from recommender.vocabulary import Draw, NoticeTopic, ReviewVerdict, Role
from tests.conftest import NewCase

FINE, MISUSE = ReviewVerdict
CASES = 20_000


@pytest.fixture
def staffed(house: House) -> House:
    """Agents of north (maya, ann), south (tom), east (lena, omar); everything is drawn."""
    with house.transaction(operator(house)) as tx:
        for name, team in (("ann", "north"), ("lena", "east"), ("omar", "east")):
            add_account(tx, name=name, display_name=name, roles=[Role.AGENT], team=team)
    house.settings = house.settings.model_copy(update={"review_share": 1.0})
    return house


def drawn(house: House, new_case: NewCase, **given: object) -> str:
    """Draw a case that maya filed and tom signed; give the review's id."""
    with house.transaction(operator(house)) as tx:
        review = draw(tx, new_case(tx.session, **given))
        assert review is not None
        return review.id


def by(house: House, name: str) -> Actor:
    return actor_named(house, name)


def test_a_share_is_drawn_by_chance(house: House) -> None:
    """By a new key and new cases every time, so a true share falls out once in a million runs.

    Of so many cases 28 to 32 of 100 are drawn then; anything beyond is noticed.
    """
    with house.reading(operator(house)) as tx:
        hits = sum(_chance(tx, "drawn", new_id()) < 0.3 for _ in range(CASES))
    assert binomtest(hits, CASES, 0.3).pvalue > 1e-6


def test_what_chance_falls_under_the_share_is_drawn(house: House, new_case: NewCase) -> None:
    house.settings = house.settings.model_copy(update={"review_share": 0.3})
    with house.transaction(operator(house)) as tx:
        for case in [new_case(tx.session) for _ in range(60)]:
            assert (draw(tx, case) is not None) is (_chance(tx, "drawn", case.id) < 0.3)


def test_nothing_is_drawn_where_the_share_is_none(house: House, new_case: NewCase) -> None:
    house.settings = house.settings.model_copy(update={"review_share": 0.0})
    with house.transaction(operator(house)) as tx:
        assert not any(draw(tx, new_case(tx.session)) for _ in range(50))
        assert draw_pairs(tx) == 0


def test_another_team_looks_never_the_filers_or_the_signers(
    staffed: House, new_case: NewCase
) -> None:
    with staffed.transaction(operator(staffed)) as tx:
        teams = {getattr(draw(tx, new_case(tx.session)), "team", None) for _ in range(20)}
    assert teams == {"east"}


def test_without_another_team_it_waits_for_nobody(house: House, new_case: NewCase) -> None:
    house.settings = house.settings.model_copy(update={"review_share": 1.0})
    with house.transaction(operator(house)) as tx:
        review = draw(tx, new_case(tx.session))
        assert review is not None
        assert review.team is None
        assert not tx.session.scalars(select(Notice)).all()


def test_the_team_is_told_without_names(staffed: House, new_case: NewCase) -> None:
    drawn(staffed, new_case)
    with staffed.reading(by(staffed, "lena")) as tx:
        notices = tx.session.scalars(select(Notice).order_by(Notice.account_name)).all()
        assert [(n.account_name, n.topic) for n in notices] == [
            ("lena", NoticeTopic.REVIEW_WANTED),
            ("omar", NoticeTopic.REVIEW_WANTED),
        ]
        assert not any(name in n.title + n.body for n in notices for name in ("maya", "tom"))


def test_only_that_team_finds_it(staffed: House, new_case: NewCase) -> None:
    review = drawn(staffed, new_case)
    for name, ids in (("lena", [review]), ("ann", []), ("tom", [])):
        with staffed.reading(by(staffed, name)) as tx:
            assert [one.id for one, _ in my_reviews(tx)] == ids
    with staffed.transaction(by(staffed, "tom")) as tx, pytest.raises(UnknownReview):
        judge_review(tx, review, FINE)
    with staffed.reading(by(staffed, "ines")) as tx, pytest.raises(RoleMissing):
        my_reviews(tx)


def test_who_signed_it_and_changed_teams_since_does_not_judge_it(
    staffed: House, new_case: NewCase
) -> None:
    review = drawn(staffed, new_case, cosigner_id="lena", agent_team="north")
    with staffed.transaction(by(staffed, "omar")) as tx:
        tx.session.get_one(Review, review).team = "east"
    with staffed.transaction(by(staffed, "lena")) as tx:
        assert my_reviews(tx) == []
        with pytest.raises(UnknownReview):
            judge_review(tx, review, FINE)


def test_fine_changes_nothing(staffed: House, new_case: NewCase) -> None:
    review = drawn(staffed, new_case)
    with staffed.transaction(by(staffed, "lena")) as tx:
        judged = judge_review(tx, review, FINE)
        assert tx.session.get_one(Case, judged.case_id).misused_at is None
        assert my_reviews(tx) == []


def test_misuse_needs_a_reason_which_the_filer_reads(staffed: House, new_case: NewCase) -> None:
    review = drawn(staffed, new_case)
    with staffed.transaction(by(staffed, "lena")) as tx:
        with pytest.raises(BlankField):
            judge_review(tx, review, MISUSE, " ")
        judged = judge_review(tx, review, MISUSE, "The shoes were her own.")
        case = tx.session.get_one(Case, judged.case_id)
        assert case.misused_at == tx.at
        (told,) = tx.session.scalars(
            select(Notice).where(Notice.topic == NoticeTopic.CASE_REVIEWED)
        )
        assert told.account_name == "maya"
        assert "The shoes were her own." in told.body


def test_who_answered_may_correct_it_and_nobody_else(staffed: House, new_case: NewCase) -> None:
    review = drawn(staffed, new_case)
    with staffed.transaction(by(staffed, "lena")) as tx:
        judge_review(tx, review, MISUSE, "The shoes were her own.")
    with staffed.transaction(by(staffed, "omar")) as tx, pytest.raises(AlreadyReviewed):
        judge_review(tx, review, FINE)
    with staffed.transaction(by(staffed, "lena")) as tx:
        judged = judge_review(tx, review, FINE)
        assert tx.session.get_one(Case, judged.case_id).misused_at is None


def sign(house: House, new_case: NewCase, signer: str, peers: list[str], times: int) -> None:
    with house.transaction(operator(house)) as tx:
        for _ in range(times):
            case = new_case(tx.session, cosigner_id=signer, decided_at=tx.at)
            if peers:
                keep_roster(tx, case, {"maya", *peers}, {"maya"})


def test_a_striking_pair_adds_a_few_of_its_cases(staffed: House, new_case: NewCase) -> None:
    peers = ["tom", *(f"peer-{number}" for number in range(9))]
    sign(staffed, new_case, "tom", peers, 8)
    with staffed.transaction(operator(staffed)) as tx:
        assert draw_pairs(tx) == LOOKED_AT
        assert draw_pairs(tx) == 0
        assert set(tx.session.scalars(select(Review.draw))) == {Draw.PAIR}


def test_without_a_record_of_who_was_there_no_pair_is_looked_at(
    staffed: House, new_case: NewCase
) -> None:
    sign(staffed, new_case, "tom", [], 20)
    with staffed.transaction(operator(staffed)) as tx:
        assert draw_pairs(tx) == 0


def test_small_shifts_do_not_look_like_favour(staffed: House, new_case: NewCase) -> None:
    sign(staffed, new_case, "tom", ["tom"], 20)
    with staffed.transaction(operator(staffed)) as tx:
        assert draw_pairs(tx) == 0


def shift(rng: np.random.Generator, number: int, friends: tuple[str, str] | None) -> Signing:
    filer = f"agent-{rng.integers(20)}"
    others = rng.choice(20, size=6, replace=False)
    present = frozenset(f"agent-{other}" for other in others) - {filer}
    signer = str(rng.choice(sorted(present)))
    if friends is not None and filer == friends[0]:
        signer, present = friends[1], present | {friends[1]}
    return Signing(f"case-{number}", filer, signer, present)


def test_innocent_shifts_are_hardly_ever_noticed_and_favour_is() -> None:
    rng = np.random.default_rng(7)
    wrong = [
        pair for _ in range(20) for pair in striking([shift(rng, n, None) for n in range(600)])
    ]
    assert len(wrong) <= 2
    friends = ("agent-3", "agent-4")
    assert friends in striking([shift(rng, n, friends) for n in range(600)])


def test_few_signatures_are_never_striking() -> None:
    peers = frozenset({"b", *(f"peer-{number}" for number in range(50))})
    few = [Signing(f"case-{n}", "a", "b", peers) for n in range(LEAST_SIGNED - 1)]
    assert striking(few) == striking([]) == []
