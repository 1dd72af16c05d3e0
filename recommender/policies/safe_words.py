"""Names as a handbook can carry them: of kinds, of facts, of days."""

import re
from datetime import date
from typing import Final

_UNSAFE: Final = re.compile(r"[\[\]{}<>`#*_|\\“”\"]|[^\S ]|[\x00-\x1f]")


def safe_name(name: str) -> str:
    """Give a name so that a handbook can carry it: no markup, one line, never empty."""
    return " ".join(_UNSAFE.sub(" ", name).split()).rstrip(".") or "this kind"


def day_words(day: date) -> str:
    """Write a day as people read it: 1 Jun 2026."""
    return f"{day.day} {day:%b %Y}"


def fact_words(fact: str) -> str:
    """Give a fact's name as people read it: `days_over` is `days over`."""
    return safe_name(" ".join(re.split(r"[_.\s-]+", fact)))
