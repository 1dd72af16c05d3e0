"""Words of texts that went, where they live on: names and cards of kinds, candidates, reasons.

A word is a trace if it stands in the texts that go, in no text of another case and in no rule book,
and is none of the commonest words of English. Plain words stay where several cases made them a
kind's, or where time alone was up. Clauses and their wordings are left alone.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from recommender.learning.personal.gazetteer import gazetteer
from recommender.models.base import Base
from recommender.models.cases import Case
from recommender.models.changes import Candidate, Decision
from recommender.models.kinds import Correction, Kind, Membership, Run
from recommender.models.limits import Pause
from recommender.models.notices import Notice
from recommender.models.policies import Clause, Policy, Revision
from recommender.models.protection import BreakGlass

BLOT: Final = "[erased]"
_PLACES: Final[Mapping[type[Base], tuple[str, ...]]] = {
    Kind: ("name", "aliases", "card", "dismissed_reason"),
    Candidate: ("reason", "draft", "evidence", "backtest"),
    Decision: ("reason",),
    Correction: ("note",),
    Run: ("diff", "failure"),
    Notice: ("title", "body"),
    Pause: ("reason",),
    BreakGlass: ("reason",),
}
_WORD: Final = re.compile(r"[^\W_]+")
_SHORTEST: Final = 3
_AT_ONCE: Final = 1000


def blot_out(session: Session, cases: Sequence[Case], *, on_request: bool) -> int:
    """Take the traces of cases' texts out of everything else; give how many rows changed."""
    rows = list(_rows(session))
    ids = {case.id for case in cases}
    elsewhere = {word for row, name in rows for word in _words(_strings(getattr(row, name)))}
    said = elsewhere & {word for case in cases for word in _words(_texts(case))}
    traces = _only_theirs(session, said - gazetteer().common, ids)
    if not traces:
        return 0
    everything, rare = _pattern(traces), _pattern(traces - gazetteer().words)
    shared = _shared_kinds(session, ids)
    changed = set()
    for row, name in rows:
        plain_stays = not on_request or (isinstance(row, Kind) and row.id in shared)
        value = getattr(row, name)
        kept = _without(value, rare if plain_stays else everything)
        if kept != value:
            setattr(row, name, kept)
            changed.add(row)
    return len(changed)


def _pattern(words: Iterable[str]) -> re.Pattern[str]:
    """Match any of some words as a whole; without words, nothing."""
    written = "|".join(map(re.escape, sorted(words))) or r"(?!)"
    return re.compile(rf"(?<![^\W_])(?:{written})(?![^\W_])", re.IGNORECASE)


def _shared_kinds(session: Session, ids: Collection[str]) -> set[str]:
    """Give the kinds that hold other cases too."""
    found = session.execute(select(Membership.kind_id, Membership.case_id))
    return {kind for kind, case in found if case not in ids}


def _rows(session: Session) -> Iterator[tuple[Base, str]]:
    for model, names in _PLACES.items():
        for row in session.scalars(select(model)):
            yield from ((row, name) for name in names)


def _texts(case: Case) -> Iterator[str]:
    """Everything that people wrote into a case, as typed and as shown."""
    for name in ("situation", "resolution", "reason", "decline_reason", "revoke_reason"):
        yield from _strings([getattr(case, name), getattr(case.raw, name)])
    yield from _strings([case.extra, case.facts, case.customer_id, case.granted_action])


def _only_theirs(session: Session, words: set[str], ids: Collection[str]) -> set[str]:
    """Leave out the words that other cases or the rule books say too."""
    left = set(words)
    books = select(Policy.title, Clause.section_title, Revision.text).join_from(Policy, Clause)
    for book in session.execute(books.join(Revision, Revision.clause_id == Clause.id)):
        left -= _words(book)
    others = select(Case.id, Case.situation, Case.resolution, Case.reason, Case.granted_action)
    found = session.execute(
        others.where(Case.erased_at.is_(None)).execution_options(yield_per=_AT_ONCE)
    )
    for case_id, *texts in found:
        if left and case_id not in ids:
            left -= _words(_strings(texts))
    return left


def _words(texts: Iterable[str]) -> set[str]:
    found = (match.group().lower() for text in texts for match in _WORD.finditer(text))
    return {word for word in found if len(word) >= _SHORTEST}


def _strings(value: Any) -> Iterator[str]:  # noqa: ANN401 - JSON
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inside in value.values():
            yield from _strings(inside)
    elif isinstance(value, list | tuple):
        for inside in value:
            yield from _strings(inside)


def _without(value: Any, pattern: re.Pattern[str]) -> Any:  # noqa: ANN401 - JSON in, JSON out
    """Give the value with each trace blotted out; whole entries go from lists of short texts."""
    if isinstance(value, str):
        return re.sub(
            rf"{re.escape(BLOT)}(?:\W+{re.escape(BLOT)})+", BLOT, pattern.sub(BLOT, value)
        )
    if isinstance(value, Mapping):
        return {key: _without(inside, pattern) for key, inside in value.items()}
    if isinstance(value, list):
        kept = (one for one in value if not (isinstance(one, str) and pattern.search(one)))
        return [_without(inside, pattern) for inside in kept]
    return value
