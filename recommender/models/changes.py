"""Candidates: suggested policy changes, and the decisions about them."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from recommender.access import Actor
from recommender.errors import Conflict, NotAllowed
from recommender.models.base import Base, Word, check_move, new_id
from recommender.models.kinds import Kind
from recommender.models.policies import Clause, Revision
from recommender.vocabulary import (
    CANDIDATE_MOVES,
    CandidateState,
    ChosenLimit,
    DecisionVerdict,
    Role,
    Verdict,
)

_WAITING = "state IN ('open', 'claimed', 'returned', 'deferred')"
_CLARIFYING = f"kind_id IS NULL AND {_WAITING}"


class PromoterAccepts(NotAllowed):
    """Who promoted a candidate never decides about it."""


class StaleBase(Conflict):
    """The clause has a newer revision than the one this draft changes."""


class NotYourClaim(NotAllowed):
    """Somebody else has claimed this candidate."""


class Candidate(Base):
    """A suggested policy change: what, on which wording, why, with what evidence.

    It is for one kind, or for a clause that people did not find.
    """

    __tablename__ = "candidates"
    __table_args__ = (
        Index(
            "uq_candidates_one_waiting",
            "kind_id",
            unique=True,
            sqlite_where=text(_WAITING),
            postgresql_where=text(_WAITING),
        ),
        Index(
            "uq_candidates_one_clarifying",
            "clause_id",
            unique=True,
            sqlite_where=text(_CLARIFYING),
            postgresql_where=text(_CLARIFYING),
        ),
        CheckConstraint("kind_id IS NOT NULL OR clause_id IS NOT NULL", name="kind_or_clause"),
    )

    id: Mapped[str] = mapped_column(String(12), primary_key=True, default=new_id)
    kind_id: Mapped[str | None] = mapped_column(ForeignKey("kinds.id"), index=True)
    clause_id: Mapped[str | None] = mapped_column(ForeignKey("clauses.id"), index=True)
    base_revision_id: Mapped[str | None] = mapped_column(ForeignKey("revisions.id"))
    state: Mapped[CandidateState] = mapped_column(Word(CandidateState), default=CandidateState.OPEN)
    version: Mapped[int] = mapped_column(default=1)
    verdict: Mapped[Verdict] = mapped_column(Word(Verdict))
    reason: Mapped[str] = mapped_column(Text)
    old_markup: Mapped[str | None] = mapped_column(Text)
    new_markup: Mapped[str | None] = mapped_column(Text)
    draft: Mapped[dict[str, Any]]
    """parameters, redline and rationale as `draft --json` gives them."""
    evidence: Mapped[dict[str, Any]]
    """Frozen at promotion."""
    backtest: Mapped[dict[str, Any]] = mapped_column(default=dict)
    scope: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Where and until when the change holds, as Scope reads it; {}: everywhere, for good."""
    conditions: Mapped[list[Any]] = mapped_column(default=list)
    """The conditions that were decided, as Condition reads them; the draft's own stand there."""
    chosen_limit: Mapped[ChosenLimit | None] = mapped_column(Word(ChosenLimit))
    promoted_by: Mapped[str] = mapped_column(String(120))
    promoted_at: Mapped[datetime]
    claimed_by: Mapped[str | None] = mapped_column(String(120))
    claimed_at: Mapped[datetime | None]
    effective_from: Mapped[datetime | None]
    revision_id: Mapped[str | None] = mapped_column(ForeignKey("revisions.id"))
    """The wording that came of it."""
    until: Mapped[datetime | None]
    """The day on which what is tolerated ends."""
    review_at: Mapped[datetime | None]
    """When its owner looks again, whatever the effect."""
    prediction: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What the change was said to do. Frozen at acceptance."""
    design: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """How its effect is read: baseline, exposure, the day of the look. Frozen at acceptance."""
    regressed_at: Mapped[datetime | None]
    """When its kind was first seen to recur under the new wording."""

    kind: Mapped[Kind | None] = relationship()
    clause: Mapped[Clause | None] = relationship()
    base_revision: Mapped[Revision | None] = relationship(foreign_keys=[base_revision_id])
    decisions: Mapped[list["Decision"]] = relationship(
        back_populates="candidate", order_by="Decision.decided_at", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's declaration

    @property
    def subject(self) -> str:
        """What it is about: the kind's name, else the clause's key."""
        if self.kind is not None:
            return self.kind.name
        return "" if self.clause is None else self.clause.key

    def move_to(self, state: CandidateState) -> None:
        """Change the state by the table, or raise IllegalMove."""
        self.state = check_move(CANDIDATE_MOVES, "candidate", self.state, state)

    def require_decider(self, actor: Actor) -> None:
        """Refuse the promoter, and while it is claimed anybody but the one who claimed it."""
        if self.promoted_by == actor.name:
            raise PromoterAccepts(
                "You promoted this candidate, so somebody else decides about it.",
                remedy="Leave it to the clause's owner.",
            )
        if self.state is CandidateState.CLAIMED and self.claimed_by != actor.name:
            raise NotYourClaim(
                "Somebody else has claimed this candidate.",
                remedy="Ask them to decide or to release it. Their deputy may take it over, and "
                "the desk once it has rested for long.",
            )

    def require_fresh_base(self) -> None:
        """Refuse with StaleBase if the clause was revised since this was drafted."""
        if self.clause is None or self.base_revision_id is None:
            return
        newest = self.clause.newest
        if newest.id != self.base_revision_id:
            raise StaleBase(
                f"{self.clause.key} has a newer revision, number {newest.number}.",
                remedy="Release the candidate; it is then drafted anew on the newer wording.",
                clause=self.clause.key,
                newest=newest.number,
            )


class Decision(Base):
    """The owner's answer, with its reason; suggested and final wording stay side by side."""

    __tablename__ = "decisions"

    id: Mapped[str] = mapped_column(String(12), primary_key=True, default=new_id)
    candidate_id: Mapped[str] = mapped_column(ForeignKey("candidates.id"), index=True)
    verdict: Mapped[DecisionVerdict] = mapped_column(Word(DecisionVerdict))
    reason: Mapped[str] = mapped_column(Text)
    decided_by: Mapped[str] = mapped_column(String(120))
    decided_at: Mapped[datetime]
    suggested_markup: Mapped[str | None] = mapped_column(Text)
    final_markup: Mapped[str | None] = mapped_column(Text)
    until: Mapped[datetime | None]
    suggested_backtest: Mapped[dict[str, Any]] = mapped_column(default=dict)
    final_backtest: Mapped[dict[str, Any]] = mapped_column(default=dict)
    edit_distance: Mapped[float | None]
    """How far the final words are from the suggested ones: 0 the same, 1 all others."""
    decided_as: Mapped[Role | None] = mapped_column(Word(Role))
    in_place_of: Mapped[str | None] = mapped_column(String(120))
    """The owner whose deputy decided."""

    candidate: Mapped[Candidate] = relationship(back_populates="decisions")
