"""Accepting with other limits, in a scope, until a day, and with a day to look again."""

import json
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from click.testing import CliRunner

from recommender.accounts.directory import operator
from recommender.changes import accepting, candidates
from recommender.changes.accepting import TooEarly
from recommender.changes.decisions import DateInPast
from recommender.changes.editing import BadLimits, BadScope, NoTextToEdit
from recommender.changes.looking import ask_for_reviews
from recommender.changes.predicting import read_design, read_prediction
from recommender.changes.redline import NothingToChange
from recommender.cli.main import recommender
from recommender.errors import RecommenderError
from recommender.kinds.standing import standings
from recommender.models.cases import Case
from recommender.models.changes import Candidate
from recommender.models.kinds import Kind
from recommender.notices import my_notices
from recommender.policies.conditions import Condition, Scope
from recommender.policies.exceptions import ClauseException, exceptions_of
from recommender.policies.library import clause_by_key
from recommender.storage.house import House
from recommender.vocabulary import CandidateState, DecisionVerdict, KindState, NoticeTopic, Verdict
from tests.contract.changing import BOOTS, TODAY, Shop, open_shop
from tests.contract.conftest import PASSWORD, Api

LATE = Condition("days_since_delivery", "max", 20, "day")
SPRING = date(2027, 3, 1)
DAY = TODAY.date()


@pytest.fixture
def shop(house: House, add_policy: Callable[..., None], new_case: Callable[..., Case]) -> Shop:
    return open_shop(house, add_policy, new_case)


def claimed(shop: Shop, verdict: Verdict | None = None, **given: object) -> str:
    kind_id = shop.kind(**({"clause": shop.add_clause(BOOTS)} | given))
    with shop.house.transaction(shop.manager) as tx:
        candidate_id = candidates.promote(tx, kind_id, verdict).id
    with shop.house.transaction(shop.owner) as tx:
        candidates.claim(tx, candidate_id)
    return candidate_id


def accept(shop: Shop, candidate_id: str, **given: object) -> Candidate:
    with shop.house.transaction(shop.owner) as tx:
        accepting.accept(tx, candidate_id, reason="It helps.", **given)  # type: ignore[arg-type]
    return shop.read(candidate_id)


def kept(shop: Shop, candidate_id: str) -> tuple[ClauseException, ...]:
    with shop.house.reading(shop.owner) as tx:
        clause = candidates.candidate(tx, candidate_id).clause
        assert clause is not None
        return exceptions_of(clause_by_key(tx, clause.key).newest)


def test_another_limit_is_written_replayed_and_predicted(shop: Shop) -> None:
    found = accept(shop, claimed(shop), conditions=[LATE])
    [decision] = found.decisions
    assert decision.verdict is DecisionVerdict.ACCEPT_WITH_EDITS
    assert "[20 days]{.parameter fact=days_since_delivery max=20" in (decision.final_markup or "")
    assert (found.backtest["covered"], found.backtest["still_exceptions"]) == (6, 10)
    assert decision.final_backtest == found.backtest != decision.suggested_backtest
    assert found.conditions == [LATE.to_json()]
    prediction = read_prediction(found)
    assert prediction is not None
    assert prediction.drop == pytest.approx(6 / 16, abs=0.05), "batch-corrected"


def test_a_limit_in_a_scope_is_an_exception_of_the_kind(shop: Shop) -> None:
    candidate_id = claimed(shop)
    scope = Scope(team="north", until=SPRING)
    found = accept(shop, candidate_id, conditions=[LATE], scope=scope)
    assert (found.verdict, found.draft["verdict"]) == ("add_exception", "widen_limit")
    assert Scope.from_json(found.scope) == scope
    [one] = kept(shop, candidate_id)
    assert (one.conditions, one.scope, one.since) == ((LATE,), scope, DAY)
    assert one.key == one.candidate_id == candidate_id
    assert "As an exception in team north, until 1 Mar 2027, agents may" in one.sentence
    assert one.sentence.endswith("on their own where days since delivery is at most 20.")
    north = found.backtest["covered"]
    assert 0 < north < 6, "only that team's"
    assert found.backtest["already_allowed"] == 0


def test_words_given_beside_a_scope_are_written_as_they_are(shop: Shop) -> None:
    candidate_id = claimed(shop, Verdict.ADD_EXCEPTION)
    words = "In chats, agents decide on their own where days since delivery is at most 25 days."
    scope = Scope(channel="chat")
    found = accept(shop, candidate_id, markup=f"{BOOTS} {words}", scope=scope)
    [one] = kept(shop, candidate_id)
    assert (one.sentence, one.scope) == (words, scope)
    assert one.conditions[0].limit == found.conditions[0]["limit"] == 25


def test_what_is_drafted_said_again_is_no_edit(shop: Shop) -> None:
    candidate_id = claimed(shop)
    drafted = [Condition.from_json(one) for one in shop.read(candidate_id).draft["conditions"]]
    found = accept(shop, candidate_id, conditions=drafted, scope=Scope())
    assert found.decisions[0].verdict is DecisionVerdict.ACCEPT
    assert found.conditions == []


def test_the_day_to_look_again_can_be_set(shop: Shop) -> None:
    review = DAY + timedelta(days=30)
    found = accept(shop, claimed(shop), review_on=review)
    assert found.review_at is not None
    assert found.review_at.date() == review
    assert found.decisions[0].verdict is DecisionVerdict.ACCEPT
    assert read_design(found) is not None


@pytest.mark.parametrize("until", [None, DAY + timedelta(days=10)])
def test_what_is_tolerated_has_a_last_day(shop: Shop, until: date | None) -> None:
    candidate_id = claimed(shop, Verdict.TOLERATE_UNTIL)
    found = accept(shop, candidate_id, scope=None if until is None else Scope(until=until))
    assert found.state is CandidateState.CONFIRMED
    assert found.until is not None
    assert found.until.date() == (until or DAY + timedelta(days=90))


def test_after_the_last_day_the_kind_is_open_again_and_the_desk_is_told_once(shop: Shop) -> None:
    candidate_id = claimed(shop, Verdict.TOLERATE_UNTIL)
    kind_id = accept(shop, candidate_id, scope=Scope(until=DAY + timedelta(days=10))).kind_id

    def state() -> tuple[KindState, int]:
        with shop.house.transaction(operator(shop.house)) as tx:
            [standing] = standings(tx, [tx.session.get_one(Kind, kind_id)])
            return standing.state, ask_for_reviews(tx)

    shop.at(DAY + timedelta(days=10))
    assert state() == (KindState.SETTLED, 0)
    shop.at(DAY + timedelta(days=11))
    assert state()[0] is not KindState.SETTLED
    assert state()[1] == 0, "asked already"
    with shop.house.reading(shop.owner) as tx:
        bodies = [one.body for one in my_notices(tx) if one.topic is NoticeTopic.REVIEW_DUE]
    assert bodies == ["It was tolerated until 11 Jun 2026; its kind is open again."]


REFUSED: list[tuple[str | None, dict[str, object], type[RecommenderError], str]] = [
    (None, {"conditions": []}, BadLimits, "conditions"),
    (None, {"conditions": [LATE, Condition("fee", "max", 3)]}, BadLimits, "conditions"),
    (None, {"conditions": [Condition("fee", "max", 3)]}, NothingToChange, "verdict"),
    ("add_exception", {"conditions": [LATE, LATE]}, BadLimits, "conditions"),
    (
        "add_exception",
        {"conditions": [Condition("colour", "one_of", ())]},
        BadLimits,
        "conditions",
    ),
    ("coach", {"conditions": [LATE]}, BadLimits, "conditions"),
    ("coach", {"scope": Scope(team="north")}, BadScope, "scope"),
    ("coach", {"markup": "Be kind."}, NoTextToEdit, "markup"),
    ("coach", {"review_on": SPRING}, NoTextToEdit, "review_on"),
    ("retire_rule", {"scope": Scope(until=SPRING)}, BadScope, "scope"),
    ("tolerate_until", {"scope": Scope(team="north", until=SPRING)}, BadScope, "scope"),
    ("tolerate_until", {"scope": Scope()}, BadScope, "scope"),
    ("tolerate_until", {"scope": Scope(until=DAY)}, TooEarly, "scope.until"),
    (None, {"scope": Scope(until=DAY - timedelta(1))}, DateInPast, "scope.until"),
    (None, {"review_on": DAY}, TooEarly, "review_on"),
    (None, {"review_on": SPRING, "effective_from": SPRING}, TooEarly, "review_on"),
]


def test_what_cannot_be_names_the_field_and_the_remedy(shop: Shop) -> None:
    claims = {
        verdict: claimed(shop, None if verdict is None else Verdict(verdict))
        for verdict in dict.fromkeys(row[0] for row in REFUSED)
    }
    for verdict, given, error, field in REFUSED:
        with pytest.raises(error) as refused:
            accept(shop, claims[verdict], **given)
        assert (refused.value.field, bool(refused.value.remedy)) == (field, True), given
    assert {shop.state(one) for one in claims.values()} == {CandidateState.CLAIMED}


def test_the_clause_of_a_gap_holds_everywhere(shop: Shop) -> None:
    candidate_id = claimed(shop, clause=None, fact="hens")
    with pytest.raises(BadScope):
        accept(shop, candidate_id, scope=Scope(market="DE"))
    found = accept(shop, candidate_id, conditions=[Condition("hens", "max", 20)])
    assert found.backtest["covered"] == 6


def test_the_api_takes_limits_scope_and_days(shop: Shop) -> None:
    candidate_id = claimed(shop)
    ruth = Api(shop.house).person("ruth")
    path = f"/v1/candidates/{candidate_id}/accept"
    body = {
        "reason": "It helps.",
        "password": PASSWORD,
        "conditions": [{"fact": "days_since_delivery", "bound": "max", "limit": 20}],
        "scope": {"market": "DE", "until": "2027-03-01"},
        "review_on": "2026-09-30",
    }
    refused = ruth.post(path, json=body | {"scope": {"until": "2026-01-01"}})
    assert (refused.status_code, refused.json()["field"]) == (422, "scope.until")
    page = ruth.post(path, json=body).json()
    assert page["scope"]["market"] == "DE"
    assert (page["scope"]["until"], page["review_on"]) == ("2027-03-01", "2026-09-30")
    final = shop.read(candidate_id).decisions[0].final_markup or ""
    assert "in market DE, until 1 Mar 2027" in final


def test_the_command_line_takes_them_too(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    candidate_id = claimed(shop)
    monkeypatch.setenv("RECOMMENDER_DATABASE_URL", shop.house.settings.database_url)
    monkeypatch.setenv("RECOMMENDER_ENCODER", shop.house.settings.encoder)
    said = ["--as", "ruth", "accept", candidate_id, "--reason", "It helps."]
    wrong = CliRunner().invoke(recommender, [*said, "--limit", "fee", "3"])
    assert wrong.exit_code != 0
    assert "no one limit on fee" in wrong.output
    days = ["--until", "2027-03-01", "--review-on", "2026-09-30"]
    limit = ["--limit", "days_since_delivery", "20"]
    run = CliRunner().invoke(recommender, [*said, *limit, "--market", "DE", *days, "--json"])
    assert json.loads(run.stdout)["verdict"] == "add_exception"
    found = shop.read(candidate_id)
    assert found.conditions[0]["limit"] == 20
    assert found.scope == {"market": "DE", "until": "2027-03-01"}
