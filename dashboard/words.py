"""The words that several screens share: states, verdicts, outcomes, and how values are written."""

import math
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Final, Literal, NamedTuple

from recommender.vocabulary import (
    CandidateState,
    CaseState,
    DecisionVerdict,
    Dimension,
    EffectVerdict,
    EvidenceMode,
    Facts,
    FactValue,
    Grade,
    KindState,
    OutcomeReading,
    Role,
    Verdict,
)

Colour = Literal["red", "orange", "yellow", "blue", "green", "violet", "gray", "primary"]


class Label(NamedTuple):
    """A word for a badge, its colour, and one sentence for whoever wants to know more."""

    word: str
    colour: Colour
    says: str


KIND_STATES: Final[Mapping[KindState, Label]] = {
    KindState.NEW: Label("New", "blue", "Surfaced within the last four weeks."),
    KindState.GROWING: Label("Growing", "orange", "More frequent than in its earlier half."),
    KindState.STABLE: Label("Stable", "gray", "As frequent as before."),
    KindState.FADING: Label("Fading", "gray", "Less frequent than in its earlier half."),
    KindState.REGRESSED: Label("Regressed", "red", "Its rule was changed, and it goes on."),
    KindState.LOCAL_PRACTICE: Label("Local practice", "violet", "Only one team does this."),
    KindState.EMERGING: Label("Emerging", "gray", "Too little evidence yet to judge."),
    KindState.DISMISSED: Label("Dismissed", "gray", "Put aside until its evidence has doubled."),
    KindState.SETTLED: Label("Settled", "green", "A decision has been made."),
}
KIND_SHAPES: Final[Mapping[KindState, str]] = {
    KindState.NEW: "✦",
    KindState.GROWING: "↗",
    KindState.STABLE: "→",
    KindState.FADING: "↘",
    KindState.REGRESSED: "↺",
    KindState.LOCAL_PRACTICE: "◎",
    KindState.EMERGING: "○",
    KindState.DISMISSED: "×",
    KindState.SETTLED: "✓",
}
"""A shape beside each state's word, for whoever looks rather than reads."""
CASE_STATES: Final[Mapping[CaseState, Label]] = {
    CaseState.PENDING: Label("Waits for a peer", "blue", "Nobody has answered yet."),
    CaseState.APPROVED: Label("Approved", "green", "A peer signed it."),
    CaseState.DECLINED: Label("Declined", "orange", "A peer said no, with a reason."),
    CaseState.WITHDRAWN: Label("Withdrawn", "gray", "Taken back before it was answered."),
    CaseState.EXPIRED: Label("Expired", "gray", "Nobody answered in time."),
    CaseState.REVOKED: Label("Revoked", "gray", "Approved, but not carried out."),
    CaseState.IN_POLICY: Label("Already allowed", "gray", "The rule admits it as it stands."),
}
CANDIDATE_STATES: Final[Mapping[CandidateState, Label]] = {
    CandidateState.OPEN: Label("Open", "blue", "Waits for the clause's desk."),
    CandidateState.CLAIMED: Label("Claimed", "violet", "Somebody is deciding; its text is frozen."),
    CandidateState.ACCEPTED: Label("Accepted", "green", "Comes into force on its date."),
    CandidateState.ACCEPTED_WITH_EDITS: Label(
        "Accepted with edits", "green", "Comes into force on its date."
    ),
    CandidateState.REJECTED: Label("Rejected", "orange", "The rule stays as it is."),
    CandidateState.DEFERRED: Label("Deferred", "gray", "Looked at again on a date."),
    CandidateState.RETURNED: Label("Returned", "orange", "Back with a question."),
    CandidateState.IN_FORCE: Label("In force", "green", "The new wording applies."),
    CandidateState.CONFIRMED: Label("Confirmed", "green", "Decided; it stays."),
    CandidateState.ROLLED_BACK: Label("Rolled back", "orange", "The older wording applies again."),
}
OVERDUE: Final = Label("Overdue", "red", "It has waited too long for its yes or no.")
GRADES: Final[Mapping[Grade, Label]] = {
    Grade.WEAK: Label("Weak", "gray", "Enough to look at, not to lean on."),
    Grade.MODERATE: Label("Moderate", "blue", "Carries a narrow change."),
    Grade.STRONG: Label("Strong", "green", "Many cases, agents and weeks, good outcomes."),
}
OUTCOMES: Final[Mapping[OutcomeReading, Label]] = {
    OutcomeReading.GOOD: Label("Went well", "green", "Known, and nothing speaks against it."),
    OutcomeReading.NEUTRAL: Label("Mixed", "gray", "Neither clearly good nor bad."),
    OutcomeReading.BAD: Label("Went badly", "red", "A complaint, a low score, or a lost customer."),
    OutcomeReading.MISSING: Label("Outcome not known", "gray", "Nobody has said what came of it."),
}
VERDICTS: Final[Mapping[Verdict, Label]] = {
    Verdict.WIDEN_LIMIT: Label("Widen the limit", "blue", "Move the number in the clause."),
    Verdict.ADD_EXCEPTION: Label(
        "Add an exception", "blue", "The rule stays; one sentence says when it does not apply."
    ),
    Verdict.WRITE_NEW_CLAUSE: Label("Write a new clause", "blue", "No rule covers this yet."),
    Verdict.GRANT_AUTHORITY: Label(
        "Grant authority", "blue", "The front line may decide this without a signature."
    ),
    Verdict.CLARIFY_WORDING: Label("Clarify the wording", "blue", "Same rule, plainer words."),
    Verdict.RETIRE_RULE: Label("Retire the rule", "blue", "The clause no longer applies."),
    Verdict.TOLERATE_UNTIL: Label("Tolerate until a date", "gray", "Change no text for now."),
    Verdict.COACH: Label("Coach", "gray", "The rule is right; explain it to everybody using it."),
    Verdict.HARD_LIMIT: Label("Hard limit", "gray", "The rule is right and is not to be bent."),
}
DECISIONS: Final[Mapping[DecisionVerdict, str]] = {
    DecisionVerdict.ACCEPT: "Accepted",
    DecisionVerdict.ACCEPT_WITH_EDITS: "Accepted with edits",
    DecisionVerdict.REJECT: "Rejected",
    DecisionVerdict.DEFER: "Deferred",
    DecisionVerdict.RETURN: "Returned with a question",
    DecisionVerdict.CONFIRM: "Confirmed",
    DecisionVerdict.ROLL_BACK: "Taken back",
}
EFFECTS: Final[Mapping[EffectVerdict, Label]] = {
    EffectVerdict.AS_PREDICTED: Label("As predicted", "green", "Exceptions fell as was said."),
    EffectVerdict.LESS_THAN_PREDICTED: Label("Less than predicted", "blue", "They fell by less."),
    EffectVerdict.NO_VISIBLE_CHANGE: Label(
        "No visible change", "orange", "The fall that was predicted is ruled out."
    ),
    EffectVerdict.TOO_EARLY: Label("Too early", "gray", "The planned day has not come."),
    EffectVerdict.TOO_FEW: Label("Too few cases", "gray", "No fall can be told from chance."),
}
REGRESSED: Final = Label("Recurs", "red", "People have to ask again under the new wording.")
MODES: Final[Mapping[EvidenceMode, str]] = {
    EvidenceMode.FULL: "Who filed, signed and asked is known for most cases.",
    EvidenceMode.PARTIAL: "Who filed, signed or asked is known only in part.",
    EvidenceMode.ANONYMOUS: "Who filed, signed and asked is not in this import.",
}
ROLES: Final[Mapping[Role, str]] = {
    Role.ADMIN: "admin",
    Role.AGENT: "agent",
    Role.AUDITOR: "auditor",
    Role.EMPLOYEE_REPRESENTATIVE: "employee representative",
    Role.MANAGER: "manager",
    Role.POLICY_OWNER: "policy owner",
}

DIMENSIONS: Final[Mapping[Dimension, str]] = {
    Dimension.ADAPTING: "The service is adapted",
    Dimension.COMMUNICATING: "Something is said otherwise",
    Dimension.RESOURCES: "Money or goods are given",
}

NO_CLAUSE: Final = "No clause fits"
GAP: Final = "Gap: no clause fits"
MASKED: Final = "too few people to show"
NOT_CARRIED: Final = "not in this import"
UNKNOWN: Final = "not known"
DASH: Final = "–"

_NO_CENTS: Final = 1000
_BOUNDS: Final = {"max": "at most", "min": "at least"}


def day(moment: date | datetime) -> str:
    """A day as people write it: 4 Nov 2026."""
    return f"{moment.day} {moment:%b} {moment.year}"


def number(value: float) -> str:
    """A number without needless decimals: 30, 5.5, 1,200."""
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def money(amount: float | None, currency: str | None, *, cents: bool | None = None) -> str:
    """An amount with its currency; a dash where there is none.

    `cents` says whether to write two decimals; left out, those that the amount has.
    """
    if amount is None:
        return DASH
    if cents is None:
        cents = amount != round(amount)
    return f"{amount:,.{2 if cents else 0}f} {currency or ''}".strip()


def has_cents(amounts: Iterable[float | None]) -> bool:
    """Tell whether a column of amounts needs decimals: all of it, or none.

    From a thousand on nobody reads them.
    """
    known = [abs(amount) for amount in amounts if amount is not None]
    return any(amount != round(amount) for amount in known) and max(known) < _NO_CENTS


def count(many: int, one: str, more: str | None = None) -> str:
    """A number with its noun: 1 case, 3 cases."""
    return f"{many:,} {one if many == 1 else more or one + 's'}"


def percent(share: float | None) -> str:
    """A share as a whole percentage, rounded down: it never says more than it carries."""
    return DASH if share is None else f"{_floor(share)} %"


def percents(low: float | None, high: float | None) -> str:
    """An interval of shares, never one figure alone, rounded outward: 56-100 %."""
    if low is None or high is None:
        return DASH
    return f"{_floor(low)}{DASH}{-_floor(-high)} %"


def _floor(share: float) -> int:
    return math.floor(round(100 * share, 9))


def fact_name(name: str) -> str:
    """A fact's name as a label: days_since_delivery becomes Days since delivery."""
    words = name.replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def fact_value(value: FactValue) -> str:
    """A fact's value as people write it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else number(value)


def facts_line(facts: Facts) -> str:
    """All facts in one line."""
    return " · ".join(f"{fact_name(name)}: {fact_value(facts[name])}" for name in facts)


def bound(direction: Literal["max", "min"], limit: float, unit: str | None) -> str:
    """A limit in words: at most 30 days."""
    return f"{_BOUNDS[direction]} {quantity(limit, unit)}"


def condition(
    fact: str, side: Literal["max", "min", "one_of"], limit: float | list[str], unit: str | None
) -> str:
    """A condition in words: days since delivery at most 30 days."""
    named = fact_name(fact)
    if isinstance(limit, list):
        return f"{named}: {' or '.join(limit)}"
    return f"{named} {bound('min' if side == 'min' else 'max', limit, unit)}"


def costs(low: float, mid: float, high: float, currency: str | None) -> str:
    """A cost with its span: about 1,200 EUR (900–1,500)."""
    span = f"{number(round(low))}{DASH}{number(round(high))}"
    return f"about {money(round(mid), currency)} ({span})"


def quantity(value: float, unit: str | None) -> str:
    """A number with its unit: 1 day, 30 days, 60 EUR."""
    if not unit:
        return number(value)
    plural = value != 1 and unit.islower() and not unit.endswith("s")
    return f"{number(value)} {unit}{'s' if plural else ''}"


def short(text: str, most: int = 90) -> str:
    """The beginning of a text, cut at a word."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[:most].rsplit(" ", 1)[0] + " …"


def short_id(case_id: str) -> str:
    """The end of an opaque id, enough to find a case again on a page."""
    return f"#{case_id[-6:]}"
