"""What was known of a kind when it was promoted, on paper: as it was frozen, floors and all."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from recommender.changes.paper import said, table
from recommender.changes.rationale import written
from recommender.models.changes import Candidate
from recommender.policies.figures import about, figure, money

_COUNTS: Final = {
    "cases": "approved cases",
    "counted_cases": "of these distinct",
    "agents": "agents",
    "effective_agents": "effective agents",
    "teams": "teams",
    "customers": "customers",
    "weeks": "weeks",
}
_PER: Final = {"contacts": "cases per 100 contacts", "weeks": "cases per week"}
_FIVE: Final = ("low", "q1", "median", "q3", "high")


def evidence_lines(found: Candidate) -> Iterator[str]:
    """Write down the evidence that a candidate's promoter saw; nothing where it is for no kind."""
    seen = found.evidence
    if not seen:
        return
    yield from (f"## The evidence on {written(found.promoted_at)}", "")
    if seen.get("masked"):
        yield from ("Too few people were behind it to show numbers.", "")
        return
    if seen.get("grade"):
        yield from (f"The grade was {said(seen['grade'])}.", "")
    rows = [(words, figure(seen[name]), "") for name, words in _COUNTS.items() if seen.get(name)]
    for name in ("good", "bad"):
        rows += _share(f"ended {'well' if name == 'good' else 'badly'}", seen[name])
    rows += [
        (f"they cost, {said(one['currency'] or 'no currency')}", money(one["spread"]["sum"]), "")
        for one in seen.get("costs", ())
    ]
    rows += [*_rate(seen.get("rate")), *_year(seen.get("year"))]
    yield from table(("", "number", "95 % interval, and if all missing were bad or good"), rows)
    yield from _facts(seen.get("facts", ()))
    if seen.get("look_alikes"):
        yield from (said(seen["look_alikes"]["words"]), "")


def _share(words: str, share: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    known, missing = share["known"], share["missing"]
    if share["share_low"] is None:
        yield words, "unknown", f"{missing} outcomes missing"
        return
    low, high = share["all_missing_bad"], share["all_missing_good"]
    bounds = "" if low is None or high is None else f"; {low:.0%} to {high:.0%}"
    yield (
        words,
        f"known for {known} of {known + missing}",
        f"{share['share_low']:.0%} to {share['share_high']:.0%}{bounds}",
    )


def _rate(rate: Mapping[str, Any] | None) -> Iterator[tuple[str, str, str]]:
    if rate is not None:
        yield _PER[rate["of"]], f"{rate['rate']:.3g}", f"{rate['low']:.3g} to {rate['high']:.3g}"


def _year(year: Mapping[str, Any] | None) -> Iterator[tuple[str, str, str]]:
    if year is not None:
        words = f"cost a year, {said(year['currency'])}, {year['actual_share']:.0%} of it actual"
        yield words, about(year["mid"]), f"{about(year['low'])} to {about(year['high'])}"


def _facts(facts: list[Mapping[str, Any]]) -> list[str]:
    rows = [(said(one["fact"]), f"{one['n']}", _spread(one)) for one in facts]
    return table(("fact", "cases", "lowest, quarters, highest; or its words"), rows)


def _spread(fact: Mapping[str, Any]) -> str:
    if fact["low"] is None:
        return ", ".join(f"{said(one['value'])} ({one['cases']})" for one in fact["values"])
    unit = "" if fact["unit"] is None else f" {said(fact['unit'])}"
    return ", ".join(f"{fact[name]:.12g}" for name in _FIVE) + unit
