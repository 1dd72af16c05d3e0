"""The decided cases that a backtest replays, as columns: judged all at once while a limit moves."""

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any, Final, cast

import numpy as np

from recommender.changes.ground import Ground, facts_of
from recommender.kinds.costs import known_cost
from recommender.kinds.drilling import countable
from recommender.kinds.floors import People, teams_told
from recommender.models.cases import Case
from recommender.models.outcomes import OutcomeFacts
from recommender.models.pseudonyms import one_person
from recommender.policies.conditions import Where, word_of
from recommender.storage.house import Transaction
from recommender.vocabulary import CaseState, Facts, OutcomeReading

REPLAYED: Final = (CaseState.APPROVED, CaseState.DECLINED, CaseState.IN_POLICY)
Numbers = np.ndarray[tuple[Any, ...], np.dtype[np.float64]]
Mask = np.ndarray[tuple[Any, ...], np.dtype[np.bool_]]
Places = np.ndarray[tuple[Any, ...], np.dtype[np.intp]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PastCase:
    """A decided case as a backtest sees it: the amount is among its facts where it is comparable.

    `meant` says that it is of the kind or declined like its cases.
    """

    id: str
    state: CaseState
    day: date
    facts: Facts = field(default_factory=dict)
    cost: float | None = None
    outcome: OutcomeReading = OutcomeReading.MISSING
    where: Where = field(default_factory=Where)
    meant: bool = False


@dataclass(frozen=True)
class Population:
    """The cases, and their columns as they are asked for."""

    cases: tuple[PastCase, ...]
    _columns: dict[tuple[str, str], Any] = field(default_factory=dict, compare=False, repr=False)

    def __len__(self) -> int:
        return len(self.cases)

    @cached_property
    def states(self) -> Places:
        """Each case's place in REPLAYED."""
        return np.array([REPLAYED.index(one.state) for one in self.cases], dtype=np.intp)

    @cached_property
    def meant(self) -> Mask:
        """Which are of the kind, or declined like its cases."""
        return np.array([one.meant for one in self.cases], dtype=bool)

    @cached_property
    def costs(self) -> Numbers:
        """What each cost, NaN where that is not known."""
        return np.array(
            [np.nan if one.cost is None else one.cost for one in self.cases], dtype=float
        )

    @cached_property
    def days(self) -> Places:
        """Each case's day as an ordinal number."""
        return np.array([one.day.toordinal() for one in self.cases], dtype=np.intp)

    @cached_property
    def outcomes(self) -> Places:
        """Each case's place among the outcome readings."""
        places = {reading: place for place, reading in enumerate(OutcomeReading)}
        return np.array([places[one.outcome] for one in self.cases], dtype=np.intp)

    def numbers(self, fact: str) -> Numbers:
        """Give a fact's numbers, NaN where a case has none."""
        return cast(
            "Numbers",
            self._column(
                "numbers",
                fact,
                lambda: np.array([_number(one.facts.get(fact)) for one in self.cases], dtype=float),
            ),
        )

    def words(self, fact: str) -> tuple[Places, list[str]]:
        """Give a fact's words, folded: a place in the list for each case, -1 where it has none."""
        return self._words("words", fact, lambda one: word_of(one.facts.get(fact)))

    def where(self, name: str) -> tuple[Places, list[str]]:
        """Give where the cases were dealt with, in the same form."""
        return self._words("where", name, lambda one: getattr(one.where, name))

    def _words(
        self, what: str, name: str, read: Callable[[PastCase], str | None]
    ) -> tuple[Places, list[str]]:
        def built() -> tuple[Places, list[str]]:
            places: dict[str, int] = {}
            told = (read(one) for one in self.cases)
            found = [
                -1 if word is None else places.setdefault(folded(word), len(places))
                for word in told
            ]
            return np.array(found, dtype=np.intp), list(places)

        return cast("tuple[Places, list[str]]", self._column(what, name, built))

    def _column(self, what: str, name: str, built: Callable[[], object]) -> object:
        if (what, name) not in self._columns:
            self._columns[what, name] = built()
        return self._columns[what, name]


def population(tx: Transaction, ground: Ground) -> Population:
    """Take the cases of the clause, and those of the kind, that were decided.

    Those that a reader of kinds may not open are left out, so that no two backtests differ by a
    case that nobody may know of. The team of each counts as not known where a team of few people
    is among them.
    """
    meant = {case.id for case in (*ground.signed, *ground.declined)}
    decided, currency = ground.decided, ground.currency
    counted = countable(tx, decided.cases, decided.opened)
    person = one_person(tx.session)
    teams = teams_told(
        [
            (case.agent_team, People.of(person, case.agent_id, case.customer_id))
            for case in counted
            if case.id in meant
        ],
        tx.settings,
    )
    found = (
        _past(case, decided.outcomes.get(case.id, OutcomeFacts()), currency, meant, teams=teams)
        for case in counted
    )
    return Population(tuple(found))


def _past(
    row: Case, outcome: OutcomeFacts, currency: str | None, meant: AbstractSet[str], *, teams: bool
) -> PastCase:
    where = Where.of(row)
    cost = known_cost(row.amount, outcome.actual_cost)
    return PastCase(
        id=row.id,
        state=row.state,
        day=row.occurred_at.date(),
        facts=facts_of(row, currency),
        cost=cost if row.currency == currency else None,
        outcome=outcome.reading,
        where=where if teams else replace(where, team=None),
        meant=row.id in meant,
    )


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return np.nan
    try:
        return float(value)
    except OverflowError:
        return np.inf if value > 0 else -np.inf


def folded(word: str) -> str:
    """Give a word as words are compared."""
    return word.strip().casefold()
