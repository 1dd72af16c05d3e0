"""Import rows: what a row must say, what it may say, and what is made of it."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, tzinfo
from functools import cached_property
from typing import Any, Final

from recommender.cases.importing.mapping import is_blank
from recommender.cases.importing.refusals import RowRefused
from recommender.cases.importing.values import (
    LONGEST_ID,
    read_amount,
    read_currency,
    read_moment,
    read_object,
    read_text,
    read_whole,
    read_word,
    read_yes_no,
    required_word,
)
from recommender.cases.outcomes import BEST_CSAT
from recommender.cases.wishes import require_fact
from recommender.vocabulary import CaseState, Facts

TEXTS: Final = ("situation", "resolution", "reason", "decline_reason")
WORDS: Final[Mapping[str, int]] = {
    "source_system": 120,
    "channel": 120,
    "product": 200,
    "brand": 120,
    "market": 120,
    "customer_tier": 120,
    "customer_id": 120,
    "agent_id": 120,
    "agent_team": 120,
    "cosigner_id": 120,
    "policy_ref": 200,
    "granted_action": 120,
}
"""Fields of a word or two, and the characters that each may have."""

OUTCOME: Final = ("csat", "complaint", "retained", "actual_cost")
FIELDS: Final = (
    *("id", "occurred_at", "situation", "status", "approved_at", "filed_after_the_act"),
    *WORDS,
    *TEXTS[1:],
    *("amount", "currency", "facts", "outcome"),
    *(f"outcome.{name}" for name in OUTCOME),
)
"""Every field of an import row; a fact may also be a column of its own, `facts.NAME`."""

SOURCE_UNKNOWN: Final = "imported"
"""The source system of rows that name none."""

STATES: Final[Mapping[str, CaseState]] = {
    **{
        str(state): state
        for state in (
            CaseState.APPROVED,
            CaseState.DECLINED,
            CaseState.PENDING,
            CaseState.WITHDRAWN,
            CaseState.REVOKED,
            CaseState.IN_POLICY,
        )
    },
    "rejected": CaseState.DECLINED,
    "reverted": CaseState.REVOKED,
}
_IN_POLICY: Final = "auto_"
_COUNTED: Final = re.compile(r"-?(0|[1-9]\d{0,14})")
_MEASURED: Final = re.compile(r"-?(0|[1-9]\d{0,14})\.\d{1,15}")


_FACT_SAID: Final[Mapping[str, bool]] = {"true": True, "yes": True, "false": False, "no": False}


@dataclass(frozen=True, slots=True)
class ReportedOutcome:
    """What a row says of what came of a case."""

    csat: int | None = None
    complaint: bool | None = None
    retained: bool | None = None
    actual_cost: float | None = None


@dataclass(frozen=True, kw_only=True)
class ImportRow:
    """One row that can be taken: every value checked, texts as they were typed."""

    line: int
    id: str
    source_system: str
    occurred_at: datetime
    zoneless: bool
    """Its time stated no zone and took the import's."""
    situation: str
    resolution: str | None
    reason: str | None
    decline_reason: str | None
    state: CaseState
    status_missing: bool
    """It said no status and counts as approved."""
    approved_at: datetime | None
    filed_after_the_act: bool
    channel: str | None
    product: str | None
    brand: str | None
    market: str | None
    customer_tier: str | None
    customer_id: str | None
    agent_id: str | None
    agent_team: str | None
    cosigner_id: str | None
    policy_ref: str | None
    granted_action: str | None
    amount: float | None
    currency: str | None
    facts: Facts
    outcome: ReportedOutcome | None
    extra: dict[str, Any]

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from every other row: source system and id."""
        return self.source_system, self.id

    @cached_property
    def hash(self) -> str:
        """Everything the row says, wherever in a file it stands: SHA-256 hex."""
        content = asdict(self)
        for circumstance in ("line", "zoneless", "status_missing"):
            del content[circumstance]
        canonical = json.dumps(
            content,
            sort_keys=True,
            ensure_ascii=False,
            separators=(",", ":"),
            default=datetime.isoformat,
        )
        return hashlib.sha256(canonical.encode()).hexdigest()


def read_row(
    line: int, fields: Mapping[str, object], extra: Mapping[str, object], zone: tzinfo
) -> ImportRow:
    """Check one row; raises RowRefused, or another Invalid error, that names field and remedy."""
    words = {name: read_word(fields, name, longest) for name, longest in WORDS.items()}
    texts = {name: read_text(fields, name) for name in TEXTS}
    situation = texts.pop("situation")
    if situation is None:
        raise RowRefused(
            "The situation is empty.", field="situation", remedy="Say what the customer needed."
        )
    state, status_missing = _state(fields)
    occurred_at, zoneless = _occurred(fields, zone)
    outcome, unasked = _outcome(fields)
    return ImportRow(
        line=line,
        id=required_word(fields, "id", LONGEST_ID),
        occurred_at=occurred_at,
        zoneless=zoneless,
        situation=situation,
        state=state,
        status_missing=status_missing,
        approved_at=read_moment(fields, "approved_at", zone)[0],
        filed_after_the_act=read_yes_no(fields, "filed_after_the_act") or False,
        amount=read_amount(fields, "amount"),
        currency=read_currency(fields),
        facts=_facts(fields),
        outcome=outcome,
        extra={name: value for name, value in (*extra.items(), *unasked) if not is_blank(value)},
        **{**words, **texts, "source_system": words["source_system"] or SOURCE_UNKNOWN},  # type: ignore[arg-type]
    )


def read_outcome(fields: Mapping[str, object], prefix: str = "outcome.") -> ReportedOutcome | None:
    """Give what is said of an outcome in the fields with the prefix; None where nothing is."""
    csat = read_whole(fields, f"{prefix}csat")
    if csat is not None and not 1 <= csat <= BEST_CSAT:
        raise RowRefused(
            f"{csat} is no score.", field=f"{prefix}csat", remedy=f"Use 1 to {BEST_CSAT}."
        )
    outcome = ReportedOutcome(
        csat=csat,
        complaint=read_yes_no(fields, f"{prefix}complaint"),
        retained=read_yes_no(fields, f"{prefix}retained"),
        actual_cost=read_amount(fields, f"{prefix}actual_cost"),
    )
    return None if outcome == ReportedOutcome() else outcome


def _outcome(
    fields: Mapping[str, object],
) -> tuple[ReportedOutcome | None, list[tuple[str, object]]]:
    """Give the outcome, and what the row says of it that we do not ask for."""
    whole = {f"outcome.{name}": value for name, value in read_object(fields, "outcome").items()}
    columns = {
        name: value
        for name, value in fields.items()
        if name.startswith("outcome.") and not is_blank(value)
    }
    unasked = [(name, value) for name, value in whole.items() if name not in FIELDS]
    return read_outcome(whole | columns), unasked


def _facts(fields: Mapping[str, object]) -> Facts:
    columns = {
        name.removeprefix("facts."): _typed(value)
        for name, value in fields.items()
        if name.startswith("facts.")
    }
    given = read_object(fields, "facts") | columns
    return {
        name.strip(): require_fact(name, value)
        for name, value in given.items()
        if not is_blank(value)
    }


def _typed(value: object) -> object:
    """Give a cell's number or yes/no; a text stays one, and so does a number like 007."""
    if not isinstance(value, str):
        return value
    text = value.strip()
    if _COUNTED.fullmatch(text):
        return int(text)
    if _MEASURED.fullmatch(text):
        return float(text)
    return _FACT_SAID.get(text.casefold(), text)


def _state(fields: Mapping[str, object]) -> tuple[CaseState, bool]:
    word = read_word(fields, "status", LONGEST_ID)
    if word is None:
        return CaseState.APPROVED, True
    known = re.sub(r"[\s-]+", "_", word.casefold())
    if known.startswith(_IN_POLICY):
        return CaseState.IN_POLICY, False
    if known not in STATES:
        raise RowRefused(
            f"{word[:40]!r} is no status.",
            field="status",
            remedy=f"Use {', '.join(STATES)} or auto_*, or translate it in a mapping.",
        )
    return STATES[known], False


def _occurred(fields: Mapping[str, object], zone: tzinfo) -> tuple[datetime, bool]:
    moment, zoneless = read_moment(fields, "occurred_at", zone)
    if moment is None:
        raise RowRefused(
            "There is no time.", field="occurred_at", remedy="Write when it happened: 2026-03-01."
        )
    return moment, zoneless
