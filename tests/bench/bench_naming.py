"""How well kinds are named, as far as a machine can tell; the blind test is in `naming_quiz`.

`make bench PYTEST_ARGS='-k naming'`. For the labelled groups of each set and for those that
discovery finds: names borne twice, and the share of sibling pairs whose names share a content word
that does not stand in the clauses of both. Siblings are groups of one clause, and each group with
its nearest. For labelled groups a third of each group's cases (three at least) is kept from the
naming; the encoder then reads each name and chooses the bundle of such cases that it is nearest to,
among the kind's own and five others, those of one clause first. Chance is 17 %. Beside it stands
the usual way: the three words with the highest class-based TF-IDF (marked c-TF-IDF).
"""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from math import log

import numpy as np

from recommender.learning.filler import everyday_words
from recommender.learning.naming import related_groups
from recommender.learning.phrases import pieces
from recommender.learning.wording import stems_in
from tests.bench import results
from tests.bench.naming_quiz import BUNDLE, BUNDLES, SEED, rivals
from tests.bench.naming_world import (
    FOUND,
    LABELLED,
    NamedSet,
    by_text,
    embed,
    labelled_groups,
    middle,
    name_set,
    named_set,
)
from tests.bench.sets import available, load
from tests.bench.tables import show

PEER = "c-TF-IDF"
DRAWS = 4
TOP_WORDS = 3


def test_naming_words() -> None:
    """Duplicates, and words that siblings share."""
    rows = []
    for name in available():
        for source in (LABELLED, FOUND):
            print(f"  naming {name}, {source}", flush=True)
            rows.append(words_row(named_set(name, source), source))
    show("Names: words of siblings (* tuned on, no evidence)", rows)
    reported = [row for row in rows if not str(row["set"]).endswith("*")]
    pairs = sum(int(str(row["sibling_pairs"])) for row in reported)
    sharing = sum(int(str(row["sharing"])) for row in reported)
    summary = {
        "names": sum(int(str(row["names"])) for row in reported),
        "duplicates": sum(int(str(row["duplicates"])) for row in reported),
        "sibling_pairs": pairs,
        "share_sharing": sharing / pairs if pairs else None,
    }
    show("Reported sets together", [summary])
    results.write("naming-words", {"sets": rows, "together": summary}, seed=SEED)
    assert rows


def test_naming_match() -> None:
    """How often the encoder finds the unread cases that a name means, beside c-TF-IDF."""
    rows = []
    for name in available():
        print(f"  matching {name}", flush=True)
        rows.append(match_row(name))
    show("Names matched to unread cases by the encoder (* tuned on; chance 0.17)", rows)
    results.write("naming-match", {"sets": rows}, seed=SEED)
    assert rows


def words_row(named: NamedSet, source: str) -> dict[str, object]:
    """Count what names of one set share."""
    names = named.names
    pairs = sibling_pairs(named)
    sharing = [pair for pair in pairs if shared_words(named, *pair)]
    return {
        "set": load(named.name).title,
        "groups": source,
        "names": len(names),
        "duplicates": len(names) - len({name.casefold() for name in names}),
        "sibling_pairs": len(pairs),
        "sharing": len(sharing),
        "share_sharing": len(sharing) / len(pairs) if pairs else None,
        "words": float(np.mean([len(name.split()) for name in names])) if names else None,
    }


def sibling_pairs(named: NamedSet) -> list[tuple[int, int]]:
    """Groups of one clause, and each group with its nearest."""
    related = related_groups(named.clauses, [order[:1] for order in named.near])
    everybody = range(len(named.groups))
    return [pair for pair in combinations(everybody, 2) if pair[1] in related[pair[0]]]


def shared_words(named: NamedSet, one: int, other: int) -> frozenset[str]:
    """Content words of both names that do not stand in the clauses of both."""
    both = stems_in(named.names[one]) & stems_in(named.names[other])
    return frozenset(both - (named.rule_words[one] & named.rule_words[other]))


def match_row(name: str) -> dict[str, object]:
    """Name the labelled groups from two thirds of their cases, and match the rest."""
    hits: Counter[str] = Counter()
    asked = 0
    groups = labelled_groups(name)
    for draw in range(DRAWS if len(groups) >= BUNDLES else 0):
        chance = random.Random(SEED + draw)  # noqa: S311 - a repeatable draw
        unread = [_kept(rows, chance) for rows in groups]
        read = [sorted({*rows} - {*kept}) for rows, kept in zip(groups, unread, strict=True)]
        hidden = frozenset(row for rows in unread for row in rows)
        named = name_set(name, read, by_text(middle(name)), hidden)
        bundles = _bundles(replace(named, groups=unread), chance)
        asked += len(bundles)
        hits["ours"] += _hits(bundles, named.names, named)
        hits[PEER] += _hits(bundles, usual_names(named), named)
    return {"set": load(name).title, "asked": asked} | {
        who: hits[who] / asked if asked else None for who in ("ours", PEER)
    }


def usual_names(named: NamedSet) -> list[str]:
    """The three words of each group with the highest class-based TF-IDF."""
    empty = everyday_words()
    groups = [
        Counter(
            word
            for row in rows
            for piece in pieces(named.texts[row])
            for word in piece
            if word not in empty and len(word) >= TOP_WORDS
        )
        for rows in named.groups
    ]
    whole = Counter[str]()
    for counts in groups:
        whole.update(counts)
    usual = whole.total() / max(len(groups), 1)
    return [
        ", ".join(
            sorted(counts, key=lambda w: (-counts[w] * log(1 + usual / whole[w]), w))[:TOP_WORDS]
        )
        or "nothing"
        for counts in groups
    ]


def _kept(rows: Sequence[int], chance: random.Random) -> list[int]:
    """A third of a group's cases, three at least and never so many that fewer than two are left."""
    return sorted(chance.sample(list(rows), min(max(BUNDLE, len(rows) // 3), len(rows) - 2)))


def _bundles(named: NamedSet, chance: random.Random) -> list[tuple[int, list[list[int]]]]:
    """For each group its own bundle of unread cases, then those of its rivals."""
    return [
        (at, [chance.sample(list(named.groups[one]), BUNDLE) for one in (at, *rivals(named, at))])
        for at in range(len(named.groups))
        if len(named.groups[at]) >= BUNDLE
    ]


def _hits(
    bundles: Sequence[tuple[int, list[list[int]]]], names: Sequence[str], named: NamedSet
) -> int:
    meant = embed(names)
    return sum(
        int(np.argmax([float((named.vectors[rows] @ meant[at]).mean()) for rows in shown])) == 0
        for at, shown in bundles
    )
