"""After-effects: looked at on the planned day, beside what was predicted, and told once."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import cycle, islice
from typing import Literal

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from recommender.access import Actor
from recommender.accounts.directory import actor_named, operator
from recommender.changes.accepting import accept
from recommender.changes.candidates import UnknownCandidate, candidate, claim, promote
from recommender.changes.comparing import Reading
from recommender.changes.effects import (
    Effect,
    NoEffectPlanned,
    effect,
    effects,
    judge,
    looks,
    words,
)
from recommender.changes.looking import ask_for_reviews, look_at_effects
from recommender.changes.predicting import Design, read_design
from recommender.changes.regressing import recurred, tell_regressed
from recommender.changes.suggested import narrower_than_before
from recommender.cli.main import recommender
from recommender.errors import NotAllowed
from recommender.models.cases import Case
from recommender.models.changes import Candidate
from recommender.models.contacts import ContactVolume
from recommender.models.findability import AlreadyAllowed
from recommender.models.kinds import Kind
from recommender.notices import my_notices
from recommender.policies.library import clause_by_key, revise
from recommender.policies.syntax.markup import plain_text
from recommender.storage.house import House, Transaction
from recommender.vocabulary import (
    CandidateState,
    CaseState,
    EffectVerdict,
    Look,
    NoticeTopic,
    Verdict,
)
from tests.contract.changing import FILERS, OF_NOBODY, TODAY, Shop, open_shop
from tests.contract.conftest import Api

YEAR = tuple(islice(cycle(map(float, range(15, 31))), 122))
"""A case each third day of a year; the draft allows them up to 28 days."""
PAST, ALLOWED = 90.0, 20.0
_LISTED = ("readings", "before", "curve", "exposure", "since", "review_on", "overdue")


@pytest.fixture
def shop(house: House, add_policy: Callable[..., None], new_case: Callable[..., Case]) -> Shop:
    return open_shop(house, add_policy, new_case)


def followed(shop: Shop, **given: object) -> str:
    """Accept a kind's change as of today; give the candidate."""
    kind_id = shop.kind(**({"values": YEAR, "csat": 5} | given))
    return shop.accepted(kind_id)


def design(shop: Shop, candidate_id: str) -> Design:
    read = read_design(shop.read(candidate_id))
    assert read is not None
    return read


def come(shop: Shop, candidate_id: str, days: list[float], late: float = PAST) -> None:
    """Let exceptions of the kind come so many days after today."""
    with shop.house.transaction(operator(shop.house)) as tx:
        kind = tx.session.get_one(Kind, candidate(tx, candidate_id).kind_id)
        for place, day in enumerate(days):
            shop.add_cases(
                tx.session,
                kind,
                "RET-2.1",
                "days_since_delivery",
                (late,),
                age=-day,
                agent_id=FILERS[place % len(FILERS)],
                cosigner_id=FILERS[(place + 1) % len(FILERS)],
            )


def told(shop: Shop, candidate_id: str, actor: Actor | None = None) -> Effect:
    with shop.house.reading(actor or shop.owner) as tx:
        return effect(tx, candidate_id)


def upkeep(shop: Shop, due: Callable[[Transaction], int]) -> int:
    with shop.house.transaction(operator(shop.house)) as tx:
        return due(tx)


def notices(shop: Shop, name: str, topic: NoticeTopic) -> list[str]:
    with shop.house.reading(actor_named(shop.house, name)) as tx:
        return [one.body for one in my_notices(tx) if one.topic is topic]


def at_look(shop: Shop, candidate_id: str, *, later: int = 0) -> Effect:
    day = design(shop, candidate_id).look_on
    assert day is not None
    shop.at(day + timedelta(days=later))
    assert upkeep(shop, look_at_effects) == 1
    return told(shop, candidate_id)


def test_before_the_planned_day_there_is_a_curve_and_no_verdict(shop: Shop) -> None:
    candidate_id = followed(shop)
    come(shop, candidate_id, [8.0, 9.0, 15.0])
    shop.at(date(2026, 6, 22))
    assert upkeep(shop, look_at_effects) == 0
    found = told(shop, candidate_id)
    assert (found.verdict, found.read_on) == (EffectVerdict.TOO_EARLY, None)
    assert found.look_on is not None
    assert f"{found.look_on.day} {found.look_on:%b %Y}" in found.words
    assert [(one.week.day, one.exceptions) for one in found.curve] == [(8, 2), (15, 1)]
    assert [one.name for one in found.readings] == ["exceptions", "uses", "cost", "good"]


def test_a_fall_as_large_as_predicted_is_said_and_told_once(shop: Shop) -> None:
    candidate_id = followed(shop)
    found = at_look(shop, candidate_id)
    assert found.verdict is EffectVerdict.AS_PREDICTED
    assert found.read_on == found.look_on
    assert upkeep(shop, look_at_effects) == 0
    with shop.house.reading(shop.manager) as tx:
        [listed] = effects(tx)
    assert (listed.words, list(listed.readings)) == (found.words, list(found.readings))
    for name in ("ruth", "rhea", "ines"):
        assert notices(shop, name, NoticeTopic.EFFECT) == [found.words]


def test_no_fall_is_no_visible_change_and_more_than_twice_what_was_predicted(shop: Shop) -> None:
    candidate_id = followed(shop)
    come(shop, candidate_id, [7 + 2.4 * place for place in range(40)])
    found = at_look(shop, candidate_id)
    assert found.verdict is EffectVerdict.NO_VISIBLE_CHANGE
    [body] = notices(shop, "ruth", NoticeTopic.EFFECT)
    assert "Take it back: more than twice as many exceptions came as were predicted." in body
    assert [one.what for one in found.remedies] == ["roll_back"], "a narrower limit ends fewer"
    assert {one.name: one.reads for one in found.readings}["exceptions"] == "over"


@pytest.mark.parametrize("verdict", [Verdict.WIDEN_LIMIT, Verdict.ADD_EXCEPTION])
def test_a_use_far_above_what_was_predicted_drafts_a_narrower_limit_and_the_way_back(
    shop: Shop, verdict: Verdict
) -> None:
    kind_id = shop.kind(values=YEAR)
    with shop.house.transaction(shop.manager) as tx:
        candidate_id = promote(tx, kind_id, verdict).id
    with shop.house.transaction(shop.owner) as tx:
        claim(tx, candidate_id)
        found = accept(tx, candidate_id, reason="It helps.")
        for number in range(400):
            tx.session.add(
                AlreadyAllowed(
                    draft_id=f"draft-{number:08}",
                    clause_id=found.clause_id,
                    revision_id=found.revision_id,
                    candidate_id=None if verdict is Verdict.WIDEN_LIMIT else found.id,
                    facts={"days_since_delivery": ALLOWED},
                    at=TODAY + timedelta(days=8),
                )
            )
    told_early = told(shop, candidate_id)
    assert told_early.remedies == []
    assert at_look(shop, candidate_id).verdict is EffectVerdict.AS_PREDICTED
    page = Api(shop.house).by("ruth").get(f"/v1/candidates/{candidate_id}/effect").json()
    narrow, back = page["remedies"]
    assert (narrow["what"], back["what"]) == ("narrow", "roll_back")
    assert (narrow["narrower"]["stated"], narrow["narrower"]["limit"]) == (28, 22)
    assert narrow["narrower"]["n"] >= 9
    assert "days since delivery is at most 22, which covers at least" in narrow["reason"]
    assert narrow["reason"].endswith("it was used more than twice as often as was predicted.")
    now, then = narrow["redline"]["old"], narrow["redline"]["new"]
    assert then == now.replace("28 days", "22 days").replace("at most 28", "at most 22") != now
    assert back["redline"] == {
        "old": now,
        "new": plain_text(shop.read(candidate_id).old_markup or ""),
    }
    [body] = notices(shop, "ruth", NoticeTopic.EFFECT)
    assert narrow["reason"] in body
    with shop.house.reading(shop.owner) as tx:
        clause = clause_by_key(tx, "RET-2.1")
        assert clause.newest.id == candidate(tx, candidate_id).revision_id, "nothing is done"
    assert (
        Api(shop.house).by("ruth").get(f"/v1/candidates/{candidate_id}").json()["narrower"] is None
    )
    with shop.house.transaction(shop.manager) as tx:
        again = promote(tx, kind_id, Verdict.COACH).id
    page = Api(shop.house).by("ruth").get(f"/v1/candidates/{again}").json()
    assert page["narrower"] == narrow["narrower"]


def test_nothing_narrower_is_known_of_a_change_that_wrote_no_words(shop: Shop) -> None:
    kind_id = shop.kind(values=YEAR)
    with shop.house.transaction(shop.manager) as tx:
        tolerated = promote(tx, kind_id, Verdict.COACH).id
        assert narrower_than_before(tx, candidate(tx, tolerated)) is None
        candidate(tx, tolerated).state = CandidateState.CONFIRMED
        again = promote(tx, kind_id).id
        assert narrower_than_before(tx, candidate(tx, again)) is None


def test_what_nobody_used_by_its_review_is_offered_to_be_taken_back(shop: Shop) -> None:
    candidate_id = followed(shop)
    gap = shop.accepted(shop.kind(clause=None, fact="hens", values=YEAR[:16]))
    assert told(shop, candidate_id).remedies == []
    shop.at(date(2026, 8, 31))
    [one] = told(shop, candidate_id).remedies
    assert (one.what, one.reason) == (
        "roll_back",
        "Nobody is known to have used it since 1 Jun 2026, and nobody had to ask.",
    )
    assert "14 days" in one.wording.texts["new"]
    [ended] = told(shop, gap).remedies
    assert (ended.what, ended.wording.new) == ("retire", None)
    come(shop, candidate_id, [40.0])
    assert told(shop, candidate_id).remedies == []
    with shop.house.transaction(operator(shop.house)) as tx:
        clause = candidate(tx, gap).clause
        assert clause is not None
        revise(tx, clause, markup="Hens are free.", effective_from=None)
    assert told(shop, gap).remedies == [], "it reads otherwise by now"


@pytest.mark.parametrize(
    ("name", "low", "high", "missed"),
    [
        ("cost", 21.0, 40.0, True),
        ("cost", 20.0, 40.0, False),
        ("uses", None, None, False),
        ("good", 0.1, 0.2, True),
        ("good", 0.5, 1.0, False),
        ("good", 0.26, 0.4, False),
        ("good", None, None, False),
    ],
)
def test_a_miss_is_of_more_than_twice(
    name: Literal["cost", "uses", "good"],
    low: float | None,
    high: float | None,
    missed: bool,  # noqa: FBT001 - a value of the table
) -> None:
    spans = {"good": (0.5, 0.9)}.get(name, (5.0, 10.0))
    read = Reading(name=name, low=low, high=high, predicted_low=spans[0], predicted_high=spans[1])
    assert read.missed is missed


def test_a_verdict_is_of_the_planned_weeks_however_late_it_is_taken(shop: Shop) -> None:
    candidate_id = followed(shop)
    day = design(shop, candidate_id).look_on
    assert day is not None
    start = (datetime.combine(day, datetime.min.time(), tzinfo=UTC) - TODAY).days + 1
    come(shop, candidate_id, [start + place for place in range(30)])
    assert at_look(shop, candidate_id, later=40).verdict is EffectVerdict.AS_PREDICTED


def test_where_the_first_look_tells_nothing_there_is_a_second_one(shop: Shop) -> None:
    candidate_id = followed(shop)
    come(shop, candidate_id, [9.0, 12.0, 16.0])
    first = at_look(shop, candidate_id)
    assert first.verdict is EffectVerdict.TOO_FEW
    assert "A second look is planned for 30 Aug 2026." in first.words
    shop.at(date(2026, 8, 30))
    assert upkeep(shop, look_at_effects) == 1
    assert told(shop, candidate_id).verdict is EffectVerdict.AS_PREDICTED
    with shop.house.reading(shop.owner) as tx:
        assert [one.look for one in looks(tx, candidate(tx, candidate_id))] == [
            Look.PLANNED,
            Look.SECOND,
        ]
    shop.at(date(2027, 1, 1))
    assert upkeep(shop, look_at_effects) == 0


def test_without_a_baseline_nothing_is_claimed(shop: Shop) -> None:
    candidate_id = followed(shop, values=YEAR[:16])
    shop.at(date(2027, 6, 1))
    assert upkeep(shop, look_at_effects) == 0
    found = told(shop, candidate_id)
    assert found.verdict is EffectVerdict.TOO_FEW
    assert found.words.startswith("No look can tell: fewer than 6 weeks")
    assert (found.readings, found.curve) == ((), ())


def test_uses_are_what_only_the_new_wording_allows(
    shop: Shop, new_case: Callable[..., Case]
) -> None:
    candidate_id = followed(shop)
    with shop.house.transaction(operator(shop.house)) as tx:
        found = candidate(tx, candidate_id)
        for number, late in enumerate((ALLOWED, ALLOWED, 3.0)):
            tx.session.add(
                AlreadyAllowed(
                    draft_id=f"draft-{number:08}",
                    clause_id=found.clause_id,
                    revision_id=found.revision_id,
                    facts={"days_since_delivery": late},
                    at=TODAY + timedelta(days=8),
                )
            )
        for number, late in enumerate((ALLOWED, 3.0, PAST, ALLOWED)):
            new_case(
                tx.session,
                clause="RET-2.1",
                state=CaseState.IN_POLICY,
                age=-8 if number < 3 else 8,
                facts={"days_since_delivery": late},
                agent_id=None,
                customer_id=None,
                cosigner_id=None,
            )
    shop.at(date(2026, 6, 22))
    assert [one.uses for one in told(shop, candidate_id).curve] == [3, 0]


def test_cost_and_outcomes_are_read_beside_what_was_said(shop: Shop) -> None:
    candidate_id = followed(shop)
    come(shop, candidate_id, [8.0, 9.0, 15.0])
    shop.at(date(2026, 6, 22))
    readings = {one.name: one for one in told(shop, candidate_id).readings}
    assert readings["exceptions"].after == 1.5
    assert readings["cost"].before == pytest.approx(20 * (readings["exceptions"].before or 0))
    assert (readings["cost"].after, readings["cost"].high) == (None, None), "no use is on record"
    assert 0 < (readings["cost"].low or 0) < 30.0
    assert readings["cost"].reads is None
    assert (readings["good"].before, readings["good"].after) == (1.0, None)
    assert readings["good"].reads is None


def within_the_rules(shop: Shop, days: list[float], amount: float | None) -> None:
    """Import cases that nobody had to ask about, so many days after today."""
    with shop.house.transaction(operator(shop.house)) as tx:
        for day in days:
            shop.new_case(
                tx.session,
                clause="RET-2.1",
                state=CaseState.IN_POLICY,
                age=-day,
                facts={"days_since_delivery": ALLOWED},
                amount=amount,
                currency="EUR",
                **OF_NOBODY,
            )


def test_a_cost_that_more_than_doubles_within_the_rule_is_a_miss(shop: Shop) -> None:
    candidate_id = followed(shop)
    within_the_rules(shop, [7 + 0.5 * place for place in range(90)], 60.0)
    found = at_look(shop, candidate_id)
    cost = {one.name: one for one in found.readings}["cost"]
    assert cost.after is not None
    assert cost.predicted_high is not None
    assert cost.low is not None
    assert cost.low < cost.after
    assert (cost.reads, cost.missed) == ("over", True), "seven a week at 60, before two at 20"
    assert [one.what for one in found.remedies] == ["narrow", "roll_back"]
    [body] = notices(shop, "ruth", NoticeTopic.EFFECT)
    assert "it cost more than twice what was predicted" in body


def test_a_cost_is_told_only_where_all_amounts_are_known(shop: Shop) -> None:
    candidate_id = followed(shop)
    come(shop, candidate_id, [8.0, 9.0])
    within_the_rules(shop, [8.0, 9.0], 20.0)
    shop.at(date(2026, 6, 22))
    cost = {one.name: one for one in told(shop, candidate_id).readings}["cost"]
    assert cost.after == pytest.approx(40.0)
    assert (cost.reads, cost.missed) == ("inside", False), "as much as before, within the rule"
    within_the_rules(shop, [15.0], None)
    cost = {one.name: one for one in told(shop, candidate_id).readings}["cost"]
    assert (cost.after, cost.high, cost.reads) == (None, None, None)
    assert cost.low


def test_contacts_that_are_missing_afterwards_leave_the_weeks_as_measure(shop: Shop) -> None:
    with shop.house.transaction(operator(shop.house)) as tx:
        for number in range(60):
            week = date(2025, 4, 28) + timedelta(weeks=number)
            tx.session.add(ContactVolume(week=week, contacts=100))
    candidate_id = followed(shop)
    assert design(shop, candidate_id).exposure == "contacts"
    shop.at(date(2026, 6, 16))
    assert told(shop, candidate_id).exposure == "contacts"
    shop.at(date(2026, 6, 30))
    assert told(shop, candidate_id).exposure == "weeks"


def test_somebodys_next_wording_ends_the_weeks_after(shop: Shop) -> None:
    candidate_id = followed(shop)
    with shop.house.transaction(operator(shop.house)) as tx:
        clause = clause_by_key(tx, "RET-2.1")
        next_one = datetime(2026, 6, 17, tzinfo=UTC)
        revise(tx, clause, markup=clause.newest.markup, effective_from=next_one)
    shop.at(date(2026, 7, 6))
    assert [one.week for one in told(shop, candidate_id).curve] == [date(2026, 6, 8)]


def test_of_too_few_people_no_number_is_shown(shop: Shop) -> None:
    candidate_id = followed(shop)
    come(shop, candidate_id, [8.0, 9.0])
    with shop.house.transaction(operator(shop.house)) as tx:
        for case in tx.session.scalars(select(Case)):
            case.agent_id, case.cosigner_id = "maya", "tom"
    shop.at(date(2026, 6, 22))
    found = told(shop, candidate_id)
    assert (found.readings, found.curve, found.exposure) == ((), (), None)


def test_a_pilot_is_read_in_its_scope_where_enough_people_are_on_both_sides(shop: Shop) -> None:
    candidate_id = followed(shop)
    with shop.house.transaction(operator(shop.house)) as tx:
        candidate(tx, candidate_id).scope = {"team": "north", "until": "2026-06-14"}
    come(shop, candidate_id, [8.0, 9.0, 15.0])
    shop.at(date(2026, 6, 22))
    found = told(shop, candidate_id)
    assert [one.week for one in found.curve] == [date(2026, 6, 8)]
    with shop.house.transaction(operator(shop.house)) as tx:
        few = select(Case).where(Case.agent_team == "south")
        for case in tx.session.scalars(few):
            case.agent_id, case.cosigner_id = "maya", "tom"
    with pytest.raises(NoEffectPlanned):
        told(shop, candidate_id)


def test_a_regression_is_told_once_with_its_cases(shop: Shop) -> None:
    candidate_id = followed(shop)
    assert upkeep(shop, tell_regressed) == 0
    come(shop, candidate_id, [1.0 + place for place in range(6)])
    assert upkeep(shop, tell_regressed) == 1
    assert upkeep(shop, tell_regressed) == 0
    [body] = notices(shop, "ruth", NoticeTopic.REGRESSED)
    assert body.startswith("RET-2.1 was changed for this kind")
    assert notices(shop, "ines", NoticeTopic.REGRESSED) == [body]
    assert told(shop, candidate_id).regressed_on == date(2026, 6, 7)
    with shop.house.reading(shop.owner) as tx:
        again = recurred(tx, candidate(tx, candidate_id))
        assert len(again) == 6
        assert all(tx.session.get_one(Case, case).occurred_at > TODAY for case in again)


def test_a_review_is_asked_for_once_on_its_day(shop: Shop) -> None:
    followed(shop)
    shop.at(date(2026, 8, 29))
    assert upkeep(shop, ask_for_reviews) == 0
    shop.at(date(2026, 8, 31))
    assert upkeep(shop, ask_for_reviews) == 1
    assert upkeep(shop, ask_for_reviews) == 0
    [body] = notices(shop, "ruth", NoticeTopic.REVIEW_DUE)
    assert "Its effect has not been looked at." in body
    assert body.endswith("nobody had to ask: think of retiring it.")
    assert notices(shop, "ines", NoticeTopic.REVIEW_DUE) == []


def test_of_a_change_that_people_still_ask_about_no_end_is_proposed(shop: Shop) -> None:
    candidate_id = followed(shop)
    come(shop, candidate_id, [8.0])
    assert at_look(shop, candidate_id).verdict is EffectVerdict.AS_PREDICTED
    shop.at(date(2026, 8, 31))
    assert upkeep(shop, ask_for_reviews) == 1
    [body] = notices(shop, "ruth", NoticeTopic.REVIEW_DUE)
    assert "Exceptions fell; the predicted fall is not ruled out. " in body
    assert "Confirm it, narrow it" in body


def test_effects_are_listed_the_newest_first(shop: Shop) -> None:
    candidate_id = followed(shop)
    with shop.house.reading(shop.owner) as tx:
        assert [one.candidate.id for one in effects(tx)] == [candidate_id]
        assert effects(tx)[0].curve == ()


def test_only_what_was_accepted_has_an_effect(shop: Shop) -> None:
    waiting = shop.promoted(shop.kind())
    with shop.house.reading(shop.owner) as tx, pytest.raises(NoEffectPlanned, match="predicted"):
        effect(tx, waiting)
    with shop.house.reading(shop.owner) as tx, pytest.raises(UnknownCandidate):
        effect(tx, "000000000000")
    maya = actor_named(shop.house, "maya")
    with shop.house.reading(maya) as tx, pytest.raises(NotAllowed):
        effect(tx, waiting)


def test_good_outcomes_that_were_nearly_all_are_missed_by_their_opposite() -> None:
    read = Reading(name="good", low=0.5, high=0.79, predicted_low=0.9, predicted_high=1.0)
    assert read.missed, "one in ten was said not to end well, and more than two in ten did"
    assert not replace(read, high=0.81).missed


@pytest.mark.parametrize(
    ("verdict", "low", "high", "said"),
    [
        (
            EffectVerdict.AS_PREDICTED,
            0.1,
            0.94,
            "Exceptions fell; the predicted fall is not ruled out. 2.0 a week came before, 0.40 af",
        ),
        (
            EffectVerdict.AS_PREDICTED,
            0.1,
            0.94,
            "The prediction, 0.25 to 0.50 a week, lies within what these counts can tell: 0.10 to ",
        ),
        (EffectVerdict.LESS_THAN_PREDICTED, 0.6, 0.94, "lies below what these counts can tell"),
        (EffectVerdict.AS_PREDICTED, 0.01, 0.2, "lies above what these counts can tell: 0.01 to"),
        (EffectVerdict.NO_VISIBLE_CHANGE, 0.6, None, "below what these counts can tell: 0.60 to m"),
        (EffectVerdict.TOO_FEW, 0.1, 3.0, "Too few cases to tell a fall from chance."),
        (EffectVerdict.AS_PREDICTED, 0.1, None, "the predicted fall is not ruled out."),
    ],
)
def test_a_verdict_says_what_was_seen(
    verdict: EffectVerdict, low: float, high: float | None, said: str
) -> None:
    read = Reading(
        name="exceptions",
        before=2.0,
        after=0.4,
        low=low,
        high=high,
        predicted_low=0.25,
        predicted_high=0.5,
    )
    told_words = words(verdict, Design(weeks=(), starts=TODAY.date()), None, [read])
    assert said in told_words
    assert words(verdict, Design(weeks=(), starts=TODAY.date()), None) in told_words


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (0.0, 0.5, EffectVerdict.AS_PREDICTED),
        (0.1, 0.99, EffectVerdict.AS_PREDICTED),
        (0.3, 0.9, EffectVerdict.LESS_THAN_PREDICTED),
        (0.3, 1.1, EffectVerdict.NO_VISIBLE_CHANGE),
        (0.1, 1.1, EffectVerdict.TOO_FEW),
    ],
)
def test_an_interval_is_judged_by_one_and_by_what_was_predicted(
    low: float, high: float, verdict: EffectVerdict
) -> None:
    assert judge(low, high, drop=0.8) is verdict


def test_a_look_does_not_make_an_owners_page_stale(shop: Shop) -> None:
    candidate_id = followed(shop)
    before = shop.read(candidate_id).version
    at_look(shop, candidate_id)
    with shop.house.reading(shop.owner) as tx:
        assert tx.session.get_one(Candidate, candidate_id).version == before


def use(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RECOMMENDER_DATABASE_URL", house.settings.database_url)
    monkeypatch.setenv("RECOMMENDER_ENCODER", house.settings.encoder)


def test_the_api_and_the_command_line_tell_the_same(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    candidate_id = followed(shop)
    come(shop, candidate_id, [1.0 + place for place in range(12)])
    shop.at(date(2026, 6, 22))
    assert upkeep(shop, tell_regressed) == 1
    ines = Api(shop.house).by("ines")
    found = ines.get(f"/v1/candidates/{candidate_id}/effect").json()
    assert (found["verdict"], found["exposure"]) == ("too_early", "weeks")
    assert len(found["recurring"]) == 12
    assert [one["exceptions"] for one in found["curve"]] == [6, 0]
    [row] = ines.get("/v1/effects").json()["effects"]
    assert (row["candidate"]["id"], row["clause"]) == (candidate_id, "RET-2.1")
    assert row["effect"]["words"] == found["words"]
    assert {name: row["effect"][name] for name in _LISTED} == {
        name: found[name] for name in _LISTED
    }
    assert row["effect"]["since"] == "2026-06-01"
    assert (row["effect"]["overdue"], row["effect"]["review_on"] > "2026-06-22") == (False, True)
    assert sum(one["exceptions"] for one in found["before"]) == round(
        len(found["before"]) * found["readings"][0]["before"]
    )
    assert {one["uses"] for one in found["before"]} == {0}
    use(shop.house, monkeypatch)
    run = CliRunner()
    said = ["--as-of", "2026-06-22"]
    one = json.loads(run.invoke(recommender, [*said, "effects", candidate_id, "--json"]).stdout)
    assert [week["exceptions"] for week in one["weeks"]] == [6, 0]
    [listed] = json.loads(run.invoke(recommender, [*said, "effects", "--json"]).stdout)
    assert {name: one[name] for name in listed} == listed
    assert "RET-2.1" in run.invoke(recommender, [*said, "effects"]).stdout
    told_words = run.invoke(recommender, [*said, "effects", candidate_id]).stdout
    assert told_words.startswith("Too early to tell. The look is planned for")
    assert "PREDICTED_HIGH" in told_words


def test_a_house_without_changes_says_so(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    use(shop.house, monkeypatch)
    assert "No accepted change" in CliRunner().invoke(recommender, ["effects"]).stdout
    assert Api(shop.house).by("ruth").get("/v1/effects").json() == {"effects": []}
