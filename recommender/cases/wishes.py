"""An agent's wish to act outside a clause, and what makes it complete."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from recommender.errors import Invalid
from recommender.vocabulary import Dimension, Facts, FactValue, FieldSource

LONGEST_TEXT: Final = 4000
LONGEST_WORD: Final = 120
LARGEST_NUMBER: Final = 1e12
TEXTS: Final = ("situation", "resolution", "reason")
WORDS: Final = (
    "clause_key",
    "currency",
    "product",
    "channel",
    "customer_id",
    "customer_tier",
    "granted_action",
    "precedent_id",
)
_CURRENCY: Final = re.compile(r"[A-Z]{3}")


class BlankField(Invalid):
    """Something that every proposal, answer or report needs was left empty."""


class TooLong(Invalid):
    """A text is longer than the product keeps."""


class BadFact(Invalid):
    """A fact without a name, or with a value that is no number, text or yes/no."""


class BadAmount(Invalid):
    """An amount of money that cannot be."""


class BadCurrency(Invalid):
    """An amount needs a currency, written in three letters."""


class BadMoment(Invalid):
    """A moment without a time zone, or one that has not come yet."""


class GapWithClause(Invalid):
    """A proposal names a clause and says at once that no clause fits."""


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What an agent asks for, as typed: the texts, the clause or the gap, typed facts.

    `amount` is what is asked, in `currency`. `occurred_at` is when the customer's case happened,
    the moment of filing unless given. `provenance` says which fields were suggested or re-used
    (`facts.NAME` for a single fact); the others count as typed. `none_taken` says that clauses were
    suggested and none was taken; without a clause that is a gap too, of source suggested.
    """

    situation: str
    resolution: str
    reason: str | None = None
    clause_key: str | None = None
    gap: bool = False
    none_taken: bool = False
    facts: Facts = field(default_factory=dict)
    amount: float | None = None
    currency: str | None = None
    product: str | None = None
    channel: str | None = None
    customer_id: str | None = None
    customer_tier: str | None = None
    granted_action: str | None = None
    dimension: Dimension | None = None
    filed_after_the_act: bool = False
    occurred_at: datetime | None = None
    precedent_id: str | None = None
    provenance: Mapping[str, FieldSource] = field(default_factory=dict)

    @property
    def sources(self) -> dict[str, FieldSource]:
        """Where each given field came from, typed unless said otherwise."""
        given = [
            name
            for name in (*TEXTS, *WORDS, "amount", "dimension", "occurred_at")
            if getattr(self, name) is not None
        ]
        whole = self.provenance.get("facts", FieldSource.TYPED)
        if self.gap:
            given.append("gap")
        facts = [f"facts.{name}" for name in self.facts]
        return {name: self.provenance.get(name, FieldSource.TYPED) for name in given} | {
            name: self.provenance.get(name, whole) for name in facts
        }


def complete(wish: Wish, moment: datetime) -> Wish:
    """Trim a wish's texts and refuse what is missing or cannot be, naming the field.

    `moment` is that of the filing, before which the case must have happened.
    """
    trimmed: dict[str, Any] = {
        name: (getattr(wish, name) or "").strip() or None for name in (*TEXTS, *WORDS)
    }
    facts = {name.strip(): require_fact(name, value) for name, value in wish.facts.items()}
    situation = require_text("situation", trimmed.pop("situation"))
    resolution = require_text("resolution", trimmed.pop("resolution"))
    whole = replace(wish, situation=situation, resolution=resolution, facts=facts, **trimmed)
    if whole.reason is not None:
        require_text("reason", whole.reason)
    for name in WORDS:
        _require_short(name, getattr(whole, name))
    _require_money(whole)
    _require_moment(whole.occurred_at, moment)
    if whole.gap and whole.clause_key is not None:
        raise GapWithClause(
            "A clause is named, and no clause is said to fit.",
            field="gap",
            remedy="Leave out one of the two.",
        )
    if whole.none_taken and not whole.gap and whole.clause_key is None:
        suggested = {**whole.provenance, "gap": FieldSource.SUGGESTED}
        return replace(whole, gap=True, provenance=suggested)
    return whole


def require_text(name: str, text: str | None) -> str:
    """Give a text trimmed; refuse a blank one with BlankField and an endless one with TooLong."""
    trimmed = (text or "").strip()
    if not trimmed:
        raise BlankField(
            f"The {name.replace('_', ' ')} is empty.", field=name, remedy="Say it in a sentence."
        )
    if len(trimmed) > LONGEST_TEXT:
        raise TooLong(
            f"The {name.replace('_', ' ')} has {len(trimmed)} characters.",
            field=name,
            remedy=f"Keep it within {LONGEST_TEXT}.",
        )
    return trimmed


def require_amount(name: str, amount: float | None) -> None:
    """Refuse an amount that is negative, not finite or beyond all measure with BadAmount."""
    if amount is not None and not 0 <= amount <= LARGEST_NUMBER:
        raise BadAmount(f"{amount} is no amount.", field=name, remedy="Give zero or more.")


def _require_short(name: str, word: str | None) -> None:
    if word is not None and len(word) > LONGEST_WORD:
        raise TooLong(
            f"The {name.replace('_', ' ')} has {len(word)} characters.",
            field=name,
            remedy=f"Keep it within {LONGEST_WORD}.",
        )


def _require_money(wish: Wish) -> None:
    require_amount("amount", wish.amount)
    if wish.amount is not None and wish.currency is None:
        raise BadCurrency("The amount has no currency.", field="currency", remedy="Give one: EUR.")
    if wish.currency is not None and not _CURRENCY.fullmatch(wish.currency):
        raise BadCurrency(
            f"{wish.currency!r} is no currency.",
            field="currency",
            remedy="Write its three letters: EUR.",
        )


def _require_moment(occurred_at: datetime | None, moment: datetime) -> None:
    if occurred_at is None:
        return
    if occurred_at.tzinfo is None:
        raise BadMoment("The time has no zone.", field="occurred_at", remedy="Add one: +00:00.")
    if occurred_at > moment:
        raise BadMoment(
            "This is said to happen in the future.",
            field="occurred_at",
            remedy="Give the moment at which the customer asked.",
        )


def require_fact(name: str, value: object) -> FactValue:
    """Give a fact's value, trimmed; refuse with BadFact what is no number, text or yes/no."""
    known = name.strip()
    if not known or len(known) > LONGEST_WORD:
        raise BadFact(
            f"{name!r} is no name of a fact.",
            field="facts",
            remedy=f"Use 1 to {LONGEST_WORD} characters, such as days_late.",
        )
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float) and -LARGEST_NUMBER <= value <= LARGEST_NUMBER:
        return value
    if isinstance(value, str) and 0 < len(value.strip()) <= LONGEST_WORD:
        return value.strip()
    shown = "a number" if isinstance(value, float) and not math.isfinite(value) else "usable"
    raise BadFact(
        f"The value of {known} is not {shown}.",
        field=f"facts.{known}",
        remedy=f"Give a number, yes or no, or a text of up to {LONGEST_WORD} characters.",
    )
