"""The words that several screens share: states, verdicts, outcomes, and how values are written."""

import math
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Final, Literal, TypeVar

from dashboard.catalogue import mark, t
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

Named = TypeVar("Named")
Colour = Literal["red", "orange", "yellow", "blue", "green", "violet", "gray", "primary"]


class Label:
    """A word for a badge, its colour, and one sentence for whoever wants to know more."""

    def __init__(self, word: str, colour: Colour, says: str) -> None:
        self._word = word
        self.colour: Final = colour
        self._says = says

    @property
    def word(self) -> str:
        """The word, in the reader's language."""
        return t(self._word)

    @property
    def says(self) -> str:
        """The sentence, in the reader's language."""
        return t(self._says)


class Said(Mapping[Named, str]):
    """Words by what they name, each in the reader's language."""

    def __init__(self, words: Mapping[Named, str]) -> None:
        self._words = words

    def __getitem__(self, name: Named) -> str:
        return t(self._words[name])

    def __iter__(self) -> Iterator[Named]:
        return iter(self._words)

    def __len__(self) -> int:
        return len(self._words)


KIND_STATES: Final[Mapping[KindState, Label]] = {
    KindState.NEW: Label(mark("New"), "blue", mark("Surfaced within the last four weeks.")),
    KindState.GROWING: Label(
        mark("Growing"), "orange", mark("More frequent than in its earlier half.")
    ),
    KindState.STABLE: Label(mark("Stable"), "gray", mark("As frequent as before.")),
    KindState.FADING: Label(
        mark("Fading"), "gray", mark("Less frequent than in its earlier half.")
    ),
    KindState.REGRESSED: Label(
        mark("Regressed"), "red", mark("Its rule was changed, and it goes on.")
    ),
    KindState.LOCAL_PRACTICE: Label(
        mark("Local practice"), "violet", mark("Only one team does this.")
    ),
    KindState.EMERGING: Label(mark("Emerging"), "gray", mark("Too little evidence yet to judge.")),
    KindState.DISMISSED: Label(
        mark("Dismissed"), "gray", mark("Put aside until its evidence has doubled.")
    ),
    KindState.SETTLED: Label(mark("Settled"), "green", mark("A decision has been made.")),
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
    CaseState.PENDING: Label(mark("Waits for a peer"), "blue", mark("Nobody has answered yet.")),
    CaseState.APPROVED: Label(mark("Approved"), "green", mark("A peer signed it.")),
    CaseState.DECLINED: Label(mark("Declined"), "orange", mark("A peer said no, with a reason.")),
    CaseState.WITHDRAWN: Label(
        mark("Withdrawn"), "gray", mark("Taken back before it was answered.")
    ),
    CaseState.EXPIRED: Label(mark("Expired"), "gray", mark("Nobody answered in time.")),
    CaseState.REVOKED: Label(mark("Revoked"), "gray", mark("Approved, but not carried out.")),
    CaseState.IN_POLICY: Label(
        mark("Already allowed"), "gray", mark("The rule admits it as it stands.")
    ),
}
CANDIDATE_STATES: Final[Mapping[CandidateState, Label]] = {
    CandidateState.OPEN: Label(mark("Open"), "blue", mark("Waits for the clause's desk.")),
    CandidateState.CLAIMED: Label(
        mark("Claimed"), "violet", mark("Somebody is deciding; its text is frozen.")
    ),
    CandidateState.ACCEPTED: Label(
        mark("Accepted"), "green", mark("Comes into force on its date.")
    ),
    CandidateState.ACCEPTED_WITH_EDITS: Label(
        mark("Accepted with edits"), "green", mark("Comes into force on its date.")
    ),
    CandidateState.REJECTED: Label(mark("Rejected"), "orange", mark("The rule stays as it is.")),
    CandidateState.DEFERRED: Label(mark("Deferred"), "gray", mark("Looked at again on a date.")),
    CandidateState.RETURNED: Label(mark("Returned"), "orange", mark("Back with a question.")),
    CandidateState.IN_FORCE: Label(mark("In force"), "green", mark("The new wording applies.")),
    CandidateState.CONFIRMED: Label(mark("Confirmed"), "green", mark("Decided; it stays.")),
    CandidateState.ROLLED_BACK: Label(
        mark("Rolled back"), "orange", mark("The older wording applies again.")
    ),
}
OVERDUE: Final = Label(mark("Overdue"), "red", mark("It has waited too long for its yes or no."))
GRADES: Final[Mapping[Grade, Label]] = {
    Grade.WEAK: Label(mark("Weak"), "gray", mark("Enough to look at, not to lean on.")),
    Grade.MODERATE: Label(mark("Moderate"), "blue", mark("Carries a narrow change.")),
    Grade.STRONG: Label(
        mark("Strong"), "green", mark("Many cases, agents and weeks, good outcomes.")
    ),
}
OUTCOMES: Final[Mapping[OutcomeReading, Label]] = {
    OutcomeReading.GOOD: Label(
        mark("Went well"), "green", mark("Known, and nothing speaks against it.")
    ),
    OutcomeReading.NEUTRAL: Label(mark("Mixed"), "gray", mark("Neither clearly good nor bad.")),
    OutcomeReading.BAD: Label(
        mark("Went badly"), "red", mark("A complaint, a low score, or a lost customer.")
    ),
    OutcomeReading.MISSING: Label(
        mark("Outcome not known"), "gray", mark("Nobody has said what came of it.")
    ),
}
WITHOUT_IT: Final[Mapping[OutcomeReading, Label]] = {
    **OUTCOMES,
    OutcomeReading.GOOD: Label(
        mark("Went well without it"), "green", OUTCOMES[OutcomeReading.GOOD].says
    ),
    OutcomeReading.BAD: Label(
        mark("Went badly without it"), "red", OUTCOMES[OutcomeReading.BAD].says
    ),
}
"""How it went for a customer whose exception was declined."""
VERDICTS: Final[Mapping[Verdict, Label]] = {
    Verdict.WIDEN_LIMIT: Label(
        mark("Widen the limit"), "blue", mark("Move the number in the clause.")
    ),
    Verdict.ADD_EXCEPTION: Label(
        mark("Add an exception"),
        "blue",
        mark("The rule stays; one sentence says when it does not apply."),
    ),
    Verdict.WRITE_NEW_CLAUSE: Label(
        mark("Write a new clause"), "blue", mark("No rule covers this yet.")
    ),
    Verdict.GRANT_AUTHORITY: Label(
        mark("Grant authority"), "blue", mark("The front line may decide this without a signature.")
    ),
    Verdict.CLARIFY_WORDING: Label(
        mark("Clarify the wording"), "blue", mark("Same rule, plainer words.")
    ),
    Verdict.RETIRE_RULE: Label(
        mark("Retire the rule"), "blue", mark("The clause no longer applies.")
    ),
    Verdict.TOLERATE_UNTIL: Label(
        mark("Tolerate until a date"), "gray", mark("Change no text for now.")
    ),
    Verdict.COACH: Label(
        mark("Coach"), "gray", mark("The rule is right; explain it to everybody using it.")
    ),
    Verdict.HARD_LIMIT: Label(
        mark("Hard limit"), "gray", mark("The rule is right and is not to be bent.")
    ),
}
DECISIONS: Final[Mapping[DecisionVerdict, str]] = Said(
    {
        DecisionVerdict.ACCEPT: mark("Accepted"),
        DecisionVerdict.ACCEPT_WITH_EDITS: mark("Accepted with edits"),
        DecisionVerdict.REJECT: mark("Rejected"),
        DecisionVerdict.DEFER: mark("Deferred"),
        DecisionVerdict.RETURN: mark("Returned with a question"),
        DecisionVerdict.CONFIRM: mark("Confirmed"),
        DecisionVerdict.ROLL_BACK: mark("Taken back"),
    }
)
EFFECTS: Final[Mapping[EffectVerdict, Label]] = {
    EffectVerdict.AS_PREDICTED: Label(
        mark("Fell as predicted"), "green", mark("Exceptions fell as was said.")
    ),
    EffectVerdict.LESS_THAN_PREDICTED: Label(
        mark("Fell by less"), "blue", mark("They fell by less.")
    ),
    EffectVerdict.NO_VISIBLE_CHANGE: Label(
        mark("No visible change"), "orange", mark("The fall that was predicted is ruled out.")
    ),
    EffectVerdict.TOO_EARLY: Label(
        mark("Too early"), "gray", mark("The planned day has not come.")
    ),
    EffectVerdict.TOO_FEW: Label(
        mark("Too few cases"), "gray", mark("No fall can be told from chance.")
    ),
}
UNUSED: Final = Label(
    mark("Nobody used it"), "orange", mark("Uses were predicted, and none has been recorded.")
)
REGRESSED: Final = Label(
    mark("Recurs"), "red", mark("People have to ask again under the new wording.")
)
MODES: Final[Mapping[EvidenceMode, str]] = Said(
    {
        EvidenceMode.FULL: mark("Who filed, signed and asked is known for most cases."),
        EvidenceMode.PARTIAL: mark("Who filed, signed or asked is known only in part."),
        EvidenceMode.ANONYMOUS: mark("Who filed, signed and asked is not in this import."),
    }
)
ROLES: Final[Mapping[Role, str]] = Said(
    {
        Role.ADMIN: mark("admin"),
        Role.AGENT: mark("agent"),
        Role.AUDITOR: mark("auditor"),
        Role.EMPLOYEE_REPRESENTATIVE: mark("employee representative"),
        Role.MANAGER: mark("manager"),
        Role.POLICY_OWNER: mark("policy owner"),
    }
)

DIMENSIONS: Final[Mapping[Dimension, str]] = Said(
    {
        Dimension.ADAPTING: mark("The service is adapted"),
        Dimension.COMMUNICATING: mark("Something is said otherwise"),
        Dimension.RESOURCES: mark("Money or goods are given"),
    }
)

NO_CLAUSE: Final = mark("No clause fits")
GAP: Final = mark("Gap: no clause fits")
MASKED: Final = mark("too few people to show")
NOT_CARRIED: Final = mark("not in this import")
UNKNOWN: Final = mark("not known")
DASH: Final = "–"

_NO_CENTS: Final = 1000


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


def outcome_label(state: CaseState, outcome: OutcomeReading) -> Label:
    """How a case ended, so worded that it does not contradict a no."""
    return (WITHOUT_IT if state is CaseState.DECLINED else OUTCOMES)[outcome]


def fact_name(name: str) -> str:
    """A fact's name as a label: days_since_delivery becomes Days since delivery."""
    words = name.replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def fact_value(value: FactValue) -> str:
    """A fact's value as people write it."""
    if isinstance(value, bool):
        return t("yes") if value else t("no")
    return value if isinstance(value, str) else number(value)


def facts_line(facts: Facts) -> str:
    """All facts in one line."""
    return " · ".join(f"{fact_name(name)}: {fact_value(facts[name])}" for name in facts)


def bound(direction: Literal["max", "min"], limit: float, unit: str | None) -> str:
    """A limit in words: at most 30 days."""
    most = quantity(limit, unit)
    return (
        t("at most {limit}", limit=most)
        if direction == "max"
        else t("at least {limit}", limit=most)
    )


def condition(
    fact: str, side: Literal["max", "min", "one_of"], limit: float | list[str], unit: str | None
) -> str:
    """A condition in words: days since delivery at most 30 days."""
    named = fact_name(fact)
    if isinstance(limit, list):
        values = t(" or ").join(limit)
        return f"{named}: {values}"
    return f"{named} {bound('min' if side == 'min' else 'max', limit, unit)}"


def costs(low: float, mid: float, high: float, currency: str | None) -> str:
    """A cost with its span: about 1,200 EUR (900–1,500)."""
    span = f"{number(round(low))}{DASH}{number(round(high))}"
    return t("about {cost} ({span})", cost=money(round(mid), currency), span=span)


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
