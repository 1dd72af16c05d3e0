"""Candidates and what their owners decide."""

from datetime import date
from typing import Annotated

from pydantic import Field, StringConstraints

from api.schemas.base import In, Out, Sentence, example
from api.schemas.drafts import (
    BacktestOut,
    ConditionIn,
    CostRangeOut,
    DraftOut,
    RedlineOut,
    ScopeIn,
    ScopeOut,
)
from api.schemas.effects import EffectOut, NarrowerOut
from api.schemas.evidence import EvidenceOut
from api.schemas.policies import ChangeOut
from api.schemas.references import KindRef
from recommender.vocabulary import CandidateState, DecisionVerdict, Grade, Role, Verdict


class CandidateOut(Out):
    """A candidate in a list."""

    id: str
    state: CandidateState
    verdict: Verdict
    kind: KindRef | None
    """None: it is for a clause that people did not find."""
    clause: str | None
    section: str | None = None
    """Under which heading the rule book has its clause."""
    owner: str | None
    grade: Grade | None
    promoted_on: date
    yours: bool
    """The reader's desk may decide it."""
    red: bool = False
    """It waits for its yes or no longer than the settings allow."""
    may_take_over: bool = False
    """Somebody else has claimed it, and the reader may claim it all the same."""
    claimed_by_you: bool
    you_promoted: bool
    redline: RedlineOut | None = None
    """The clause before and as drafted; null where no words change."""
    year: CostRangeOut | None = None
    """What a year of it would cost by its backtest, of an authority what its cases cost so far;
    null where that is not known or masked."""
    currency: str | None = None
    waits_days: int | None = None
    """Since when it waits for its desk; null where it does not."""
    answered_in_days: int | None = None
    """From its promotion to its yes or no."""
    deferred_until: date | None = None
    effective_from: date | None = None


class CandidatesPage(Out):
    """Candidates, those waiting for the reader first."""

    candidates: list[CandidateOut]


class DecisionOut(Out):
    """An answer with its reason."""

    verdict: DecisionVerdict
    reason: str
    decided_on: date
    decided_as: Role | None = None
    edit_distance: float | None = None
    """How far the final words are from the suggested ones: 0 the same, 1 all others."""


class LostOut(Out):
    """What was said at a release and is not in the new draft; it is kept nowhere."""

    markup: str | None
    changes: list[ChangeOut]
    """From the new draft's words to these."""
    conditions: list[str]


class CandidatePage(CandidateOut):
    """All that an owner needs to decide."""

    version: int
    reason: str
    clause_text: str | None
    base_revision: int | None
    stale: bool
    """The clause was revised since: release and draft anew."""
    old_markup: str | None
    new_markup: str | None
    changes: list[ChangeOut]
    accepted_changes: list[ChangeOut] = Field(default_factory=list)
    """To the words that were accepted; empty unless they were edited first."""
    draft: DraftOut
    evidence: EvidenceOut | None
    """As its promoter saw it; null where it is for no kind."""
    evidence_grade: Grade | None = None
    """At its promotion; `grade` is the draft's, as of the last claim."""
    backtest: BacktestOut | None
    decisions: list[DecisionOut]
    scope: ScopeOut | None = None
    """Where and until when it was accepted for; null: everywhere, for good."""
    review_on: date | None = None
    """The day that its owner set to look again; null: as the settings say."""
    review_days: int
    """So many days after it begins it is looked at, unless its owner sets a day."""
    narrower: NarrowerOut | None = None
    """The narrower limit that the last look at this kind's change in force suggests."""
    may_confirm: bool = False
    """It is in force, and the reader, or whom they stand in for, may say that it stays."""
    may_roll_back: bool = False
    """The same of taking it back."""
    thanks: list[str] = Field(default_factory=list)
    """Contributors of an accepted change who want to be named, in alphabetical order."""
    effect: EffectOut | None = None
    """Null until it is accepted."""
    lost: LostOut | None = None
    """In the answer to a release alone, and null where nothing is lost."""


class AnswersOut(Out):
    """What the house's answers come to; null where there is nothing to take a median of."""

    decided: int
    """Candidates that were accepted or rejected."""
    accepted: int
    edited: int
    edit_distance: float | None
    """The median over what was accepted."""
    days: float | None
    """The median from a promotion to its yes or no, over all desks; days put off count."""
    days_here: float | None
    """The same of the reader's own desk."""
    waiting: int
    red: int
    """Of those that wait for their yes or no: longer than the settings allow."""


Password = Annotated[str, StringConstraints(max_length=1000)]


class PromoteIn(In):
    """Promote a kind; a verdict other than the suggested one may be chosen."""

    model_config = example(verdict="widen_limit")

    verdict: Verdict | None = None


class AcceptIn(In):
    """Accept, from a date on (default: today), with edits where anything below differs."""

    model_config = example(
        reason="Late parcels are not the customer's doing.",
        effective_from="2026-07-01",
        scope={"market": "DE", "until": "2026-12-31"},
        review_on="2026-10-01",
    )

    reason: Sentence
    effective_from: date | None = None
    markup: Sentence | None = None
    """The words; null: as drafted, or made anew of other limits or another scope."""
    conditions: list[ConditionIn] | None = Field(default=None, max_length=5)
    """All limits that it is to state; null: as drafted."""
    scope: ScopeIn | None = None
    """Where, and until when; of what is tolerated the last day. Null: as drafted."""
    review_on: date | None = None
    """Looked at again then; null: as the settings say."""
    password: Password | None = None
    """The reader's own, once more."""


class ReleaseIn(In):
    """Give a claimed candidate back; `markup` is the wording as its owner has edited it."""

    model_config = example(markup="Boots are taken back within 30 days of delivery.")

    markup: Sentence | None = None


class RollBackIn(In):
    """Take a change back, from a date on (default: today)."""

    model_config = example(reason="It cost twice what was said.", effective_from="2026-10-01")

    reason: Sentence
    effective_from: date | None = None
    password: Password | None = None
    """The reader's own, once more."""


class DeferIn(In):
    """Look again on a date."""

    model_config = example(reason="After the season we know more.", until="2026-09-01")

    reason: Sentence
    until: date
