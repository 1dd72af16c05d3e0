"""How well the found kinds match the true ones: the recurring-kind (RK) scores.

A *recurring kind* is a true kind of at least 8 cases; a *found cluster* is a predicted one of at
least 5. Cluster c matches kind k when at least 0.8 of c lies in k and c holds at least half of k;
each kind is credited once. Every found cluster that matches no kind of at least 5 cases is `false`
(more than half one-offs), a `fragment` (pure, but too small a part or a second match) or `mixed`.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import asdict, dataclass

RECURRING = 8
FOUND = 5
PURITY = 0.8
COVERAGE = 0.5
SIZE_BANDS = {"5-7": (5, 7), "8-15": (8, 15), "16-39": (16, 39), "40+": (40, None)}

Grouping = Mapping[str, Hashable | None]


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """The scores of one prediction; shares and rates lie in 0..1.

    A rate with nothing to divide by is 0.0 (no cluster found, no recurring kind); a share of
    nothing (`true_cases_unsorted`, `one_offs_unsorted`, an empty size band) is None.
    """

    rk_precision: float
    rk_recall: float
    rk_f1: float
    ari: float
    nmi: float
    kinds_true: int
    kinds_found: int
    false: int
    fragment: int
    mixed: int
    true_cases_unsorted: float | None
    one_offs_unsorted: float | None
    recall_by_size: dict[str, float | None]

    def as_dict(self) -> dict[str, object]:
        """Give the JSON shape that `evaluate` prints."""
        return asdict(self)


def truth_from_labels(rows: Iterable[Mapping[str, object]]) -> dict[str, str | None]:
    """Read label rows {id, kind, recurring?} as case -> kind, None for a one-off.

    A missing or null kind, or `recurring` false, is a one-off; kind 0 is a kind.
    """
    truth: dict[str, str | None] = {}
    for row in rows:
        kind = row.get("kind")
        one_off = kind is None or row.get("recurring") is False
        truth[str(row["id"])] = None if one_off else str(kind)
    return truth


def evaluate(truth: Grouping, predicted: Grouping) -> Evaluation:
    """Score predicted kinds against true ones over the cases that both know.

    Parameters
    ----------
    truth, predicted : mapping of case id to a kind, None for a one-off or an unsorted case
    """
    cases = sorted(truth.keys() & predicted.keys())
    true_of = {case: truth[case] for case in cases}
    found_of = {case: predicted[case] for case in cases}
    kinds = _sizes(true_of)
    clusters = _sizes(found_of)
    shared = Counter((found_of[case], true_of[case]) for case in cases)
    found = [cluster for cluster, size in clusters.items() if size >= FOUND]
    matched, faults = _match(found, clusters, kinds, shared)

    recurring = [kind for kind, size in kinds.items() if size >= RECURRING]
    precision = _ratio(len(matched), len(found)) or 0.0
    recall = _ratio(sum(kind in matched for kind in recurring), len(recurring)) or 0.0
    ari, nmi = _agreement(true_of, found_of)
    return Evaluation(
        rk_precision=precision,
        rk_recall=recall,
        rk_f1=2 * precision * recall / (precision + recall) if precision + recall else 0.0,
        ari=ari,
        nmi=nmi,
        kinds_true=len(recurring),
        kinds_found=len(found),
        false=faults["false"],
        fragment=faults["fragment"],
        mixed=faults["mixed"],
        true_cases_unsorted=_unsorted(
            [case for case in cases if true_of[case] is not None], found_of
        ),
        one_offs_unsorted=_unsorted([case for case in cases if true_of[case] is None], found_of),
        recall_by_size=_recall_by_size(kinds, matched),
    )


def _sizes(grouping: Grouping) -> Counter[Hashable]:
    return Counter(group for group in grouping.values() if group is not None)


def _ratio(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _unsorted(cases: list[str], found_of: Grouping) -> float | None:
    return _ratio(sum(found_of[case] is None for case in cases), len(cases))


def _match(
    found: list[Hashable],
    clusters: Counter[Hashable],
    kinds: Counter[Hashable],
    shared: Counter[tuple[Hashable, Hashable]],
) -> tuple[set[Hashable], Counter[str]]:
    """Credit each kind of at least `FOUND` cases once, the largest part first; name the rest."""
    matched: set[Hashable] = set()
    faults: Counter[str] = Counter()
    best = {c: max(kinds, key=lambda k: (shared[c, k], str(k)), default=None) for c in found}
    for cluster in sorted(found, key=lambda c: (-shared[c, best[c]], str(c))):
        kind, size = best[cluster], clusters[cluster]
        common = shared[cluster, kind] if kind is not None else 0
        pure = common >= PURITY * size
        covers = kind is not None and common >= COVERAGE * kinds[kind]
        if pure and covers and kinds[kind] >= FOUND and kind not in matched:
            matched.add(kind)
        else:
            whole = covers and kind not in matched
            fault = _fault(pure=pure, whole=whole, one_offs=shared[cluster, None], size=size)
            faults[fault] += 1
    return matched, faults


def _fault(*, pure: bool, whole: bool, one_offs: int, size: int) -> str:
    """Name an unmatched cluster; a pure whole of a kind too small to count is mixed."""
    if one_offs > size / 2:
        return "false"
    return "fragment" if pure and not whole else "mixed"


def _recall_by_size(kinds: Counter[Hashable], matched: set[Hashable]) -> dict[str, float | None]:
    recall: dict[str, float | None] = {}
    for band, (low, high) in SIZE_BANDS.items():
        inside = [k for k, size in kinds.items() if size >= low and (high is None or size <= high)]
        recall[band] = _ratio(sum(kind in matched for kind in inside), len(inside))
    return recall


def _agreement(true_of: Grouping, found_of: Grouping) -> tuple[float, float]:
    """ARI and NMI over cases with a true kind, every unsorted case as a cluster of its own."""
    from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

    cases = [case for case, kind in true_of.items() if kind is not None]
    if not cases:
        return 0.0, 0.0
    kinds = _numbered([(True, true_of[case]) for case in cases])
    clusters = _numbered(
        [(True, found_of[c]) if found_of[c] is not None else (False, c) for c in cases]
    )
    return (
        float(adjusted_rand_score(kinds, clusters)),
        float(normalized_mutual_info_score(kinds, clusters)),
    )


def _numbered(names: list[tuple[bool, Hashable]]) -> list[int]:
    number: dict[tuple[bool, Hashable], int] = {}
    return [number.setdefault(name, len(number)) for name in names]
