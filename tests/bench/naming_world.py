"""Groups of the benchmark's sets with their names, as the product would name them.

Groups are those that labels give (five cases at least) or those that discovery finds. Texts are
redacted first. A group's clause is the one that most of its references name.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np

from recommender.learning.discovery import KindFinder
from recommender.learning.distinctive import Meaning
from recommender.learning.naming import NamedGroup, NamingInput, name_groups
from recommender.learning.phrases import stems_of
from recommender.learning.redaction import Redactor
from recommender.learning.showing import Floats, Likeness
from recommender.learning.wording import Rule
from recommender.policies.syntax.read import parse_policy
from tests.bench.sets import (
    DATA,
    ONE_LINERS,
    SHOP,
    SHOP_HANDBOOK,
    TUNING_AT,
    WORLD,
    WRITTEN,
    case_table,
    embedded,
    files_of,
    load,
    rows_of,
)
from tests.bench.vectors import StoredEncoder, builtin

LABELLED: Final = "labelled"
FOUND: Final = "found"
LEAST_CASES: Final = 5
HANDBOOKS: Final = {"demo": WORLD.with_name("handbook.md"), SHOP: SHOP_HANDBOOK}


@dataclass(frozen=True, kw_only=True)
class NamedSet:
    """A set's groups with their names.

    `texts` are redacted, the parts of a case on lines of their own; `vectors` are the cases' mean
    meanings; `clauses` and `rule_words` belong to the groups; `near` gives for each group the
    others, the nearest first.
    """

    name: str
    texts: Sequence[str]
    vectors: Floats
    groups: Sequence[Sequence[int]]
    named: Sequence[NamedGroup]
    clauses: Sequence[str | None]
    rule_words: Sequence[frozenset[str]]
    near: Sequence[Sequence[int]]

    @property
    def names(self) -> list[str]:
        """The groups' names."""
        return [one.name for one in self.named]


@cache
def named_set(name: str, source: str) -> NamedSet:
    """Name the groups of a set."""
    if source == LABELLED:
        return name_set(name, labelled_groups(name), by_text(middle(name)))
    return name_set(name, *_found(name))


def name_set(
    name: str,
    groups: Sequence[Sequence[int]],
    likeness: Likeness,
    unread: frozenset[int] = frozenset(),
) -> NamedSet:
    """Name given groups of a set; the texts of the rows in `unread` are kept from the naming."""
    bench, texts, vectors = load(name), redacted(name), middle(name)
    clauses = [_dominant(bench.clauses, rows) for rows in groups]
    words = clause_words(name)
    rules = [Rule(key=key, text=words.get(key, "")) if key else None for key in clauses]
    named = name_groups(
        groups,
        NamingInput(
            texts=["" if row in unread else text for row, text in enumerate(texts)],
            actions=bench.actions,
            facts=bench.facts,
            filers=_filers(name),
        ),
        likeness,
        rules=rules,
        meaning=Meaning(vectors=vectors, embed=embed),
    )
    return NamedSet(
        name=name,
        texts=texts,
        vectors=vectors,
        groups=groups,
        named=named,
        clauses=clauses,
        rule_words=[stems_of(rule.text) if rule else frozenset() for rule in rules],
        near=_near(vectors, groups),
    )


@cache
def redacted(name: str) -> list[str]:
    """The texts of a set without personal data, a line each part."""
    bench, redactor = load(name), Redactor()
    parts = [
        [redactor.redact(text).text if text else "" for text in view]
        for view in bench.texts.values()
    ]
    return ["\n".join(filter(None, case)) for case in zip(*parts, strict=True)]


@cache
def middle(name: str) -> Floats:
    """The mean direction of each case's texts."""
    views = embedded(name).values()
    total = sum((view.vectors * view.present[:, None] for view in views), start=np.float32(0))
    lengths = np.linalg.norm(total, axis=1, keepdims=True)
    return np.asarray(total / np.maximum(lengths, 1e-9), dtype=np.float32)


@cache
def clause_words(name: str) -> Mapping[str, str]:
    """The words of a set's clauses, and of its sections, by key; nothing where none are here."""
    if name in (*ONE_LINERS, *WRITTEN):
        return {}
    if name in HANDBOOKS:
        policy = parse_policy(HANDBOOKS[name].read_text(encoding="utf-8"), "handbook")
        words = [(clause.key, clause.section_key, clause.text) for clause in policy.clauses]
    else:
        file = "telecom_cases/policy_telecom_handbook" if name == "telecom" else f"policy_{name}"
        rows = rows_of(DATA / f"{file}.jsonl")
        words = [(row["clause_id"], row["section_id"], row["text"]) for row in rows]
    sections = defaultdict(list)
    for _, section, text in words:
        sections[section].append(text)
    by_section = {section: " ".join(texts) for section, texts in sections.items()}
    return by_section | {clause: text for clause, _, text in words}


@cache
def encoder() -> StoredEncoder:
    """The product's encoder, remembering what it embedded."""
    return builtin()


def embed(texts: Sequence[str]) -> Floats:
    """Embed phrases."""
    return np.asarray(encoder().encode_documents(texts), dtype=np.float32)


def by_text(vectors: Floats) -> Likeness:
    """Compare cases by their texts alone."""
    return lambda some, others: np.asarray(vectors[some] @ vectors[others].T, dtype=np.float32)


def labelled_groups(name: str) -> list[list[int]]:
    """The labelled kinds of a set that have enough cases, by row."""
    bench = load(name)
    rows = defaultdict(list)
    for row, case in enumerate(bench.ids):
        if (kind := bench.truth.get(case)) is not None:
            rows[kind].append(row)
    return [rows[kind] for kind in sorted(rows) if len(rows[kind]) >= LEAST_CASES]


def _found(name: str) -> tuple[list[list[int]], Likeness]:
    finder = KindFinder().fit(case_table(load(name), with_fields=True))
    return [list(group.rows) for group in finder.groups_], finder.likeness


def _near(vectors: Floats, groups: Sequence[Sequence[int]]) -> list[list[int]]:
    """For each group the others by the likeness of their middles, the nearest first."""
    if not groups:
        return []
    middles = np.stack([vectors[list(rows)].mean(axis=0) for rows in groups])
    middles /= np.maximum(np.linalg.norm(middles, axis=1, keepdims=True), 1e-9)
    order = np.argsort(-(middles @ middles.T), axis=1, kind="stable").tolist()
    return [[other for other in line if other != at] for at, line in enumerate(order)]


def _dominant(clauses: Sequence[str | None], rows: Sequence[int]) -> str | None:
    """The clause that most of the references name."""
    counts = Counter(clause for row in rows if clauses and (clause := clauses[row]) is not None)
    most = counts.most_common(1)
    return most[0][0] if most and 2 * most[0][1] > counts.total() else None


def _filers(name: str) -> list[str | None]:
    if name in ONE_LINERS:
        return []
    rows = rows_of(TUNING_AT / f"{name}.jsonl.gz" if name in WRITTEN else files_of(name)[0])
    filers = {str(row["id"]): row.get("agent_id") for row in rows}
    return [filers[case] for case in load(name).ids]
