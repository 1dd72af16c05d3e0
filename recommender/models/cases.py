"""Cases (proposals while they are pending), signatures, embeddings, import batches."""

import hashlib
import json
import secrets
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from recommender.access import Actor
from recommender.errors import Conflict, NotAllowed
from recommender.models.base import Base, HalfVector, Sealed, Word, check_move, new_id
from recommender.models.outcomes import Outcome, OutcomeFacts
from recommender.models.policies import Clause
from recommender.vocabulary import (
    CASE_MOVES,
    CaseState,
    Dimension,
    FieldSource,
    SignatureVerdict,
)


class OwnCosign(NotAllowed):
    """Nobody signs their own proposal."""


class InTheSameLine(NotAllowed):
    """Nobody answers for those who lead them or whom they lead."""


class NotYourCase(NotAllowed):
    """Only the filer may do this to a case."""


class StaleSignature(Conflict):
    """The text has changed since the signer saw it."""


class ImportBatch(Base):
    """One import: what it brought, so that it can be undone as a whole."""

    __tablename__ = "import_batches"

    id: Mapped[str] = mapped_column(String(12), primary_key=True, default=new_id)
    file_name: Mapped[str] = mapped_column(Text)
    counts: Mapped[dict[str, Any]]
    imported_at: Mapped[datetime]
    imported_by: Mapped[str] = mapped_column(String(120))
    undone_at: Mapped[datetime | None]


class Case(Base):
    """An agent's wish to act outside a clause, and what became of it.

    The texts here are redacted; what was typed lies apart, in RawText.
    """

    __tablename__ = "cases"
    __table_args__ = (
        UniqueConstraint("source_system", "source_id"),
        CheckConstraint("signatures_needed >= 1", name="signatures_needed"),
        CheckConstraint("cosigner_id IS NULL OR cosigner_id <> agent_id OR batch_id IS NOT NULL",
                        name="cosigner_is_another"),
        Index("ix_cases_state_occurred_at", "state", "occurred_at"),
        Index("ix_cases_clause_id_decided_at", "clause_id", "decided_at"),
        Index("ix_cases_clause_id_state_occurred_at", "clause_id", "state", "occurred_at"),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(String(12), primary_key=True, default=new_id)
    source_system: Mapped[str] = mapped_column(String(120))
    source_id: Mapped[str] = mapped_column(String(200))
    state: Mapped[CaseState] = mapped_column(Word(CaseState), default=CaseState.PENDING)
    version: Mapped[int] = mapped_column(default=1)

    occurred_at: Mapped[datetime]
    filed_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    filed_after_the_act: Mapped[bool] = mapped_column(default=False)

    agent_id: Mapped[str | None] = mapped_column(String(120), index=True)
    agent_team: Mapped[str | None] = mapped_column(String(120))
    cosigner_id: Mapped[str | None] = mapped_column(String(120))
    customer_id: Mapped[str | None] = mapped_column(String(120))
    channel: Mapped[str | None] = mapped_column(String(120))
    product: Mapped[str | None] = mapped_column(String(200))
    brand: Mapped[str | None] = mapped_column(String(120))
    market: Mapped[str | None] = mapped_column(String(120))
    customer_tier: Mapped[str | None] = mapped_column(String(120))

    situation: Mapped[str] = mapped_column(Text)
    resolution: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    decline_reason: Mapped[str | None] = mapped_column(Text)
    revoke_reason: Mapped[str | None] = mapped_column(Text)

    clause_id: Mapped[str | None] = mapped_column(ForeignKey("clauses.id"))
    revision_id: Mapped[str | None] = mapped_column(ForeignKey("revisions.id"))
    """The wording in force when it happened."""
    section_key: Mapped[str | None] = mapped_column(String(120))
    policy_ref: Mapped[str | None] = mapped_column(String(200))
    """The reference as it was given, known to us or not."""
    gap: Mapped[bool] = mapped_column(default=False)
    """The filer said that no clause fits."""
    granted_action: Mapped[str | None] = mapped_column(String(120))
    dimension: Mapped[Dimension | None] = mapped_column(Word(Dimension))
    """A label, outside the content hash: it changes nothing of the wish."""
    amount: Mapped[float | None]
    currency: Mapped[str | None] = mapped_column(String(3))
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    extra: Mapped[dict[str, Any]] = mapped_column(default=dict)
    provenance: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Field -> FieldSource: typed, suggested, re-used or imported."""
    precedent_id: Mapped[str | None] = mapped_column(String(12))
    """The case whose text this one re-used."""

    escalated_at: Mapped[datetime | None]
    """When it went to a lead because no peer had answered."""
    decided_by_owner: Mapped[bool] = mapped_column(default=False)
    """A policy owner answered it, since peers could not approve it; never a peer's signature."""
    misused_at: Mapped[datetime | None]
    """When a second team confirmed misuse; it is no evidence since."""
    erased_at: Mapped[datetime | None]
    """When its texts and its customer were erased, on request or when their time was up."""

    signatures_needed: Mapped[int] = mapped_column(default=1)
    content_hash: Mapped[str] = mapped_column(String(64))
    batch_id: Mapped[str | None] = mapped_column(ForeignKey("import_batches.id"), index=True)
    row_hash: Mapped[str | None] = mapped_column(String(64))
    """The imported row that this holds, SHA-256 hex; tells whether a row says something new."""
    imported_state: Mapped[CaseState | None] = mapped_column(Word(CaseState))
    """The state that the import gave it; None: it was filed here."""

    raw: Mapped["RawText"] = relationship(
        back_populates="case", cascade="all, delete-orphan", single_parent=True
    )
    clause: Mapped[Clause | None] = relationship()
    signatures: Mapped[list["CoSignature"]] = relationship(
        back_populates="case", order_by="CoSignature.given_at", cascade="all, delete-orphan"
    )
    outcomes: Mapped[list[Outcome]] = relationship(cascade="all, delete-orphan")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's declaration

    def move_to(self, state: CaseState, moment: datetime) -> None:
        """Change the state by the table, or raise IllegalMove.

        When it was answered stays known once an approval is revoked.
        """
        answered = self.state is CaseState.PENDING
        self.state = check_move(CASE_MOVES, "case", self.state, state)
        if answered:
            self.decided_at = moment

    def require_peer(self, actor: Actor, line: Collection[str]) -> None:
        """Refuse with OwnCosign if the actor filed it, with InTheSameLine if their line did.

        `line`: everybody above and below the actor.
        """
        if self.agent_id == actor.name:
            raise OwnCosign(
                "You filed this proposal, so somebody else has to answer it.",
                remedy="Ask a colleague to look at it.",
            )
        if self.agent_id in line:
            raise InTheSameLine(
                "One of you leads the other, so neither answers for the other.",
                remedy="Leave it to a colleague outside that line.",
            )

    def require_filer(self, actor: Actor) -> None:
        """Refuse with NotYourCase unless the actor filed it."""
        if self.agent_id != actor.name:
            raise NotYourCase("Only the person who filed it may do this.", remedy="Ask the filer.")

    def require_content(self, content_hash: str) -> None:
        """Refuse with StaleSignature unless the signer saw exactly this text."""
        if self.content_hash != content_hash:
            raise StaleSignature(
                "The proposal was changed after you opened it.",
                remedy="Read it again, then answer.",
                content_hash=self.content_hash,
            )

    def seal(self) -> None:
        """Set the content hash from what was typed; called on filing and on every edit.

        It is salted, because more people see it than may see the customer and the minute.
        """
        self.raw.salt = self.raw.salt or new_salt()
        self.content_hash = content_hash(self)

    @property
    def touched_here(self) -> bool:
        """Tell whether an imported case was answered, withdrawn, revoked or edited here since."""
        edited = any(source != FieldSource.IMPORTED for source in self.provenance.values())
        return edited or self.state is not self.imported_state or bool(self.signatures)

    @property
    def outcome(self) -> OutcomeFacts:
        """What came of it, each value from the best source that reported it."""
        return OutcomeFacts.merged(self.outcomes)


def new_salt() -> str:
    """Draw the salt of one case: 128 random bits, hex."""
    return secrets.token_hex(16)


def content_hash(case: Case) -> str:
    """Hash what a signature stands for: the raw texts and every field of the wish, SHA-256 hex."""
    content = {
        "salt": case.raw.salt,
        "situation": case.raw.situation,
        "resolution": case.raw.resolution,
        "reason": case.raw.reason,
        "policy_ref": case.policy_ref,
        "gap": case.gap,
        "granted_action": case.granted_action,
        "amount": case.amount,
        "currency": case.currency,
        "facts": case.facts,
        "filed_after_the_act": case.filed_after_the_act,
        "customer_id": case.customer_id,
        "customer_tier": case.customer_tier,
        "channel": case.channel,
        "product": case.product,
        "occurred_at": case.occurred_at.astimezone(UTC).isoformat(),
    }
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


class RawText(Base):
    """What was typed, apart from the case; reading it is recorded. It may be sealed at rest.

    `salt` blinds the content hash and, with it, the commitments in the event log; erasing it
    leaves the log verifiable and mute.
    """

    __tablename__ = "raw_texts"

    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    situation: Mapped[str] = mapped_column(Sealed)
    resolution: Mapped[str | None] = mapped_column(Sealed)
    reason: Mapped[str | None] = mapped_column(Sealed)
    decline_reason: Mapped[str | None] = mapped_column(Sealed)
    revoke_reason: Mapped[str | None] = mapped_column(Sealed)
    salt: Mapped[str] = mapped_column(String(32), default=new_salt)

    case: Mapped[Case] = relationship(back_populates="raw")


class CoSignature(Base):
    """A peer's verdict on exactly the text that they saw."""

    __tablename__ = "co_signatures"
    __table_args__ = (
        UniqueConstraint("case_id", "ordinal"),
        CheckConstraint("signer_id <> filer_id", name="signer_is_another"),
        Index(
            "uq_co_signatures_one_standing",
            "case_id",
            "signer_id",
            unique=True,
            sqlite_where=text("voided_at IS NULL"),
            postgresql_where=text("voided_at IS NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(String(12), primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), index=True)
    filer_id: Mapped[str] = mapped_column(String(120))
    signer_id: Mapped[str] = mapped_column(String(120))
    ordinal: Mapped[int]
    """1 for the first verdict on a case; unique, so two at once cannot both be the first."""
    verdict: Mapped[SignatureVerdict] = mapped_column(Word(SignatureVerdict))
    content_hash: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str | None] = mapped_column(Text)
    given_at: Mapped[datetime] = mapped_column(index=True)
    voided_at: Mapped[datetime | None]

    case: Mapped[Case] = relationship(back_populates="signatures")


class Embedding(Base):
    """A text's vector by one named model revision; derived, always rebuildable."""

    __tablename__ = "embeddings"
    __table_args__ = (Index("ix_embeddings_fingerprint_embedded_at", "fingerprint", "embedded_at"),)

    case_id: Mapped[str] = mapped_column(
        ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True
    )
    view: Mapped[str] = mapped_column(String(16), primary_key=True)
    """Which text: situation, resolution or reason."""
    fingerprint: Mapped[str] = mapped_column(String(200), primary_key=True)
    text_hash: Mapped[str] = mapped_column(String(64))
    embedded_at: Mapped[datetime]
    vector: Mapped[NDArray[np.float32]] = mapped_column(HalfVector)
