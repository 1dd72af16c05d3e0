"""Numbers as people read them: thousands apart, no exponent; money with its currency."""

from typing import Final

_WHOLE_FROM: Final = 100


def figure(value: float) -> str:
    """Write a number with three decimals at most: `1,234.5`."""
    return f"{value:,.3f}".rstrip("0").rstrip(".")


def money(amount: float, currency: str | None = None) -> str:
    """Write an amount as it was given, with two decimals or none: `1,234.50 EUR`."""
    whole, _, cents = figure(amount).partition(".")
    told = f"{whole}.{cents:0<2}" if cents else whole
    return told if currency is None else f"{told} {currency}"


def about(amount: float, currency: str | None = None) -> str:
    """Write an amount that is an estimate: from 100 on without decimals."""
    return money(round(amount) if abs(amount) >= _WHOLE_FROM else round(amount, 2), currency)
