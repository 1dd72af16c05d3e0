"""The last step of a run: memberships, kinds and the run itself, in one transaction.

What people did meanwhile is read again here and wins: names, dismissals, corrections. What the
run found is weighed against what people see; `settling` says what of it they see now.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from recommender.kinds.diff import Outcome, diff
from recommender.kinds.drilling import groups
from recommender.kinds.floors import release
from recommender.kinds.gathering import Gathered, pinned
from recommender.kinds.lineage import record
from recommender.kinds.placing import Place, read_places
from recommender.kinds.run_rows import noted
from recommender.kinds.settling import Change, Sighting
from recommender.kinds.teaching import corrected_since, dissolved_kinds
from recommender.kinds.waiting import let_wait, waiting
from recommender.kinds.weighing import Seen, Weighing
from recommender.models.base import new_id
from recommender.models.changes import Candidate
from recommender.models.kinds import Kind, Membership, Run
from recommender.models.policies import Clause
from recommender.models.suggestions import Suggestion
from recommender.storage.house import Transaction
from recommender.vocabulary import Descent, MembershipOrigin, RunState, WaitingChange

if TYPE_CHECKING:
    from recommender.kinds.thinking import Group, Thought

NOT_FOUND = "The last run did not find it as a group of its own."
REPLACED = 2
"""A casebase that has more than so many times the cases of the last run is a new one."""


def publish(tx: Transaction, run_id: str, gathered: Gathered, thought: "Thought") -> None:
    """Show what a run found; raises IllegalMove if the run has ended."""
    run = tx.session.get_one(Run, run_id)
    before = _last_run(tx.session)
    run.move_to(RunState.PUBLISHED, tx.at)
    publication = _Publication(tx, run, gathered, thought)
    publication.weigh(before)
    publication.show_kinds()
    publication.place_cases()
    publication.end_kinds()
    publication.tell()


def _last_run(session: Session) -> Run | None:
    return session.scalars(
        select(Run).where(Run.state == RunState.PUBLISHED).order_by(Run.ended_at.desc()).limit(1)
    ).first()


class _Publication:
    """One run on its way to the readers."""

    def __init__(self, tx: Transaction, run: Run, gathered: Gathered, thought: "Thought") -> None:
        self._tx = tx
        self._run = run
        self._gathered = gathered
        self._groups = thought.groups
        self._parameters = dict(thought.parameters) | {"casebase": thought.casebase}
        self._kinds = {kind.id: kind for kind in tx.session.scalars(select(Kind))}
        self._seen = self._read()
        self._sighting = Sighting(run=run.id, casebase=thought.casebase, at=tx.at)
        self._weighing = Weighing(gathered, thought.groups, self._seen)
        self._settled = self._weighing.unchanged()
        self._at: dict[int, Kind] = {
            number: self._kinds[grouping.kind]
            for number, grouping in enumerate(self._weighing.groupings)
            if grouping.kind is not None
        }
        self._reborn: set[str] = set()
        self._waiting: list[Change] = []

    def weigh(self, before: Run | None) -> None:
        """Settle what people will see; nothing changes if the run before saw the same casebase."""
        if before is not None and before.parameters.get("casebase") == self._sighting.casebase:
            return
        known = 0 if before is None else int(before.counts["cases"])
        at_once = len(self._weighing.in_run) > REPLACED * known
        self._settled = self._weighing.settle(self._sighting, at_once=at_once)

    def _read(self) -> Seen:
        session = self._tx.session
        living = {kind.id for kind in self._kinds.values() if kind.retired_at is None}
        return Seen(
            places=read_places(session, self._run.started_at),
            living=living - dissolved_kinds(session),
            pinned=pinned(session, list(self._kinds.values())),
            waiting=waiting(session),
        )

    def show_kinds(self) -> None:
        """Make new kinds, take up retired ones; let kinds follow their groups, if nothing waits."""
        keys = dict(self._tx.session.execute(select(Clause.key, Clause.id)).all())
        decided = set(self._tx.session.scalars(select(Candidate.kind_id)))
        for number in self._settled.born:
            self._at[number] = self._newborn(self._groups[number])
        self._waiting = [self._named(change) for change in self._settled.waiting]
        names = self._fixed_names()
        for number, kind in self._at.items():
            if not self._stays(kind):
                group = self._groups[number]
                _follow(kind, group, keys, clause_fixed=kind.id in decided, names=names)
        self._tx.session.flush()
        for number, source in self._settled.born.items():
            born = self._at[number].id
            if born in self._reborn:
                self._note(Descent.REBORN, born)
            else:
                self._note(Descent.BORN if source is None else Descent.SPLIT_FROM, born, source)

    def _newborn(self, group: "Group") -> Kind:
        back = self._kinds.get(group.kind or "")
        if back is not None and back.id in self._gathered.retired and back.merged_into_id is None:
            back.retired_at = None
            self._reborn.add(back.id)
            return back
        kind = Kind(
            id=new_id(), name=group.name, born_at=self._tx.at, born_run_id=self._run.id, card={}
        )
        self._tx.session.add(kind)
        return kind

    def _named(self, change: Change) -> Change:
        """Name the kind that cases would go to where it is just born."""
        other = change.other
        return replace(change, other=self._at[other].id) if isinstance(other, int) else change

    def _stays(self, kind: Kind) -> bool:
        """Tell whether a kind keeps its name, clause and card: something about it waits."""
        about = {
            one
            for change in self._waiting
            if change.what is not WaitingChange.MOVE
            for one in (change.kind, change.other)
        }
        lost = NOT_FOUND in kind.card.get("quality", {}).get("shortfalls", ())
        return kind.id in about and not lost and bool(kind.card)

    def _fixed_names(self) -> dict[str, str]:
        """Give the names that living kinds keep whatever is found, each with its kind."""
        free = {k.id for k in self._at.values() if k.named_by is None and not self._stays(k)}
        return {
            self._kinds[kind].name.casefold(): kind
            for kind in self._seen.living - free - self._settled.gone.keys()
        }

    def place_cases(self) -> None:
        """Put every case where people will see it; what people placed is left alone."""
        session = self._tx.session
        session.execute(delete(Suggestion), execution_options={"synchronize_session": False})
        session.execute(
            delete(Membership).where(
                Membership.origin != MembershipOrigin.BY_HAND,
                Membership.case_id.not_in(corrected_since(self._run.started_at)),
            ),
            execution_options={"synchronize_session": False},
        )
        session.flush()
        session.add_all(
            Membership(
                case_id=case,
                kind_id=place.kind,
                strength=place.strength,
                origin=place.origin,
                run_id=place.run_id,
            )
            for case, place in self._new_places().items()
        )
        session.flush()

    def _new_places(self) -> dict[str, Place]:
        strengths = {case: s for group in self._groups for case, s in group.cases.items()}
        found_in = {
            case: kind.id
            for number, kind in self._at.items()
            for case in self._groups[number].cases
        }
        new = {}
        for case, target in self._settled.place.items():
            kind = self._at[target].id if isinstance(target, int) else target
            old = self._seen.places.of.get(case)
            if old is not None and old.kind == kind and found_in.get(case) != kind:
                new[case] = old._replace(origin=MembershipOrigin.RUN)
            else:
                new[case] = Place(kind, MembershipOrigin.RUN, strengths[case], self._run.id)
        return new | self._unseen_places()

    def _unseen_places(self) -> dict[str, Place]:
        """Give the cases that this run did not see, in kinds that live on."""
        living = self._seen.living - self._settled.gone.keys()
        return {
            case: place
            for case, place in self._seen.places.of.items()
            if case not in self._weighing.in_run
            and case not in self._seen.places.held
            and place.kind in living
        }

    def end_kinds(self) -> None:
        """Retire the kinds that end; note on those without a group what they were."""
        with_group = {kind.id for kind in self._at.values()}
        for kind_id in sorted(self._seen.living - with_group):
            kind = self._kinds[kind_id]
            last = sorted(self._gathered.living.get(kind_id, ()))
            kind.card = kind.card | {"last_cases": last}
            if self._is_lost(kind_id):
                quality = kind.card.get("quality", {}) | {"shortfalls": [NOT_FOUND]}
                kind.card = kind.card | {"quality": quality}
        for kind_id, into in sorted(self._settled.gone.items()):
            kind = self._kinds[kind_id]
            kind.retired_at, kind.merged_into_id = self._tx.at, into
            if into is not None:
                self._kinds[into].take_names(kind)
            self._note(Descent.RETIRED if into is None else Descent.MERGED_INTO, kind_id, into)

    def _is_lost(self, kind: str) -> bool:
        """Tell whether nothing holds a kind any more: no case, or no run after a second look."""
        return (
            kind in self._settled.gone
            or kind not in self._seen.places.kind_of.values()
            or any(
                change.what is WaitingChange.VANISH
                and change.kind == kind
                and change.first.casebase != self._sighting.casebase
                for change in self._waiting
            )
        )

    def tell(self) -> None:
        """Keep what waits, and say on the run what it found and changed."""
        let_wait(self._tx.session, self._waiting)
        self._tx.session.flush()
        after = read_places(self._tx.session, self._run.started_at).kind_of
        cases = [case.id for case in self._gathered.approved.cases]
        release(self._tx)
        shown = noted(groups(self._tx), after)
        self._run.parameters = self._parameters | {"shown": shown}
        self._run.counts = {
            "cases": len(cases),
            "kinds": len(set(after.values())),
            "in_kinds": len(after),
            "unsorted": sum(case not in after for case in cases),
        }
        self._run.diff = diff(self._outcome(after))
        self._tx.record(
            "publish",
            "run",
            self._run.id,
            kinds=len(set(after.values())),
            new=sorted(self._at[number].id for number in self._settled.born),
            retired=sorted(self._settled.gone),
        )

    def _outcome(self, after: Mapping[str, str]) -> Outcome:
        kinds = self._kinds | {kind.id: kind for kind in self._at.values()}
        born = {self._at[number].id: source for number, source in self._settled.born.items()}
        return Outcome(
            before=self._seen.places.kind_of,
            after=after,
            names={kind.id: kind.name for kind in kinds.values()},
            born={kind: source for kind, source in born.items() if kind not in self._reborn},
            reborn=self._reborn,
            gone=self._settled.gone,
            waiting=self._waiting,
            pinned=self._seen.pinned,
        )

    def _note(self, what: Descent, kind: str, other: str | None = None) -> None:
        record(self._tx, what, kind, other=other, run=self._run.id)


def _follow(
    kind: Kind,
    group: "Group",
    clause_ids: Mapping[str, str],
    *,
    clause_fixed: bool,
    names: Mapping[str, str],
) -> None:
    """Let a kind follow its group; a clause that a candidate stands on stays.

    A name that another kind keeps is not given twice.
    """
    if names.get(group.name.casefold(), kind.id) == kind.id:
        kind.follow_name(group.name)
    elif not kind.card:
        kind.name = f"{group.name} (another)"
    kind.card = dict(group.card)
    if not clause_fixed:
        kind.clause_id = clause_ids.get(group.choice.clause or "")
        kind.gap = kind.clause_id is None
