"""The backtests of a candidate on paper: as suggested, and as decided."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from recommender.changes.paper import said, table
from recommender.models.changes import Candidate, Decision
from recommender.policies.figures import about, money

COUNT_WORDS: Final = {
    "covered": "exceptions that the new wording covers",
    "still_exceptions": "that stay exceptions",
    "already_allowed": "that the old wording allowed already",
    "newly_allowed": "declined before, allowed now",
    "still_declined": "declined before, outside still",
    "newly_refused": "allowed before, refused now",
    "in_policy": "never asked about, allowed still",
    "cannot_tell": "that cannot be told: a fact is missing",
}
"""What a backtest counts, in words."""
_UPTAKE: Final = (2, 3)


def backtest_lines(found: Candidate, answer: Decision | None) -> Iterator[str]:
    """Write down what the wordings would have done; `answer` is the one that took one of them."""
    suggested = {} if answer is None else answer.suggested_backtest
    final = {} if answer is None else answer.final_backtest
    columns = (
        {"suggested": suggested, "decided": final}
        if suggested and final
        else {"cases": final or suggested or found.backtest}
    )
    if not all(columns.values()):
        return
    yield from ("## The backtest", "", "Old against new wording on cases decided before.", "")
    rows = [
        (words, *(_few(one.get(name)) for one in columns.values()))
        for name, words in COUNT_WORDS.items()
    ]
    rows.append(("what these cost", *(_cost(one) for one in columns.values())))
    rows.append(("a year of it costs", *(_year(one, one.get("year")) for one in columns.values())))
    rows += [
        (f"{times} times as many", *(_year(one, _times(one, times)) for one in columns.values()))
        for times in _UPTAKE
        if any(_times(one, times) for one in columns.values())
    ]
    yield from table(("", *columns), rows)
    last = list(columns.values())[-1]
    yield from (f"- {said(one['words'])}" for one in last.get("grants", ()))
    for one in last.get("conflicts", ()):
        yield f"- {said(one['what'])}{' It bars the change.' if one['blocks'] else ''}"
    yield ""


def _few(count: int | None) -> str:
    return "few" if count is None else f"{count}"


def _cost(replayed: Mapping[str, Any]) -> str:
    cost = replayed.get("cost")
    return "–" if cost is None else money(cost, _currency(replayed))


def _times(replayed: Mapping[str, Any], times: int) -> Mapping[str, float] | None:
    return next((one for one in replayed.get("uptake", ()) if one["times"] == times), None)


def _year(replayed: Mapping[str, Any], year: Mapping[str, float] | None) -> str:
    if year is None:
        return "–"
    return f"{about(year['low'])} to {about(year['high'], _currency(replayed))}"


def _currency(replayed: Mapping[str, Any]) -> str | None:
    return said(replayed["currency"]) if replayed.get("currency") else None
