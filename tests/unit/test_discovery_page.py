"""docs/discovery.md tells the finder's parameters, the quality gate and the figure as they are."""

import re
from inspect import Parameter, signature
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from recommender.learning.arrays import unit_vectors
from recommender.learning.assigning import LOOSE, TIGHT
from recommender.learning.casetable import CaseTable, View
from recommender.learning.cellsearch import LESSON_ROUNDS
from recommender.learning.consensus import Rounds
from recommender.learning.containment import SelfContained
from recommender.learning.discovery import KindFinder
from recommender.learning.quality import QUALITY_FLOORS
from tests.unit.casebases import scattered

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "discovery.md").read_text(encoding="utf-8")
FIGURE = DOCS / "pictures" / "discovery.svg"
ROWS = dict(re.findall(r"^\| `(\w+)` \| (\S+) \|", PAGE, re.MULTILINE))
CODE = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
DEFAULTS = {
    name: one.default
    for name, one in signature(KindFinder).parameters.items()
    if one.kind is Parameter.KEYWORD_ONLY
}
FLOORS = {floor.name: floor.least for floor in QUALITY_FLOORS}
WIDTH = 900


def test_the_tables_are_the_parameters_and_the_quality_gate() -> None:
    assert DEFAULTS
    assert {name: float(value) for name, value in ROWS.items()} == DEFAULTS | FLOORS


def test_what_no_parameter_says_stands_as_it_is_done() -> None:
    rounds, ranks = Rounds(count=1), SelfContained(least=0)
    assert f"Each round takes {rounds.share:.0%}".replace("%", " %") in PAGE
    assert f"exp({rounds.jitter} *z*)" in PAGE
    assert f"by {ranks.lenient} (in the most lenient round) to {ranks.strict} (in the" in PAGE
    assert f"a short pass of {LESSON_ROUNDS} rounds" in PAGE
    assert f"From {TIGHT}, and" in PAGE
    assert f"from {LOOSE} the kind is suggested" in PAGE


def test_the_code_of_the_page_finds_kinds(capsys: pytest.CaptureFixture[str]) -> None:
    rows = scattered([12, 9, 8], one_offs=6)
    found: dict[str, object] = {
        "CaseTable": CaseTable,
        "View": View,
        "KindFinder": KindFinder,
        "unit_vectors": unit_vectors,
        "ids": [f"c{row:02}" for row in range(len(rows))],
        "rows": rows,
        "present": np.ones(len(rows), dtype=bool),
        "clauses": ["A"] * 12 + ["B"] * 9 + [None] * 14,
    }
    (code,) = CODE
    exec(code, found)  # noqa: S102 - the page is ours
    finder = found["finder"]
    assert isinstance(finder, KindFinder)
    assert len(finder.groups_) == 3
    assert str(finder.labels_) in capsys.readouterr().out


def test_the_figure_is_light_text_and_says_the_defaults() -> None:
    figure = ET.parse(FIGURE).getroot()  # noqa: S314 - the picture is ours
    space = {"svg": "http://www.w3.org/2000/svg"}
    ground = figure.find("svg:rect", space)
    assert ground is not None
    assert (figure.get("width"), ground.get("width")) == (str(WIDTH), str(WIDTH))
    assert ground.get("fill") == "#ffffff"
    said = " ".join("".join(one.itertext()) for one in figure.findall("svg:text", space))
    for words in (
        f"{DEFAULTS['rounds']} rounds",
        f"{DEFAULTS['loosest']} to {DEFAULTS['tightest']} close pairs",
        f"{DEFAULTS['min_size']} or more cases",
        f"in {DEFAULTS['agreement']:.0%}".replace("%", " %"),
        f"({LESSON_ROUNDS} rounds each)",
    ):
        assert words in said
