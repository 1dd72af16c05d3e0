"""Discovery runs, the kinds that outlive them, memberships and what people taught."""

from datetime import datetime
from typing import Any, Self

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from recommender.models.base import Base, Word, check_move, new_id
from recommender.models.policies import Clause
from recommender.vocabulary import RUN_MOVES, CorrectionVerb, MembershipOrigin, RunState


class Run(Base):
    """One discovery pass; immutable once published. At most one is running."""

    __tablename__ = "runs"
    __table_args__ = (
        Index(
            "uq_runs_one_running",
            "state",
            unique=True,
            sqlite_where=text("state = 'running'"),
            postgresql_where=text("state = 'running'"),
        ),
    )

    id: Mapped[str] = mapped_column(String(12), primary_key=True, default=new_id)
    state: Mapped[RunState] = mapped_column(Word(RunState), default=RunState.RUNNING)
    seed: Mapped[int]
    encoder: Mapped[str] = mapped_column(String(200))
    parameters: Mapped[dict[str, Any]]
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    diff: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Against the run before: kept, new, retired, and how many cases moved."""
    started_at: Mapped[datetime]
    started_by: Mapped[str] = mapped_column(String(120))
    ended_at: Mapped[datetime | None]
    failure: Mapped[str | None] = mapped_column(Text)
    """Why it failed; of a published run, why it has no map as yet."""

    def move_to(self, state: RunState, moment: datetime) -> None:
        """Change the state by the table, or raise IllegalMove."""
        self.state = check_move(RUN_MOVES, "run", self.state, state)
        self.ended_at = moment


class Kind(Base):
    """A recurring kind of defiance: a lasting thing with an id, a name and a history."""

    __tablename__ = "kinds"

    id: Mapped[str] = mapped_column(String(12), primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(Text)
    named_by: Mapped[str | None] = mapped_column(String(120))
    """Who named it; None: the name is automatic and may follow the cases."""
    aliases: Mapped[list[str]] = mapped_column(default=list)
    clause_id: Mapped[str | None] = mapped_column(ForeignKey("clauses.id"), index=True)
    gap: Mapped[bool] = mapped_column(default=False)
    card: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """terms, action, quality; representatives, borderline, nearest_outside as case ids."""
    born_at: Mapped[datetime]
    born_run_id: Mapped[str | None] = mapped_column(ForeignKey("runs.id"))
    retired_at: Mapped[datetime | None]
    """No run finds it any more and nobody decided on it, or it was merged away."""
    merged_into_id: Mapped[str | None] = mapped_column(ForeignKey("kinds.id"))
    """The kind that its cases went into; whoever asks for this one is led there."""
    dismissed_at: Mapped[datetime | None]
    dismissed_by: Mapped[str | None] = mapped_column(String(120))
    dismissed_reason: Mapped[str | None] = mapped_column(Text)
    dismissed_with_cases: Mapped[int | None]
    snoozed_until: Mapped[datetime | None]
    snoozed_more: Mapped[int | None]
    """How many more cases wake it."""
    snoozed_with_cases: Mapped[int | None]
    snoozed_by: Mapped[str | None] = mapped_column(String(120))
    snoozed_reason: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column(default=1)

    clause: Mapped[Clause | None] = relationship()
    memberships: Mapped[list["Membership"]] = relationship(
        back_populates="kind", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's declaration

    def rename(self, name: str, by: str) -> None:
        """Give it a human name; the old one is kept as an alias."""
        if self.name != name:
            self.keep_alias(self.name)
        self.name = name
        self.named_by = by

    def keep_alias(self, name: str) -> None:
        """Remember a name that it bore, or that a kind merged into it bore."""
        if name not in self.aliases:
            self.aliases = [*self.aliases, name]

    def take_names(self, merged: Self) -> None:
        """Remember what people called a kind that was merged into this one, and those before it."""
        named = [] if merged.named_by is None else [merged.name]
        for name in (*merged.aliases, *named):
            self.keep_alias(name)

    def follow_name(self, automatic: str) -> None:
        """Take the automatic name, unless a person named it: then it is kept as an alias."""
        if self.named_by is None:
            self.name = automatic
        elif automatic != self.name:
            self.keep_alias(automatic)


class Membership(Base):
    """A case in a kind; a case is in one kind at most."""

    __tablename__ = "memberships"

    case_id: Mapped[str] = mapped_column(
        ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True
    )
    kind_id: Mapped[str] = mapped_column(ForeignKey("kinds.id"), index=True)
    strength: Mapped[float]
    origin: Mapped[MembershipOrigin] = mapped_column(Word(MembershipOrigin))
    run_id: Mapped[str | None] = mapped_column(ForeignKey("runs.id"))

    kind: Mapped[Kind] = relationship(back_populates="memberships")


class Release(Base):
    """The cases that readers take a group of cases for, from a moment on.

    A newer one is made only where so many people are behind the change that nobody can tell one
    from it.
    """

    __tablename__ = "releases"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind_id: Mapped[str | None] = mapped_column(ForeignKey("kinds.id"), index=True)
    """None: the group of what is in no kind that may be shown, or a slice."""
    slice: Mapped[str | None] = mapped_column(String(200), index=True)
    """The slice that this group is: where it is taken and which value it holds; None: a kind's."""
    cases: Mapped[list[str]]
    enough: Mapped[bool]
    """So many people are behind it that it may be shown."""
    at: Mapped[datetime]


class Correction(Base):
    """What a person taught about kinds; every later run obeys it until it is undone.

    Later ones win over earlier ones: `number` is the order.
    """

    __tablename__ = "corrections"

    id: Mapped[str] = mapped_column(String(12), primary_key=True, default=new_id)
    number: Mapped[int] = mapped_column(unique=True)
    verb: Mapped[CorrectionVerb] = mapped_column(Word(CorrectionVerb))
    kind_id: Mapped[str | None] = mapped_column(ForeignKey("kinds.id"))
    """The kind merged away, split, left, confirmed or called none."""
    other_kind_id: Mapped[str | None] = mapped_column(ForeignKey("kinds.id"))
    """The kind merged into, split off or moved to."""
    note: Mapped[str | None] = mapped_column(Text)
    told: Mapped[int | None]
    """How many cases it was said to place; None where too few people were behind them."""
    made_by: Mapped[str] = mapped_column(String(120))
    made_at: Mapped[datetime]
    undone_by: Mapped[str | None] = mapped_column(String(120))
    undone_at: Mapped[datetime | None]

    cases: Mapped[list["CorrectionCase"]] = relationship(
        cascade="all, delete-orphan", order_by="CorrectionCase.part, CorrectionCase.case_id"
    )


class CorrectionCase(Base):
    """A case in a correction: cases of different parts are apart.

    `placed`: the person put the case there, together with the other cases of its part; else it
    only stands for the kind that it was in.
    """

    __tablename__ = "correction_cases"

    correction_id: Mapped[str] = mapped_column(ForeignKey("corrections.id"), primary_key=True)
    case_id: Mapped[str] = mapped_column(
        ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    part: Mapped[int]
    placed: Mapped[bool]
    kind_before_id: Mapped[str | None] = mapped_column(ForeignKey("kinds.id"))
    """Where the case was, which undoing gives back; None: unsorted."""
    strength_before: Mapped[float | None]
    origin_before: Mapped[MembershipOrigin | None] = mapped_column(Word(MembershipOrigin))
