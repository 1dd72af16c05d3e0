"""Filing and co-signing."""

from datetime import date, datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from api.schemas.base import Currency, In, Money, Out, Sentence, ShortText, example
from api.schemas.policies import ClauseOut
from api.schemas.references import KindRef
from recommender.vocabulary import CaseState, Dimension, Facts, FieldSource, OutcomeReading

_HASH = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


class ProposalIn(In):
    """An agent's wish to act outside a clause, or where none exists, for one customer."""

    model_config = example(
        situation="Parcel lay at the neighbour's for three weeks, back today unworn, four days "
        "past the window.",
        resolution="Take it back at full price.",
        reason="The delay was ours, not hers.",
        clause_key="RET-2.1",
        facts={"days_since_delivery": 34},
        amount=59.9,
        currency="EUR",
    )

    situation: Sentence
    resolution: Sentence
    reason: Sentence | None = None
    clause_key: ShortText | None = None
    gap: bool = False
    """No clause fits."""
    none_taken: bool = False
    """Clauses were suggested and none was taken; without a clause that counts as a gap too."""
    facts: Facts = Field(default_factory=dict)
    amount: Money | None = None
    currency: Currency | None = None
    granted_action: ShortText | None = None
    dimension: Dimension | None = None
    """In which way it departs from the script."""
    channel: ShortText | None = None
    product: ShortText | None = None
    customer_id: ShortText | None = None
    customer_tier: ShortText | None = None
    filed_after_the_act: bool = False
    precedent_id: ShortText | None = None
    provenance: dict[str, FieldSource] = Field(default_factory=dict)


class BreachOut(Out):
    """Why peers cannot approve this here."""

    rule: str
    words: str


class QuestionOut(Out):
    """What a colleague asked about a proposal before answering it; nobody is named."""

    id: str
    text: str
    answer: str | None
    mine: bool
    """The reader asked it."""
    earlier: bool
    """It was asked about a wording that has changed since."""


class CaseOut(Out):
    """A case, or a proposal while it is pending; texts are redacted, days stand for moments."""

    id: str
    state: CaseState
    day: date
    situation: str
    resolution: str | None
    reason: str | None
    decline_reason: str | None
    clause_key: str | None
    policy_ref: str | None
    gap: bool
    granted_action: str | None
    dimension: Dimension | None
    amount: float | None
    currency: str | None
    facts: Facts
    channel: str | None
    product: str | None
    filed_after_the_act: bool
    outcome: OutcomeReading
    content_hash: str | None
    """What a signature must name; null once it is answered."""
    version: int
    breaches: list[BreachOut] = Field(default_factory=list)
    expires_at: datetime | None = None
    """Until when it waits; null once it is answered."""
    mine: bool = False
    """The reader filed it."""
    offered: bool = False
    """The reader is among the few who were told first."""
    escalated: bool = False
    """No peer answered in time, so a lead was asked too."""
    decided_by_owner: bool = False
    """The clause's owner answered it, since peers could not approve it."""
    could_sign: int | None = None
    """How many colleagues could sign it when it was filed; to its filer, while it waits."""
    section: str | None = None
    """Under which heading the rule book has its clause."""
    questions: list[QuestionOut] = Field(default_factory=list)
    """Oldest first; to its filer, and while it waits to whoever may answer it."""
    kind: KindRef | None = None
    suggested_kind: KindRef | None = None
    """The kind that a case in none may be of, until the next run."""


class FilingPage(Out):
    """What the filing screen needs: the direction, the clauses, what was asked for before."""

    direction: str
    clauses: list[ClauseOut]
    actions: list[str]
    products: list[str]
    currency: str | None
    proposal_hours: int
    """How long a proposal waits for its answer before it expires."""


class RuleOut(Out):
    """What a clause says today."""

    clause: str
    text: str


class QueuePage(Out):
    """Every proposal that the reader may answer: those offered to them first, then by age."""

    direction: str
    proposals: list[CaseOut]
    rules: list[RuleOut] = Field(default_factory=list)
    """The clauses that they would bend, each once."""
    ask_again_seconds: int = 10
    """After how many seconds a page that shows them asks what has come since."""


class MinePage(Out):
    """The reader's own filings and signatures, newest first, and what became of them."""

    filed: list[CaseOut]
    signed: list[CaseOut]
    credit: bool
    """The reader is named beside changes that their cases led to."""


class CosignIn(In):
    """The hash of exactly the text that the signer saw."""

    model_config = example(content_hash=_HASH)

    content_hash: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class AskIn(CosignIn):
    """A question about exactly the text that was read."""

    model_config = example(content_hash=_HASH, question="Was the parcel opened?")

    question: Sentence


class AnswerIn(In):
    """The filer's words to a question."""

    model_config = example(text="It was, and closed again at once.")

    text: Sentence


class DeclineIn(CosignIn):
    """A no, with its reason."""

    model_config = example(content_hash=_HASH, reason="The seam was cut, not torn.")

    reason: Sentence
