"""What drafts make of a harmful kind, of one agent's habit and of one event, and of later cases."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from scipy import stats

from recommender.changes.drafting import DraftParameter
from recommender.changes.parameters import Limit, admits
from recommender.changes.verdicts import WIDENING
from tests.bench.limit_drafts import PLAIN, Drafted, by_truth, conditions, event
from tests.bench.limit_truth import HABIT, HARMFUL
from tests.bench.limit_worlds import World, moment_of
from tests.bench.sets import Row

LEAST: Final = 3
"""Cases of one sort from which a kind is looked at."""
UNLIKELY: Final = 0.05


def verdict_rows(world: World, all_drafts: Sequence[Drafted]) -> list[dict[str, Any]]:
    """Judge the draft of every kind that holds harmful cases, a habit's, or those of one event."""
    return [
        {"set": world.name, **row}
        for one in all_drafts
        for row in (*_harmful(world, one), *_habit(world, one), *_event(world, one))
    ]


def _harmful(world: World, one: Drafted) -> Iterator[dict[str, Any]]:
    """Right is what lets none of the harmful cases in: no widening, or conditions that bar them."""
    held = [case for case in one.members if _is(world, case, HARMFUL)]
    if len(held) >= LEAST:
        widens = one.draft.verdict in WIDENING
        cases = {str(case.source_id): case for case in one.ground.signed}
        blank = widens and not one.draft.conditions
        let_in = sum(blank or one.lets_in(cases[case]) for case in held if case in cases)
        yield {
            "sort": "harmful",
            **_told(one, held),
            "let in": let_in if widens else 0,
            "right": not widens or let_in == 0,
        }


def _habit(world: World, one: Drafted) -> Iterator[dict[str, Any]]:
    """Right is a habit that does not surface as a kind of its own."""
    held = [case for case in one.members if _is(world, case, HABIT)]
    if len(held) >= LEAST:
        own = 2 * len(held) > len(one.members)
        yield {"sort": "habit", **_told(one, held), "right": not (one.surfaced and own)}


def _event(world: World, one: Drafted) -> Iterator[dict[str, Any]]:
    """Right is an event whose days count three cases each at most, and no kind by itself."""
    held = [case for case in one.members if event(world, case)]
    if len(held) >= LEAST:
        counting = {str(case.source_id) for case in one.ground.counted}
        days = {moment_of(row).date() for row in world.rows if row["id"] in held}
        counts = sum(case in counting for case in held)
        alone = 2 * counts > len(counting)
        yield {
            "sort": "event",
            **_told(one, held),
            "counted": f"{counts} of {len(counting)}",
            "right": counts <= LEAST * len(days) and not (one.surfaced and alone),
        }


def _is(world: World, case: str, kinds: Mapping[str, str]) -> bool:
    """Tell whether a case is of the kind that a set is said to have."""
    return world.name in kinds and bool(world.truth[case]["kind"] == kinds[world.name])


def _told(one: Drafted, held: Sequence[str]) -> dict[str, Any]:
    return {
        "holds": f"{len(held)} of {len(one.members)}",
        "state": str(one.state),
        "verdict": str(one.draft.verdict),
        "conditions": conditions(one),
        "ended badly": " ".join(part.words for part in one.draft.ended_badly),
    }


@dataclass(frozen=True)
class Later:
    """Of the later signed cases of a kind, how many lie within a limit that stated its cover.

    `n` signed cases stood behind it; `condition` tells that the draft's words state its fact.
    """

    n: int
    condition: bool
    stated: float
    later: int
    inside: int

    @property
    def chance(self) -> float:
        """How likely so few lie inside, were no more covered than was stated."""
        return float(stats.binom.cdf(self.inside, self.later, self.stated))


def later_rows(
    world: World, all_drafts: Sequence[Drafted], split: datetime
) -> tuple[list[dict[str, Any]], list[Later]]:
    """Hold what earlier drafts state of each limit against the cases after the split."""
    rows, found = [], []
    for kind, one in sorted(by_truth(all_drafts, world).items()):
        later = [row for row in _signed(world, kind) if moment_of(row) >= split]
        for number in one.draft.parameters:
            for name, limit in (("medium", number.medium), ("wide", number.wide)):
                if limit is None or (name == "wide" and limit == number.medium):
                    continue
                seen = _later(one, number, limit, later)
                if seen.later:
                    found.append(seen)
                    rows.append(_later_row(world.name, kind, number, name, limit, seen))
    return rows, found


def _later_row(
    name: str,
    kind: str,
    number: DraftParameter,
    width: str,
    limit: Limit,
    seen: Later,
) -> dict[str, Any]:
    return {
        "set": name,
        "kind": kind,
        "fact": number.fact,
        "width": width,
        "n": number.n,
        "limit": limit.limit,
        "stated": seen.stated,
        "condition": seen.condition,
        "later": seen.later,
        "inside": seen.inside,
        "share": seen.inside / seen.later,
        "chance": seen.chance,
    }


def _signed(world: World, kind: str) -> list[Row]:
    return [
        row
        for row in world.rows
        if row["status"] == "approved" and world.kinds.get(row["id"]) == kind
    ]


def _later(one: Drafted, number: DraftParameter, limit: Limit, later: Sequence[Row]) -> Later:
    values = [value for row in later if (value := _value(row, number.fact)) is not None]
    inside = sum(admits(limit.limit, value, number.direction) for value in values)
    return Later(number.n, one.states(number.fact), limit.coverage, len(values), inside)


def _value(row: Row, fact: str) -> float | None:
    value = (row.get("facts") or {}).get(fact, row.get(fact) if fact == "amount" else None)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value)


def pooled(title: str, seen: Sequence[Later]) -> dict[str, Any]:
    """Sum over limits: what was stated, what was so, and how many limits surely said too much."""
    later = sum(one.later for one in seen)
    inside = sum(one.inside for one in seen)
    expected = math.fsum(one.stated * one.later for one in seen)
    return {
        "over": title,
        "limits": len(seen),
        "of plain n": sum(one.n >= PLAIN for one in seen),
        "later": later,
        "inside": inside,
        "share": inside / later if later else None,
        "stated": expected / later if later else None,
        "below stated": sum(one.inside < one.stated * one.later for one in seen),
        "surely below": sum(one.chance <= UNLIKELY for one in seen),
        "chance of so few": _chance(seen),
    }


def _chance(seen: Sequence[Later]) -> float | None:
    """Give the chance of so few inside in all, were each limit to cover just what it stated."""
    import numpy as np

    ways = np.ones(1)
    for one in seen:
        ways = np.convolve(ways, stats.binom.pmf(np.arange(one.later + 1), one.later, one.stated))
    return float(ways[: sum(one.inside for one in seen) + 1].sum()) if seen else None


def summary(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Count right verdicts by sort."""
    sorts = dict.fromkeys(row["sort"] for row in rows)
    return [
        {
            "sort": sort,
            "right": f"{sum(row['right'] for row in mine)} of {len(mine)}",
        }
        for sort in sorts
        for mine in [[row for row in rows if row["sort"] == sort]]
    ]
