"""Which found group is which living kind: ids stay with their cases across runs."""

from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet


def match_kinds(
    living: Mapping[str, AbstractSet[str]],
    found: Sequence[AbstractSet[str]],
    *,
    cases: AbstractSet[str] | None = None,
    pinned: Collection[str] = (),
    yielding: Collection[str] = (),
) -> tuple[str | None, ...]:
    """Give the groups of a new run to the living kinds by the cases they share.

    A kind keeps its id in the group that holds more than half of its cases that are still in the
    run, or else in one of which it makes up more than half. Where several kinds claim a group, a
    pinned one comes first, then one that need not yield, then the largest share of cases, then
    the id. Neither the order of the groups nor of the kinds matters.

    Parameters
    ----------
    living : kind id -> ids of its cases before this run
    found : ids of the cases of each new group; no case in two groups
    cases : all cases of this run; without it, cases in no group count as gone
    pinned : kinds that people named or promoted
    yielding : kinds that the last run did not find, so that they do not take another's group

    Returns
    -------
    For each group the kind that it is, None for a new one.
    """
    still = cases if cases is not None else frozenset[str]().union(*found)
    common = {kind: members & still for kind, members in living.items()}
    shared = _shared(common, found)
    of_kind = [claim for claim, size in shared.items() if 2 * size > len(common[claim[0]])]
    of_group = [claim for claim, size in shared.items() if 2 * size > len(found[claim[1]])]
    kind_at: dict[int, str] = {}
    placed: set[str] = set()
    for claims in (of_kind, of_group):
        for kind, number in sorted(
            claims,
            key=lambda c: (
                c[0] not in pinned,
                c[0] in yielding,
                -shared[c],
                c[0],
                min(found[c[1]]),
            ),
        ):
            if kind not in placed and number not in kind_at:
                kind_at[number] = kind
                placed.add(kind)
    return tuple(kind_at.get(number) for number in range(len(found)))


def _shared(
    kinds: Mapping[str, AbstractSet[str]], found: Sequence[AbstractSet[str]]
) -> dict[tuple[str, int], int]:
    """Count the cases that each kind and each group have in common, where they have any."""
    number_of = {case: number for number, group in enumerate(found) for case in group}
    shared: dict[tuple[str, int], int] = {}
    for kind, members in kinds.items():
        for case in members & number_of.keys():
            claim = (kind, number_of[case])
            shared[claim] = shared.get(claim, 0) + 1
    return shared
