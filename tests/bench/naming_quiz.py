"""The blind test of names, for a reader who has seen neither code nor labels.

`python -m tests.bench.naming_quiz write [FOLDER]` writes quiz.md and key.json;
`python -m tests.bench.naming_quiz score ANSWERS [KEY]` scores lines such as "7: 3".
Each question shows a name and six bundles of three cases each: the kind's own and five others',
those of the same clause first, then the nearest. Texts are redacted; clauses, facts and what was
granted are not shown. Whoever guesses is right in one of six.
"""

import json
import random
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from recommender.kinds.statistics import wilson
from tests.bench import results
from tests.bench.naming_world import FOUND, NamedSet, named_set
from tests.bench.sets import TUNED, available

QUESTIONS: Final = 40
BUNDLES: Final = 6
BUNDLE: Final = 3
SEED: Final = 20_261


@dataclass(frozen=True, kw_only=True)
class Question:
    """A name and its bundles of rows; `right` is the place of its own, counted from one."""

    of: NamedSet
    name: str
    bundles: Sequence[Sequence[int]]
    right: int


def questions(sets: Sequence[NamedSet], count: int = QUESTIONS, seed: int = SEED) -> list[Question]:
    """Draw names in turn from sets with enough groups, as many of each as there are."""
    chance = random.Random(seed)  # noqa: S311 - a repeatable draw
    drawn = []
    for one in sets:
        groups = [at for at, rows in enumerate(one.groups) if len(rows) >= BUNDLE]
        chance.shuffle(groups)
        drawn.append([(one, at) for at in groups] if len(groups) >= BUNDLES else [])
    turns = [
        line[turn]
        for turn in range(max(map(len, drawn), default=0))
        for line in drawn
        if turn < len(line)
    ]
    asked = [_question(one, at, chance) for one, at in turns[:count]]
    chance.shuffle(asked)
    return asked


def rivals(of: NamedSet, group: int) -> list[int]:
    """Give the groups that a group is easiest mistaken for: of its clause, then the nearest."""
    own = of.clauses[group]
    order = [at for at in of.near[group] if len(of.groups[at]) >= BUNDLE]
    same = [at for at in order if own is not None and of.clauses[at] == own]
    return [*same, *(at for at in order if at not in same)][: BUNDLES - 1]


def _question(of: NamedSet, group: int, chance: random.Random) -> Question:
    shown = [group, *rivals(of, group)]
    chance.shuffle(shown)
    return Question(
        of=of,
        name=of.named[group].name,
        bundles=[sorted(chance.sample(list(of.groups[at]), BUNDLE)) for at in shown],
        right=shown.index(group) + 1,
    )


def quiz(asked: Sequence[Question]) -> str:
    """Lay the questions out for a reader."""
    lines = ["# Which bundle does the name mean?", "", "Answer with lines such as `7: 3`.", ""]
    for number, question in enumerate(asked, start=1):
        lines += [f"## {number}. {question.name}", ""]
        for place, rows in enumerate(question.bundles, start=1):
            lines.append(f"**Bundle {place}**")
            lines += [f"- {' / '.join(question.of.texts[row].split(chr(10)))}" for row in rows]
            lines.append("")
    return "\n".join(lines)


def key(asked: Sequence[Question]) -> dict[str, dict[str, object]]:
    """Give the right bundles."""
    return {
        str(number): {"right": one.right, "set": one.of.name, "name": one.name}
        for number, one in enumerate(asked, start=1)
    }


def score(answers: str, right: Mapping[str, Mapping[str, object]]) -> dict[str, object]:
    """Count the hits, with their 95 % interval; a question without an answer is no hit."""
    given = dict(re.findall(r"^\W*(\d+)\W+(\d+)\W*$", answers, re.MULTILINE))
    hits = {number for number, one in right.items() if given.get(number) == str(one["right"])}
    sets = sorted({str(one["set"]) for one in right.values()})
    of_set = {
        name: [number for number, one in right.items() if one["set"] == name] for name in sets
    }
    return {
        "questions": len(right),
        "answered": len(given.keys() & right.keys()),
        "hits": len(hits),
        "rate": len(hits) / len(right),
        "interval": wilson(len(hits), len(right)),
        "chance": 1 / BUNDLES,
        "by_set": {name: f"{len(hits & {*of})} of {len(of)}" for name, of in of_set.items()},
        "missed": sorted(int(number) for number in right.keys() - hits),
    }


def main(words: Sequence[str]) -> None:
    """Write the quiz, or score answers."""
    match words:
        case ["write", *rest]:
            folder = Path(rest[0]) if rest else results.FOLDER / "naming-quiz"
            folder.mkdir(parents=True, exist_ok=True)
            names = [name for name in available() if name not in TUNED]
            asked = questions([named_set(name, FOUND) for name in names])
            (folder / "quiz.md").write_text(quiz(asked), encoding="utf-8")
            (folder / "key.json").write_text(json.dumps(key(asked), indent=1), encoding="utf-8")
            print(f"{len(asked)} questions: {folder}")
        case ["score", answers, *rest]:
            path = Path(rest[0]) if rest else results.FOLDER / "naming-quiz" / "key.json"
            found = score(Path(answers).read_text(encoding="utf-8"), json.loads(path.read_text()))
            print(json.dumps(found, indent=1))
            results.write("naming-blind", found, seed=SEED)
        case _:
            raise SystemExit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
