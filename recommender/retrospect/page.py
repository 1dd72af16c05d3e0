"""The report as one HTML document: it loads nothing, runs nothing, and can be printed.

The template escapes every value, so that what people wrote stands there as the text that it is.
"""

import re
from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Final

from recommender.policies.safe_words import day_words, fact_words
from recommender.retrospect.findings import LookBack, Money, Month
from recommender.retrospect.wording import says_the_same

if TYPE_CHECKING:
    from jinja2 import Template

FIRST: Final = 3
"""Kinds to look at first."""
YEARS: Final = 10
"""Years that a table has room for."""
MOST_ROWS: Final = 40
"""Exceptions in no kind that are told one by one."""
MOST_REFUSED: Final = 10
"""Refused rows that are told one by one."""
_SIGNS: Final = {"EUR": "€", "GBP": "£", "USD": "$"}
_DWARFS: Final = 3
"""From so many times the second a bar is cut, so that the others can be seen."""
_CUT: Final = 1.5
"""So many times the second stands what is left of it."""
_WHOLE: Final = 100
"""From this amount on no pennies are told."""
_MARKS: Final = re.compile(r"\*\*|(?<=\])\([^()\s]+\)")


def html(found: LookBack) -> str:
    """Write the report."""
    return _template().render(
        found=found,
        first=found.kinds[:FIRST],
        by_year=1 < len(found.years) <= YEARS,
        shown=MOST_ROWS,
        refused=found.source.refused[:MOST_REFUSED],
    )


@cache
def _template() -> "Template":
    from jinja2 import Environment, PackageLoader, StrictUndefined

    room = Environment(
        loader=PackageLoader("recommender.retrospect", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    room.filters |= {
        "day": day_words,
        "month": _month,
        "short_month": lambda day: f"{day:%b %Y}",
        "share": lambda value: f"{value:.0%}",
        "count": lambda value: f"{value:,}",
        "year": _a_year,
        "span": _span,
        "one_line": _one_line,
        "head": _head,
        "said_in": lambda text, known: any(says_the_same(text, one) for one in known),
        "unmarked": _unmarked,
        "by_year": _by_year,
    }
    room.globals |= {
        "money": _amount,
        "heights": _heights,
        "is_cut": _is_cut,
        "highest": _highest,
        "course_of": _course_of,
    }
    return room.get_template("page.html.j2")


def _month(day: date) -> str:
    return f"{day:%B %Y}"


def _amount(value: float, currency: str | None) -> str:
    """Write an amount: pennies below a hundred, no conversion, no guess at a currency."""
    told = f"{value:,.0f}" if value >= _WHOLE or value == int(value) else f"{value:,.2f}"
    if currency is None:
        return told
    return f"{_SIGNS[currency]}{told}" if currency in _SIGNS else f"{told}\u00a0{currency}"


def _a_year(money: Money | None) -> str:
    """Write what recurs in a year, as roughly as it is known."""
    if money is None or money.a_year is None:
        return "–"
    return _amount(_rough(money.a_year.mid), money.currency)


def _span(money: Money | None) -> str:
    if money is None or money.a_year is None:
        return ""
    low, high = _rough(money.a_year.low), _rough(money.a_year.high)
    return f"{_amount(low, money.currency)} to {_amount(high, money.currency)}"


def _rough(value: float) -> float:
    """Round to two digits: weeks drawn anew tell no more."""
    return float(f"{value:.2g}")


def _one_line(text: str, longest: int = 150) -> str:
    """Give the beginning of a note, cut between two words."""
    line = " ".join(text.split())
    return line if len(line) <= longest else f"{line[:longest].rsplit(' ', 1)[0]} …"


def _unmarked(text: str) -> str:
    """Write a rule without the signs for bold words and the targets of links."""
    return _MARKS.sub("", text)


def _head(column: str) -> str:
    """Write the name of a column as the beginning of a line."""
    words = fact_words(column)
    return words[:1].upper() + words[1:]


def _highest(months: Sequence[Month]) -> int:
    """Give what the highest bar that is not cut stands for."""
    told = zip(months, _heights(months), strict=True)
    return max(month.cases for month, (_, cut) in told if not cut)


def _is_cut(months: Sequence[Month]) -> bool:
    return any(cut for _, cut in _heights(months))


def _by_year(counts: Sequence[int], years: Sequence[int]) -> str:
    """Say the bars of a value in words, for who hears the page."""
    return ", ".join(f"{year} {count}" for year, count in zip(years, counts, strict=True) if count)


def _heights(months: Sequence[Month], *, cutting: bool = True) -> list[tuple[int, bool]]:
    """Give each month's bar in per cent, and whether it is cut: one month alone may dwarf all."""
    cases = sorted((month.cases for month in months), reverse=True)
    second = cases[1] if len(cases) > 1 else 0
    tallest = second * _CUT if cutting and 0 < _DWARFS * second < cases[0] else cases[0]
    return [
        (round(100 * min(1.0, month.cases / tallest)), month.cases > tallest) for month in months
    ]


def _course_of(months: Sequence[Month]) -> str:
    """Say the bars in words, for who hears the page."""
    told = ", ".join(f"{one.first:%b %Y} {one.cases}" for one in months if one.cases)
    return f"Exceptions a month: {told}"
