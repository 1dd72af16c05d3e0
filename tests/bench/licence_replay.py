"""Real licence exceptions replayed by date: what each day's import and discovery suggest."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from recommender.access import Actor
from recommender.accounts.directory import actor_named, add_account, operator
from recommender.accounts.opening import initialise
from recommender.cases.importing.taking import import_cases
from recommender.changes import candidates, decisions
from recommender.config import Settings
from recommender.errors import Conflict
from recommender.kinds.runs import discover
from recommender.policies.importing import import_policy
from recommender.policies.syntax.rows import parse_rows
from recommender.storage.house import House
from recommender.vocabulary import Role
from tests.bench.limit_drafts import Drafted, drafts
from tests.bench.sets import DATA, Row, rows_of
from tests.bench.vectors import builtin

RECORDS: Final = DATA / "license_exceptions_cncf.jsonl"
MPL: Final = "MPL-2.0"
ISOLATED: Final = "Not isolated"
"""The reason that the change of 2024 corresponds to."""


@dataclass(frozen=True, kw_only=True)
class Change:
    """A real change of the rule, and the licences that it speaks of; no day: it never came."""

    day: date | None
    licences: frozenset[str]
    words: str

    def asks(self, row: Row) -> bool:
        """Tell whether a labelled request asks for what it allows."""
        isolated = ISOLATED in self.words and row["reason_kind"] == ISOLATED
        return isolated or bool(self.licences & licences_of(row))

    def meets(self, one: "Suggested") -> bool:
        """Tell whether a kind is mostly about it."""
        return 2 * sum(map(self.asks, one.labels)) > len(one.labels)


@dataclass(frozen=True, kw_only=True)
class Suggested:
    """A kind as it stood after a day's import, with the truth about its members."""

    day: date
    drafted: Drafted
    labels: Sequence[Row]

    @property
    def kind(self) -> str:
        """The kind's id."""
        return self.drafted.ground.kind.id

    @cached_property
    def licences(self) -> Counter[str]:
        """How many members name each licence."""
        return Counter(one for row in self.labels for one in licences_of(row))

    @property
    def about_mpl(self) -> bool:
        """Tell whether most members name MPL-2.0."""
        return 2 * self.licences[MPL] > len(self.labels)

    def as_row(self) -> dict[str, Any]:
        """Say what it is, where it stands and what its draft proposes."""
        licence, often = self.licences.most_common(1)[0]
        reason, times = Counter(row["reason_kind"] for row in self.labels).most_common(1)[0]
        one = self.drafted
        return {
            "day": str(self.day),
            "kind": self.kind,
            "name": one.ground.kind.name,
            "cases": len(self.labels),
            "counted": len(one.ground.counted),
            "licence": f"{licence} {often}",
            "reason": f"{str(reason)[:30]} {times}",
            "state": str(one.state),
            "grade": None if one.draft.grade is None else str(one.draft.grade),
            "clause": one.draft.clause or "gap",
            "verdict": str(one.draft.verdict),
        }


@dataclass(frozen=True)
class Replay:
    """A house that takes the record in day by day."""

    house: House
    labels: Mapping[str, Row]

    @classmethod
    def opened(cls, folder: Path) -> "Replay":
        """Open a house with the rule as it was, a manager and a policy owner."""
        house = House(Settings(database_url=f"sqlite:///{folder / 'licences.sqlite'}"))
        house.encoder = builtin()
        initialise(house)
        with house.transaction(operator(house)) as tx:
            for name, role in (("mo", Role.MANAGER), ("po", Role.POLICY_OWNER)):
                add_account(tx, name=name, display_name=name, roles=[role])
            for policy in parse_rows(_first_wording()).policies:
                import_policy(tx, policy)
        labels = rows_of(RECORDS.with_suffix(".labels.jsonl"))
        return cls(house, {row["id"]: row for row in labels})

    def days(self, folder: Path) -> Iterator[tuple[date, list[Suggested]]]:
        """Import one recorded day after the other; after each, give the kinds found by then."""
        by_day: dict[date, list[Row]] = {}
        for row in rows_of(RECORDS):
            by_day.setdefault(date.fromisoformat(row["occurred_at"][:10]), []).append(row)
        for day, rows in sorted(by_day.items()):
            file = folder / f"{day}.jsonl"
            file.write_text("\n".join(map(json.dumps, rows)), "utf-8")
            import_cases(self.house, self.operator, file)
            discover(self.house, self.operator)
            yield day, self.kinds(day)

    def kinds(self, day: date) -> list[Suggested]:
        """Give the living kinds with the truth about their members."""
        return [
            Suggested(day=day, drafted=one, labels=[self.labels[case] for case in one.members])
            for one in drafts(self.house, self.operator)
        ]

    @property
    def operator(self) -> Actor:
        """Who imports and discovers."""
        return operator(self.house)

    def promote(self, kind: str) -> str:
        """Let the manager promote a kind; gives the candidate, raises why not."""
        with self.house.transaction(actor_named(self.house, "mo")) as tx:
            return str(candidates.promote(tx, kind).id)

    def reject(self, candidate: str) -> None:
        """Let the owner claim and reject it."""
        with self.house.transaction(actor_named(self.house, "po")) as tx:
            candidates.claim(tx, candidate)
            decisions.reject(tx, candidate, reason="Weak copyleft stays a case for the board.")

    def asked_again(self, one: Suggested) -> str:
        """Promote a kind that was rejected, if it may; give what the house answers."""
        try:
            self.reject(self.promote(one.kind))
        except Conflict as refused:
            facts = {**refused.facts, "error": type(refused).__name__}
            needed = f", {facts['cases']} of {facts['needed']} cases" if "needed" in facts else ""
            return f"refused: {facts['error']}{needed}"
        return "promoted, rejected by hand"


def real_changes() -> list[Change]:
    """Read the dated changes of the rule that the record's own years saw, and the one unmade."""
    rows = rows_of(RECORDS.with_suffix(".rule_changes.jsonl"))
    return [
        Change(
            day=None if row["date"] is None else date.fromisoformat(row["date"]),
            licences=frozenset(row["licences"]),
            words=row["change"],
        )
        for row in rows
    ]


def licences_of(row: Row) -> frozenset[str]:
    """Name the licences of an expression such as `MIT AND (Zlib OR MPL-2.0)`."""
    words = str(row["kind"]).replace("(", " ").replace(")", " ").split()
    return frozenset(words) - {"AND", "OR", "WITH"}


def _first_wording() -> str:
    """Give the rule without the licences that were added to it later."""
    added = {one for change in real_changes()[1:] if change.day for one in change.licences}
    text = (DATA / "policy_cncf_allowlist.jsonl").read_text("utf-8")
    rows = [line for line in text.splitlines() if json.loads(line)["text"].strip() not in added]
    return "\n".join(rows)
