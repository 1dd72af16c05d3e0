"""What a run changed, in one line and kind by kind; cases are counted, never people."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from recommender.kinds.settling import Change
from recommender.vocabulary import WaitingChange

_SAYS = {
    "new": "{n} new",
    "reborn": "{n} found again",
    "split": "{n} split",
    "merged": "{n} merged into {another}",
    "retired": "{n} retired",
    "grew": "{n} grew by {cases}",
    "shrank": "{n} shrank by {cases}",
    "unchanged": "{n} unchanged",
    "would_split": "{n} would split: decide",
    "would_merge": "{n} would merge: decide",
    "would_vanish": "{n} would vanish: decide",
    "may_split": "{n} may split",
    "may_merge": "{n} may merge",
    "may_vanish": "{n} may vanish",
    "may_move": "{cases} {case_word} may move",
}
"""What is told of kinds, in this order; what may happen waits for a second run."""
_MOVES = ("moved", "joined", "left")


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a run did: where cases were and are, and what became of kinds."""

    before: Mapping[str, str]
    after: Mapping[str, str]
    names: Mapping[str, str]
    born: Mapping[str, str | None]
    """New kind -> the kind that it was split from."""
    reborn: AbstractSet[str]
    gone: Mapping[str, str | None]
    """Ended kind -> the kind that it was merged into."""
    waiting: Sequence[Change]
    pinned: AbstractSet[str]


def diff(outcome: Outcome) -> dict[str, Any]:
    """Give the entries {kind, name, what, cases, other}, counts and the line for people.

    `cases` counts the cases of a kind that is new or unchanged, those it gained or lost, or those
    that would leave it.
    """
    entries = sorted(_entries(outcome), key=lambda e: (list(_SAYS).index(e["what"]), e["name"]))
    both = outcome.before.keys() & outcome.after.keys()
    return {
        "words": _words(entries),
        "counts": dict(Counter(entry["what"] for entry in entries)),
        "entries": entries,
        "moved": sum(outcome.before[case] != outcome.after[case] for case in both),
        "joined": len(outcome.after.keys() - both),
        "left": len(outcome.before.keys() - both),
    }


def told(diff: Mapping[str, Any], kinds: Collection[str], least: int) -> dict[str, Any]:
    """Give a difference as readers may see it.

    Cases are counted only of `kinds`, and no fewer than `least`; any other number is None.
    """
    entries = [
        entry if entry["kind"] in kinds and entry["cases"] >= least else {**entry, "cases": None}
        for entry in diff["entries"]
    ]
    moves = {name: diff[name] if diff[name] >= least else None for name in _MOVES}
    return {**diff, **moves, "words": _words(entries), "entries": entries}


def told_of(change: Change, pinned: AbstractSet[str]) -> str:
    """Say what a waiting change is: a question to people (would), or not yet sure (may)."""
    asks = change.what is not WaitingChange.MOVE and change.kind in pinned
    return f"{'would' if asks else 'may'}_{change.what}"


def _entries(outcome: Outcome) -> Iterator[dict[str, Any]]:
    sizes, old = Counter(outcome.after.values()), Counter(outcome.before.values())

    def entry(kind: str, what: str, cases: int, other: str | None = None) -> dict[str, Any]:
        name = outcome.names[kind]
        return {"kind": kind, "name": name, "what": what, "cases": cases, "other": other}

    for kind, source in outcome.born.items():
        yield entry(kind, "new", sizes[kind], source)
        if source is not None:
            yield entry(source, "split", sizes[kind], kind)
    for kind in outcome.reborn:
        yield entry(kind, "reborn", sizes[kind])
    for kind, into in outcome.gone.items():
        yield entry(kind, "retired" if into is None else "merged", old[kind], into)
    for kind in old.keys() & sizes.keys() - outcome.reborn:
        gained = sizes[kind] - old[kind]
        what = "unchanged" if gained == 0 else "grew" if gained > 0 else "shrank"
        yield entry(kind, what, abs(gained) or sizes[kind])
    for change in outcome.waiting:
        what = told_of(change, outcome.pinned)
        other = None if change.other is None else str(change.other)
        yield entry(change.kind, what, len(change.cases), other)


def _words(entries: Sequence[Mapping[str, Any]]) -> str:
    said = []
    for what, words in _SAYS.items():
        some = [entry for entry in entries if entry["what"] == what]
        if some:
            counted = [entry["cases"] for entry in some]
            cases = None if None in counted else sum(counted)
            said.append(
                (words if cases is not None else words.replace(" by {cases}", "")).format(
                    n=len({entry["kind"] for entry in some}),
                    cases="some" if cases is None else cases,
                    another="another" if len(some) == 1 else "others",
                    case_word="case" if cases == 1 else "cases",
                )
            )
    return f"{', '.join(said)}." if said else "No kinds."
