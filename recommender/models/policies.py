"""Rule books: Policy > Clause > Revision."""

from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from recommender.access import Actor
from recommender.errors import NotAllowed
from recommender.models.base import Base, new_id
from recommender.vocabulary import Role

_ALWAYS: Final = datetime.min.replace(tzinfo=UTC)


class NotYourClause(NotAllowed):
    """The clause belongs to another desk."""


class Policy(Base):
    """A rule book. `layout` is its document with places for the clauses, for a true export."""

    __tablename__ = "policies"

    id: Mapped[str] = mapped_column(String(12), primary_key=True, default=new_id)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    title: Mapped[str] = mapped_column(Text)
    owner: Mapped[str | None] = mapped_column(String(120))
    layout: Mapped[list[Any]]
    imported_at: Mapped[datetime]

    clauses: Mapped[list["Clause"]] = relationship(
        back_populates="policy", order_by="Clause.position", cascade="all, delete-orphan"
    )


class Clause(Base):
    """The smallest citable rule; its words live in revisions."""

    __tablename__ = "clauses"

    id: Mapped[str] = mapped_column(String(12), primary_key=True, default=new_id)
    policy_id: Mapped[str] = mapped_column(ForeignKey("policies.id"), index=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    section_key: Mapped[str] = mapped_column(String(120), index=True)
    section_title: Mapped[str] = mapped_column(Text)
    position: Mapped[int]
    owner: Mapped[str | None] = mapped_column(String(120))
    never_bend: Mapped[bool] = mapped_column(default=False)
    ceiling: Mapped[float | None]
    """The largest amount that a peer's signature may approve under this clause."""

    policy: Mapped[Policy] = relationship(back_populates="clauses")
    revisions: Mapped[list["Revision"]] = relationship(
        back_populates="clause", order_by="Revision.number", cascade="all, delete-orphan"
    )

    @property
    def desk(self) -> str | None:
        """The owner: the clause's own, else the policy's."""
        return self.owner or self.policy.owner

    @property
    def newest(self) -> "Revision":
        """The last revision written, in force yet or not."""
        return self.revisions[-1]

    @property
    def applied(self) -> list["Revision"]:
        """The wordings that ever apply: no other words take their place by their day."""
        starts = [(one.effective_from or _ALWAYS, one.words) for one in self.revisions]
        return [
            revision
            for place, revision in enumerate(self.revisions)
            if not any(
                start < starts[place][0] or (start == starts[place][0] and words != revision.words)
                for start, words in starts[place + 1 :]
            )
        ]

    def revision_at(self, moment: datetime) -> "Revision | None":
        """The revision in force at a moment; None before the first one."""
        in_force = [r for r in self.revisions if r.in_force_from(moment)]
        return in_force[-1] if in_force else None

    def require_owner(self, actor: Actor, *, orphan: bool) -> None:
        """Refuse with NotYourClause unless the actor's desk owns it.

        A clause without a desk belongs to every policy owner; an orphan (its desk has no active
        account) also to admins, so that no decision hangs for want of a person.
        """
        if self.desk is None or orphan:
            return
        if Role.POLICY_OWNER in actor.roles and self.desk in {actor.name, actor.team}:
            return
        raise NotYourClause(
            f"{self.key} belongs to {self.desk}.",
            remedy=f"Ask {self.desk} to decide.",
            clause=self.key,
            owner=self.desk,
        )


class Revision(Base):
    """One immutable wording of a clause. `effective_from` None: from the beginning of time."""

    __tablename__ = "revisions"
    __table_args__ = (UniqueConstraint("clause_id", "number"),)

    id: Mapped[str] = mapped_column(String(12), primary_key=True, default=new_id)
    clause_id: Mapped[str] = mapped_column(ForeignKey("clauses.id"), index=True)
    number: Mapped[int]
    markup: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    parameters: Mapped[list[Any]]
    """[{"fact", "bound": "max" | "min", "limit", "unit"}]; limits for everybody."""
    exceptions: Mapped[list[Any]] = mapped_column(default=list)
    """What holds for one kind's cases only, as ClauseException reads it."""
    effective_from: Mapped[datetime | None]
    candidate_id: Mapped[str | None] = mapped_column(String(12))
    """The candidate this wording came from; None: it was imported."""
    created_at: Mapped[datetime]
    retires: Mapped[bool] = mapped_column(default=False)
    review_at: Mapped[datetime | None]
    """When its owner looks again whether it should stay."""
    kept_from: Mapped[str | None] = mapped_column(String(12))
    """The earlier revision whose wording this one takes up again; None: the words are new."""
    published_at: Mapped[datetime | None]
    """When it was made known to those who file and lead."""

    clause: Mapped[Clause] = relationship(back_populates="revisions")

    @property
    def words(self) -> str:
        """What it says to a reader; nothing where it ends the clause."""
        return "" if self.retires else self.text

    def in_force_from(self, moment: datetime) -> bool:
        """Tell whether this wording had come into force by then."""
        return self.effective_from is None or self.effective_from <= moment
