"""Numbers with units found in a clause, offered as typed limits for a person to confirm."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace

from recommender.learning.figures import PATTERN, figure_value
from recommender.learning.units import CURRENCIES, TIMES, UNITS, unit_named
from recommender.policies.syntax.handbook import Bound, Limit, Parameter
from recommender.policies.syntax.markup import parameter_span, read_parameters, without_spans

_MONEY = r"(?:EUR|USD|GBP|CHF|euros?|dollars?|pounds?)(?!\w)|[€$£]"
_COUNTED = "|".join(rf"{re.escape(unit)}s?" for unit in UNITS if unit.isalpha())
_PHRASE = re.compile(
    rf"(?P<before>{_MONEY})\s*(?P<sum>(?:(?<=[€$£])[0-9]+(?:[.,][0-9]+)*(?!\w))|{PATTERN})"
    rf"|(?P<number>{PATTERN})(?:\s*\([0-9]+\))?"
    r"(?:[\s-]+(?:full|whole|complete|entire|calendar))?(?P<working>[\s-]+(?:working|business))?"
    rf"(?:\s*(?P<after>{_MONEY}|%)|[\s-]+(?P<unit>(?:{_COUNTED}|per\s+cent)(?!\w)))",
    re.IGNORECASE,
)
_FILL = r"(?:\s+(?:the|a|an|first|last|next|total|of|for|only|by))*\s*\Z"
_MIN_BEFORE = re.compile(
    rf"\b(?:at\s+least|(?:no|not)\s+(?:less|fewer)\s+than|minimum|from){_FILL}", re.IGNORECASE
)
_NOT_PAST = re.compile(
    r"\b(?:(?:no|not)\s+(?:more|later|longer|older)\s+than|not\s+(?:over|exceed(?:ing)?))"
    rf"{_FILL}",
    re.IGNORECASE,
)
_PAST = re.compile(
    rf"\b(?:more\s+than|later\s+than|longer\s+than|older\s+than|over|above|exceed(?:s|ing)?){_FILL}",
    re.IGNORECASE,
)
_MIN_AFTER = re.compile(
    r"\s*(?:,\s*)?(?:or\s+(?:more|longer|over|above|later)|at\s+least)\b", re.IGNORECASE
)
_REFUSAL = re.compile(r"\b(?:not|no|never|cannot|refused?|declined?|lost|void)\b", re.IGNORECASE)
_ANCHOR = re.compile(
    r"\s*(?P<how>of|after|from|since|following|before)\s+"
    r"(?:(?:the|its|their|his|her|a|an|this|that|date|day|of)\s+)*(?P<noun>[a-z]+)",
    re.IGNORECASE,
)
_SHARE = re.compile(
    r"\s*(?:of\s+(?:the\s+|its\s+|an?\s+)?(?P<whole>[a-z]+)|(?P<part>discount|fee|deposit|charge))",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[.!?;](?=\s|\Z)|\n\s*\n")


@dataclass(frozen=True, slots=True)
class SuggestedParameter:
    """A number with a unit that may be a limit; `start` and `end` bound its words."""

    fact: str
    bound: Bound
    limit: Limit
    unit: str
    words: str
    start: int
    end: int


def suggest_parameters(markup: str) -> list[SuggestedParameter]:
    """Find the numbers with units in a clause that are no parameters yet, in reading order.

    Bound and fact are guesses from the words around; each fact is suggested once per bound.
    """
    taken = {(one.fact, one.bound) for one in read_parameters(markup)}
    used: dict[tuple[str, str], int] = {}
    found: list[SuggestedParameter] = []
    for guess in _guesses(without_spans(markup)):
        named = None
        while named is None or (named.fact, named.bound) in taken:
            number = used[guess.fact, guess.bound] = used.get((guess.fact, guess.bound), 0) + 1
            named = guess if number == 1 else replace(guess, fact=f"{guess.fact}_{number}")
        taken.add((named.fact, named.bound))
        found.append(named)
    return found


def confirm_parameter(markup: str, suggested: SuggestedParameter) -> str:
    """Make a suggestion a typed parameter of the clause; its words stay as they are."""
    return _wrap(markup, suggested.start, suggested.end, suggested)


def state_parameter(
    markup: str, fact: str, bound: Bound, limit: Limit, unit: str | None = None
) -> str:
    """Give a clause a typed limit that is known beforehand.

    The span goes around the number in the text where that stands with its unit; else an empty
    span is added at the end, which readers of the text do not see.
    """
    for guess in _guesses(without_spans(markup)):
        if guess.limit == limit and unit in (None, guess.unit):
            stated = replace(guess, fact=fact, bound=bound, unit=unit or guess.unit)
            return _wrap(markup, guess.start, guess.end, stated)
    body = markup.rstrip()
    return f"{body} {parameter_span('', fact, bound, limit, unit)}{markup[len(body) :]}"


def _wrap(markup: str, start: int, end: int, one: SuggestedParameter | Parameter) -> str:
    span = parameter_span(markup[start:end], one.fact, one.bound, one.limit, one.unit)
    return markup[:start] + span + markup[end:]


def _guesses(text: str) -> Iterator[SuggestedParameter]:
    stops = [(stop.start(), stop.end()) for stop in _SENTENCE.finditer(text)]
    starts = [0, *(end for _, end in stops)]
    ends = [*(start for start, _ in stops), len(text)]
    for match in _PHRASE.finditer(text):
        value = figure_value(match["sum"] or match["number"])
        if value is None:
            continue
        unit = _unit(match)
        sentence = bisect_right(starts, match.start()) - 1
        before = text[starts[sentence] : match.start()]
        after = text[match.end() : max(match.end(), ends[sentence])]
        yield SuggestedParameter(
            fact=_fact(unit, after),
            bound=_bound(before, after),
            limit=int(value) if value == value.to_integral_value() else float(value),
            unit=unit,
            words=match[0],
            start=match.start(),
            end=match.end(),
        )


def _unit(match: re.Match[str]) -> str:
    unit = unit_named(match["before"] or match["after"] or match["unit"])
    return "working_day" if match["working"] and unit == "day" else unit


def _bound(before: str, after: str) -> Bound:
    if _NOT_PAST.search(before):
        return "max"
    if _MIN_BEFORE.search(before) or _MIN_AFTER.match(after):
        return "min"
    if _PAST.search(before):
        return "max" if _REFUSAL.search(before + after) else "min"
    return "max"


def _fact(unit: str, after: str) -> str:
    if unit in CURRENCIES.values():
        return "amount"
    if unit == "percent":
        share = _SHARE.match(after)
        return f"{(share['whole'] or share['part']).casefold()}_percent" if share else "percent"
    if unit not in TIMES:
        return unit if unit in ("km", "kg") else f"{unit}s"
    anchor = _ANCHOR.match(after)
    if anchor is None:
        return f"{unit}s"
    how = "before" if anchor["how"].casefold() == "before" else "since"
    return f"{unit}s_{how}_{anchor['noun'].casefold()}"
