"""Which found group is which living kind: ids stay with their cases across runs."""

from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Matching:
    """What became of every living kind and every found group.

    Attributes
    ----------
    kind_of : per found group the kind whose id it keeps, None for a new kind
    kept : kinds that live on in a group, with that group's number
    held : pinned kinds without a group of their own; they stay, with the cases people gave them
    retired : the other kinds without a group
    new : numbers of the groups without a kind
    merged : kinds without a group most of whose cases went into another kind's group, with it
    split : kinds with the new groups that took most of their cases from them
    """

    kind_of: tuple[str | None, ...]
    kept: Mapping[str, int]
    held: tuple[str, ...]
    retired: tuple[str, ...]
    new: tuple[int, ...]
    merged: Mapping[str, int]
    split: Mapping[str, tuple[int, ...]]


def match_kinds(
    living: Mapping[str, AbstractSet[str]],
    found: Sequence[AbstractSet[str]],
    *,
    cases: AbstractSet[str] | None = None,
    pinned: Collection[str] = (),
) -> Matching:
    """Give the groups of a new run to the living kinds by the cases they share.

    A kind keeps its id in the group that holds more than half of its cases that are still in the
    run, or else in one of which it makes up more than half. Where several kinds claim a group, a
    pinned one comes first, then the largest share of cases, then the id. Neither the order of the
    groups nor of the kinds matters.

    Parameters
    ----------
    living : kind id -> ids of its cases before this run
    found : ids of the cases of each new group; no case in two groups
    cases : all cases of this run; without it, cases in no group count as gone
    pinned : kinds that people named or promoted
    """
    still = cases if cases is not None else frozenset[str]().union(*found)
    common = {kind: members & still for kind, members in living.items()}
    kept = _claimed(common, found, frozenset(pinned))
    kind_of = _inverse(kept, len(found))
    homeless = sorted(kind for kind in living if kind not in kept)
    new = tuple(number for number, kind in enumerate(kind_of) if kind is None)
    return Matching(
        kind_of=kind_of,
        kept=kept,
        held=tuple(kind for kind in homeless if kind in pinned),
        retired=tuple(kind for kind in homeless if kind not in pinned),
        new=new,
        merged=_merged(common, found, homeless),
        split=_split(common, found, new),
    )


def _claimed(
    common: Mapping[str, AbstractSet[str]],
    found: Sequence[AbstractSet[str]],
    pinned: AbstractSet[str],
) -> dict[str, int]:
    """Settle the claims: majorities of a kind first, then majorities of a group."""
    shared = {
        (kind, number): len(members & group)
        for kind, members in common.items()
        for number, group in enumerate(found)
    }
    of_kind = [c for c, size in shared.items() if 2 * size > len(common[c[0]])]
    of_group = [c for c, size in shared.items() if 2 * size > len(found[c[1]])]
    kept: dict[str, int] = {}
    taken: set[int] = set()
    for claims in (of_kind, of_group):
        for kind, number in sorted(
            claims, key=lambda c: (c[0] not in pinned, -shared[c], c[0], sorted(found[c[1]]))
        ):
            if kind not in kept and number not in taken:
                kept[kind] = number
                taken.add(number)
    return kept


def _inverse(kept: Mapping[str, int], groups: int) -> tuple[str | None, ...]:
    kind_at = {number: kind for kind, number in kept.items()}
    return tuple(kind_at.get(number) for number in range(groups))


def _merged(
    common: Mapping[str, AbstractSet[str]],
    found: Sequence[AbstractSet[str]],
    homeless: Sequence[str],
) -> dict[str, int]:
    return {
        kind: number
        for kind in homeless
        for number, group in enumerate(found)
        if 2 * len(common[kind] & group) > len(common[kind])
    }


def _split(
    common: Mapping[str, AbstractSet[str]], found: Sequence[AbstractSet[str]], new: Sequence[int]
) -> dict[str, tuple[int, ...]]:
    """Say which new groups took more of their cases from one kind than from anywhere else."""
    parts: dict[str, tuple[int, ...]] = {}
    for kind, members in sorted(common.items()):
        taken = tuple(n for n in new if 2 * len(members & found[n]) > len(found[n]))
        if taken:
            parts[kind] = taken
    return parts
