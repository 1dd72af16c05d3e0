"""The reasons of a draft in plain sentences, each with the cases that it rests on."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from recommender.changes.ground import Ground, facts_of
from recommender.changes.harm import ended_badly, kept
from recommender.changes.parameters import (
    LEAST_CASES,
    MEDIUM_COVER,
    WEAK_BELOW,
    Limit,
    admits,
    confidence,
)
from recommender.changes.readings import Reading
from recommender.changes.rules import Rule
from recommender.models.cases import Case
from recommender.policies.conditions import Condition
from recommender.policies.safe_words import day_words, fact_words
from recommender.policies.syntax.handbook import Bound
from recommender.vocabulary import OutcomeReading

written: Final = day_words
LEAST_SAID: Final = 0.001
"""A chance smaller than this is not told apart."""


@dataclass(frozen=True)
class Rationale:
    """One sentence and the cases that it rests on, by their opaque ids."""

    sentence: str
    cases: list[str]


def rationale(ground: Ground, rule: Rule) -> list[Rationale]:
    """Say why, in sentences that each cite cases; a sentence without cases is left out."""
    sentences = [*_asked(ground), *_outcomes(ground), *_harm(ground, rule), *_parted(ground, rule)]
    for reading in rule.numbers[:1]:
        sentences += [*_numbers(reading, ground), *_aside(reading), *_boundary(reading)]
    sentences += [*_together(ground, rule), *_left_open(ground, rule)]
    return [one for one in sentences if one.cases]


def _asked(ground: Ground) -> Iterator[Rationale]:
    signed = ground.signed
    days = [case.occurred_at.date() for case in signed]
    if not signed:
        return
    where = f"outside {ground.clause_key}" if ground.clause_key else "where no clause fits"
    cases = "One case was" if len(signed) == 1 else f"{len(signed)} cases were"
    yield Rationale(
        f"{cases} approved {where}, from {written(min(days))} to {written(max(days))}.",
        [case.id for case in signed],
    )
    dropped = len(signed) - len(ground.counted)
    if dropped:
        kept = {case.id for case in ground.counted}
        yield Rationale(
            f"{_count(dropped)} filed together with others and not counted again.",
            [case.id for case in signed if case.id not in kept],
        )


def _outcomes(ground: Ground) -> Iterator[Rationale]:
    known = [case for case in ground.signed if case.outcome.reading is not OutcomeReading.MISSING]
    bad = sum(case.outcome.reading is OutcomeReading.BAD for case in known)
    good = sum(case.outcome.reading is OutcomeReading.GOOD for case in known)
    yield Rationale(
        f"The outcome is known for {len(known)} of {len(ground.signed)}: "
        f"{good} good, {bad} bad, {len(known) - good - bad} neither.",
        [case.id for case in known],
    )


def _harm(ground: Ground, rule: Rule) -> Iterator[Rationale]:
    parts = [part.condition for part in rule.ended_badly]
    for part in rule.ended_badly:
        known = [one for one in ground.counted if one.outcome.reading is not OutcomeReading.MISSING]
        outside = _outside(ground, part.condition, known)
        yield Rationale(f"{part.words} They are left out; split the kind there.", outside)
    if rule.doubt is not None:
        more = "that they are few is not sure"
        if rule.doubt.worse:
            more = "surely more than of other signed cases"
        yield Rationale(
            f"{rule.doubt.words}, {more}; no fact holds them apart. If they are of another sort, "
            "split the kind.",
            [one.id for one in kept(ground, ended_badly(ground.counted), parts)],
        )


def _parted(ground: Ground, rule: Rule) -> Iterator[Rationale]:
    """Say of each fact that decides how many declined cases it keeps out, and how sure that is."""
    for one in rule.learnt:
        chance = "less than 0.1" if one.chance < LEAST_SAID else f"{one.chance * 100:.1f}"
        yield Rationale(
            f"Of {one.of} declined cases that carry {fact_words(one.condition.fact)}, {one.out} "
            "lie beyond what peers sign; chance alone would show such a fact in no more than "
            f"{chance} % of kinds.",
            _outside(ground, one.condition, ground.declined),
        )


def _together(ground: Ground, rule: Rule) -> Iterator[Rationale]:
    """State what several conditions cover at once, and how sure their limits are."""
    if rule.coverage is None or len(rule.conditions) == 1:
        return
    sure = rule.confidence
    left = (
        "" if sure is None else f" Of their limits the confidence for 80 % is {sure * 100:.0f} %."
    )
    told = [(case.id, facts_of(case, ground.currency)) for case in ground.counted]
    yield Rationale(
        f"All conditions together cover no less than {math.floor(rule.coverage * 100)} % of what "
        f"peers sign today, at 95 % confidence.{left}",
        [
            case
            for case, facts in told
            if all(one.admits(facts.get(one.fact)) for one in rule.conditions)
        ],
    )


def _left_open(ground: Ground, rule: Rule) -> Iterator[Rationale]:
    for one in rule.unlimited:
        carry = [point.case for point in ground.points(ground.counted, one.fact)]
        yield Rationale(
            f"Left without a limit: {fact_words(one.fact)}, signed up to {one.largest:.12g}.", carry
        )


def _outside(ground: Ground, condition: Condition, cases: Sequence[Case]) -> list[str]:
    return [
        case.id
        for case in cases
        if condition.admits(facts_of(case, ground.currency).get(condition.fact)) is False
    ]


def _numbers(reading: Reading, ground: Ground) -> Iterator[Rationale]:
    numbers, name = reading.numbers, fact_words(reading.fact)
    cases = [point.case for point in reading.signed]
    carry = "One signed case carries" if numbers.n == 1 else f"{numbers.n} signed cases carry"
    if numbers.medium is None or numbers.narrow is None or numbers.wide is None:
        few = numbers.n < LEAST_CASES.value
        why = LEAST_CASES.words if few else "the clause's budget carries no limit on it"
        yield Rationale(f"{carry} {name}; {why}.", cases)
        return
    covers = f"{_covers(numbers.medium, numbers.bound)} of what peers sign today"
    if numbers.wide != numbers.medium:
        covers += f", {_covers(numbers.wide, numbers.bound)}"
    yield Rationale(
        f"{carry} {name}: half lie within {numbers.narrow.limit:.12g}; {covers}, at 95 % "
        f"confidence.{_weakness(reading)}{_people(reading, ground)}",
        cases,
    )


def _covers(limit: Limit, bound: Bound) -> str:
    """Round the lower bound down, so that the words never say more than the number."""
    side = "at most" if bound == "max" else "at least"
    return f"{side} {limit.limit:.12g} covers no less than {math.floor(limit.coverage * 100)} %"


def _weakness(reading: Reading) -> str:
    return f" {WEAK_BELOW.words}." if reading.numbers.weak else ""


def _people(reading: Reading, ground: Ground) -> str:
    """State what confidence is left if cases of one agent say the same."""
    medium, people = reading.numbers.medium, ground.effective_agents
    if people is None or medium is None:
        return ""
    inside = sum(admits(medium.limit, p.value, reading.numbers.bound) for p in reading.signed)
    independent = min(round(people), reading.numbers.n)
    covered = math.floor(inside / reading.numbers.n * independent)
    left = confidence(covered, independent, MEDIUM_COVER.value) if covered else 0.0
    return (
        f" All cases stand for {people:.1f} independent agents; counted so, the confidence for "
        f"{MEDIUM_COVER.value:.0%} is {left:.0%}.".replace("%", " %")
    )


def _aside(reading: Reading) -> Iterator[Rationale]:
    aside = reading.numbers.set_aside
    yield Rationale(f"{_count(len(aside))} set aside as beyond the regular practice.", [*aside])


def _boundary(reading: Reading) -> Iterator[Rationale]:
    numbers, name = reading.numbers, fact_words(reading.fact)
    cases = [point.case for point in reading.declined]
    if numbers.boundary is not None:
        low, high = numbers.boundary.low, numbers.boundary.high
        ends = (low, high) if numbers.bound == "max" else (high, low)
        yield Rationale(
            f"Between {name} {ends[0]:.12g} and {ends[1]:.12g} peers turn from signing to "
            "declining.",
            cases,
        )
    elif numbers.separates is False:
        yield Rationale(
            f"By {name} alone, what peers sign and what they decline cannot be told apart.", cases
        )


def _count(number: int) -> str:
    return "One case was" if number == 1 else f"{number} cases were"
