"""docs/evidence.md says the numbers that decide, and its examples are what the product computes."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time
from math import comb, floor

import pytest
from scipy.stats import binom

from recommender.changes import predicting, weeks
from recommender.changes.learnt import CHANCE, LEAST_OUT, LEAST_TOLD, MOST_CONDITIONS, learn
from recommender.changes.parameters import (
    CONFIDENCE,
    FAR_OUT,
    LEAST_CASES,
    MEDIUM_COVER,
    MOST_EXCEPTIONS,
    ROUNDING,
    WEAK_BELOW,
    WIDE_COVER,
    Point,
    blocks,
    confidence,
    coverage,
    read_numbers,
)
from recommender.config import Settings
from recommender.kinds import batches, costs, inbox_score, people, rates, spreads, surfacing
from recommender.kinds.evidence import Evidence, Trend, Window, gather
from recommender.kinds.floors import hides_people
from recommender.kinds.rates import exposed, rate
from recommender.kinds.rows import CaseFacts
from recommender.kinds.standing import Standing
from recommender.kinds.statistics import effective_number, share_of_bad, share_of_good
from recommender.kinds.thresholds import COMES_BACK, RECURS
from recommender.kinds.weeks import NO_CONTACTS
from recommender.learning.planning import MOST_WEEKS, Expected, weeks_needed
from recommender.learning.ratios import Counted, fell
from recommender.models.kinds import Kind
from recommender.vocabulary import EffectVerdict, Grade, KindState, OutcomeReading
from tests.bench import bench_effects
from tests.contract.paging import percent, prose, table

NAME = "evidence.md"
PAGE = prose(NAME)
START = datetime(2026, 1, 5, tzinfo=UTC)
TODAY = datetime(2026, 5, 24, 23, 59, tzinfo=UTC)
DECLINED = (31.0, 35.0, 41.0)
TEAMS = {"A": "north", "B": "north", "C": "south", "D": "south"}


# What is counted


def test_the_rules_of_counting_are_those_of_the_code() -> None:
    assert batches.NEAR_IN_WORDS == 4 / 5
    assert "share four fifths of their words" in PAGE
    assert f"within {batches.NEAR_IN_TIME.days} days" in PAGE
    assert f"adds {batches.MOST_A_DAY} cases at most" in PAGE
    assert f"A circle of {people.CLIQUE} or more people" in PAGE
    assert people.MOST == 1 / 2
    assert "if more than half of the cases carry it" in PAGE
    mix = ["one"] * 18 + ["two", "three"]
    assert f"others are {effective_number(mix):.1f}." in PAGE


def test_every_state_is_told_in_its_order() -> None:
    told = [PAGE.index(f"*{state.replace('_', ' ')}*: ") for state in _EXPLAINED]
    assert told == sorted(told)
    assert all(f"*{state.replace('_', ' ')}*" in PAGE for state in KindState)
    assert COMES_BACK == 2
    assert f"{RECURS.least:g} distinct cases came all the same" in PAGE


_EXPLAINED = (KindState.DISMISSED, KindState.REGRESSED, KindState.SETTLED, KindState.NEW)


def test_the_score_is_the_one_of_the_inbox(example: Evidence) -> None:
    trend = Trend(recent=9, earlier=1, low=4.0, high=9.0)
    harm = share_of_bad(9, 9, 0)
    full = replace(example, effective_agents=5.0, customers=15, trend=trend, bad=harm)
    usual: dict[str | None, float] = {"EUR": (example.cost_a_year or 0) / 2}
    most = {one.name: f"{one.most:g}" for one in _parts(full, usual)}
    assert [one.points for one in _parts(full, usual)] == [30, 20, 20, 15, 15]
    for name, less in {
        "people": replace(full, customers=14),
        "trend": replace(full, trend=replace(trend, low=3.9)),
        "outcome": replace(full, bad=example.bad),
    }.items():
        [part] = [one for one in _parts(less, usual) if one.name == name]
        assert part.points < part.most
    assert (
        f"people {most['people']} (full at 5 effective agents and 15 customers), evidence "
        f"{most['evidence']}, trend {most['trend']} (full where it surely grew fourfold), outcomes "
        f"{most['outcome']}, cost {most['cost']} (full at twice the median kind's in a year)"
    ) in PAGE
    assert inbox_score.FIRST == 7
    assert "seven kinds first" in PAGE


def _parts(evidence: Evidence, usual: Mapping[str | None, float]) -> Sequence[inbox_score.Part]:
    standing = Standing(
        kind=Kind(),
        evidence=evidence,
        state=KindState.STABLE,
        grade=Grade.STRONG,
        cases=frozenset(),
        window=evidence.window,
    )
    return inbox_score.score(standing, usual).parts


def test_what_is_withheld_is_said_with_its_floors() -> None:
    floors = Settings.model_fields
    agents, customers = (floors[f"people_floor_{who}"].default for who in ("agents", "customers"))
    assert f"Fewer than {agents} agents or {customers} customers are masked" in PAGE
    assert f"under {costs.LEAST_WEEKS} whole weeks" in PAGE
    assert f"fewer than {spreads.LEAST_CARRIED} cases carry it" in PAGE
    assert f"per {rates.PER_CONTACTS} contacts" in PAGE
    assert f"times {costs.WEEKS_A_YEAR:.2f}" in PAGE
    assert share_of_good(5, 5, 0).share_low == 0.56
    assert "Five good outcomes of five print 56–100 %" in PAGE


# How a limit is read


def test_limits_are_read_as_the_page_says() -> None:
    assert f"Under {LEAST_CASES.value} such cases there is no number" in PAGE
    assert f"From {LEAST_CASES.value} to {WEAK_BELOW.value - 1:g} it is called weak" in PAGE
    assert f"From {WEAK_BELOW.value} on it is plain" in PAGE
    assert f"covers at least {percent(MEDIUM_COVER.value)} of what colleagues sign" in PAGE
    assert f"with {percent(CONFIDENCE)} confidence" in PAGE
    assert f"*wide* the same for {percent(WIDE_COVER.value)}" in PAGE
    assert f"more than {FAR_OUT.value:g} quartile ranges" in PAGE
    assert MOST_EXCEPTIONS.value == 2
    assert f"inward, by at most {percent(ROUNDING.value)}" in PAGE
    assert f"has to be at most {percent(CHANCE.value)}" in PAGE
    assert (LEAST_OUT, LEAST_TOLD, MOST_CONDITIONS) == (2, 2, 3)
    assert "more than chance, at most three" in PAGE


def test_the_table_of_case_numbers_is_computed() -> None:
    rows = table(NAME, "cases")
    assert [int(row[0]) for row in rows] == [LEAST_CASES.value, WEAK_BELOW.value, 22, 59, 93]
    for row in rows:
        n = int(row[0])
        medium, wide = (blocks(n, one.value) for one in (MEDIUM_COVER, WIDE_COVER))
        assert row[1:] == [
            _rank(medium),
            f"{confidence(n - medium + 1, n, MEDIUM_COVER.value) * 100:.0f} %",
            "the same" if medium == wide else _rank(wide),
            f"{confidence(n - wide + 1, n, WIDE_COVER.value) * 100:.0f} %",
            f"{floor(coverage(n, n) * 100)} %",
        ]


def _rank(number: int) -> str:
    return "the most generous" if number == 1 else f"number {number}"


def test_two_limits_together_need_more_cases() -> None:
    needed = next(n for n in range(2, 99) if confidence(n - 1, n, MEDIUM_COVER.value) >= CONFIDENCE)
    assert f"Two together need {needed} cases for {percent(MEDIUM_COVER.value)}" in PAGE


# The example


@pytest.fixture(scope="module")
def example() -> Evidence:
    return gather(_rows(), Window(end=TODAY), since=START)


def _rows() -> list[CaseFacts]:
    """Read the table; a case that repeats another's text is told in its words."""
    copies = {"14": "13"}
    return [
        CaseFacts(
            id=number,
            occurred_at=datetime.combine(datetime.fromisoformat(day), time(12), tzinfo=UTC),
            situation=f"tale {copies.get(number, number)}",
            agent=filer,
            cosigner=signer,
            team=TEAMS[filer],
            customer=f"customer {number}",
            amount=float(cost),
            currency="EUR",
            outcome=_READ[outcome],
        )
        for number, day, filer, signer, _, cost, outcome in table(NAME, "case")
    ]


_READ = {
    "good": OutcomeReading.GOOD,
    "bad": OutcomeReading.BAD,
    "not known": OutcomeReading.MISSING,
}


def _late(counted: Sequence[CaseFacts]) -> list[float]:
    days = {row[0]: float(row[4]) for row in table(NAME, "case")}
    return sorted(days[row.id] for row in counted)


def test_the_examples_evidence_is_what_the_product_says(example: Evidence) -> None:
    low, high = example.good.share_low, example.good.share_high
    bounds = example.good.all_missing_bad, example.good.all_missing_good
    assert f"{example.cases} are approved; {example.counted_cases} count." in PAGE
    assert f"196 ÷ 54 = {example.effective_agents:.1f}" in PAGE
    assert (low, high, bounds) == (0.56, 0.99, (0.57, 0.93))
    assert "Outward: **56–99 %**" in PAGE
    assert "8 of 14 = 57 % would be good; were they all good, 13 of 14 = 93 %" in PAGE
    assert surfacing.grade(example) is Grade.MODERATE
    assert f"{example.weeks} weeks, {example.known_outcomes * 100:.0f} % of the outcomes" in PAGE
    assert [one.name for one in surfacing.would_raise(example)] == [
        "counted_cases",
        "effective_agents",
        "good",
    ]
    assert not hides_people(example, Settings())


def test_the_examples_rate_trend_and_cost_are_what_the_product_says(example: Evidence) -> None:
    counted = batches.counted(_rows())
    found = rate(exposed(counted, START, TODAY, NO_CONTACTS))
    assert found is not None
    assert f"14 ÷ {found.weeks} = {found.rate:.1f} a week" in PAGE
    assert f"{found.low:.2f} to {found.high:.2f}" in PAGE
    assert example.trend is not None
    assert f"{example.trend.earlier} cases came in the first ten weeks" in PAGE
    assert f"and {example.trend.recent} in the last ten" in PAGE
    assert f"{example.trend.low:.1f} to {example.trend.high:.1f} times" in PAGE
    assert surfacing.state(example, example, surfacing.Life()) is KindState.STABLE
    [cost] = example.costs
    assert f"{cost.spread.sum:.0f} EUR, median {cost.spread.median:.0f}" in PAGE
    weeks_seen = exposed(counted, START, TODAY, NO_CONTACTS).weeks
    year = costs.yearly([(row.day, row.cost or 0) for row in _rows()], weeks_seen)
    assert year is not None
    assert f"= {year.mid:,.0f} EUR" in PAGE


def test_the_examples_limits_are_what_the_product_says(example: Evidence) -> None:
    late = _late(batches.counted(_rows()))
    assert " ".join(f"{day:g}" for day in late) in PAGE
    points = [Point(f"c{place}", day) for place, day in enumerate(late)]
    numbers = read_numbers(points, [Point("d", day) for day in DECLINED], "max")
    assert numbers.narrow
    assert numbers.medium
    assert f"the middle is 19.5, rounded inward {numbers.narrow.limit} days" in PAGE
    assert f"the most generous, **{numbers.medium.limit}**" in PAGE
    assert numbers.wide == numbers.medium
    assert f"with {confidence(14, 14, 0.8) * 100:.1f} % confidence" in PAGE
    assert f"least **{floor(numbers.medium.coverage * 100)} %** of what" in PAGE
    assert f"is 5 %: {coverage(14, 14):.3f}." in PAGE
    assert numbers.boundary
    assert f"Between {numbers.boundary.low:g} and {numbers.boundary.high:g} days" in PAGE
    independent = round(example.effective_agents or 0)
    assert f"Counted as {independent} independent agents" in PAGE
    left = confidence(independent, independent, 0.8)
    assert f"the confidence left for 80 % is {left * 100:.0f} %" in PAGE


def test_the_examples_fact_decides_with_the_chance_that_the_page_says() -> None:
    late = [{"days_late": day} for day in _late(batches.counted(_rows()))]
    [found] = learn(late, [{"days_late": day} for day in DECLINED], {"days_late": ("max",)})
    assert found.chance == pytest.approx(1 / comb(17, 3))
    assert f"= {comb(17, 3)} picks the three largest: {found.chance * 100:.2f} %" in PAGE


# Did the change work?


def test_the_weeks_and_looks_are_those_that_are_planned() -> None:
    base = Settings.model_fields["baseline_weeks"].default
    assert f"At most {base} before acceptance" in PAGE
    assert f"the {predicting.TRIGGER.days // 7} before its promotion" in PAGE
    assert f"Fewer than {predicting.LEAST_WEEKS} left tell nothing" in PAGE
    assert weeks.MANY_OTHERS == 10
    assert "where they are ten times as many" in PAGE
    assert f"err in {percent(predicting.ONE_LOOK)} of unchanged kinds" in PAGE
    assert f"each of two in {percent(predicting.EACH_OF_TWO)}" in PAGE
    assert f"After more than {MOST_WEEKS} weeks no look is planned" in PAGE


def test_the_table_of_waits_is_computed() -> None:
    for row in table(NAME, "cases a week before"):
        assert row[1:] == [
            _wait(float(row[0]), drop, alpha)
            for drop in (0.8, 0.6)
            for alpha in (predicting.ONE_LOOK, predicting.EACH_OF_TWO)
        ]


def _wait(cases: float, drop: float, alpha: float) -> str:
    found = weeks_needed(Expected(rate=cases, drop=drop, alpha=alpha))
    return f"over {MOST_WEEKS}" if found is None else f"{found}"


def test_the_look_by_hand_is_the_one_of_the_product() -> None:
    before, after = Counted(cases=26, exposure=13), Counted(cases=2, exposure=6)
    found = fell(before, after, alpha=predicting.EACH_OF_TWO)
    assert float(found.p) == pytest.approx(binom.cdf(2, 28, 6 / 19))
    assert f"= {float(found.p) * 100:.2f} %, under" in PAGE
    as_said = 1 - binom.cdf(1, 28, 1.2 / 14.2)
    assert f"2 or more come then in {as_said * 100:.0f} % of all worlds" in PAGE
    assert as_said > predicting.EACH_OF_TWO
    assert float(found.low) <= 1 - 0.8
    assert f"is {float(found.low):.2f} to {float(found.high):.2f}" in PAGE


def test_every_verdict_is_explained_and_the_simulations_are_as_told() -> None:
    assert [row[0] for row in table(NAME, "verdict")] == [
        "too few" if one is EffectVerdict.TOO_FEW else one.replace("_", " ") for one in _VERDICTS
    ]
    assert set(_VERDICTS) == set(EffectVerdict)
    assert f"In {bench_effects.DRAWS:,} simulated kinds each" in PAGE
    assert bench_effects.RATES == (1, 2, 5)
    assert (min(bench_effects.PHIS), max(bench_effects.PHIS)) == (1, 2.5)
    assert f"season of {percent(bench_effects.SEASON)} up and down" in PAGE


_VERDICTS = (
    EffectVerdict.AS_PREDICTED,
    EffectVerdict.LESS_THAN_PREDICTED,
    EffectVerdict.NO_VISIBLE_CHANGE,
    EffectVerdict.TOO_FEW,
    EffectVerdict.TOO_EARLY,
)
