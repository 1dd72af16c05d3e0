"""Does a clause's typed limits admit a case: the rule behind "this is already allowed"."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from recommender.policies.syntax.handbook import Parameter


def admits(parameters: Iterable[Parameter], facts: Mapping[str, object]) -> bool | None:
    """Tell whether the facts are within all limits: False when one is broken, None if unknown.

    Unknown is a fact that is missing or no number, and a clause without parameters: what has no
    typed limit cannot be judged by numbers.
    """
    verdicts = [_within(parameter, facts.get(parameter.fact)) for parameter in parameters]
    if False in verdicts:
        return False
    return None if None in verdicts or not verdicts else True


def _within(parameter: Parameter, value: object) -> bool | None:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    number, limit = Decimal(str(value)), Decimal(str(parameter.limit))
    if number.is_nan():
        return None
    return number <= limit if parameter.bound == "max" else number >= limit
