"""The catalogue of texts: what translators get, and what a reader of another language sees."""

import ast
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Final

import pytest
from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo

import dashboard
from dashboard import catalogue
from dashboard.catalogue import mark, md, t, tn

ROOT: Final = Path(next(iter(dashboard.__path__)))
KEYWORDS: Final = {"t": None, "md": None, "mark": None, "tn": (1, 2)}


@pytest.fixture
def german(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A language whose catalogue holds three sentences, asked for by the reader's browser."""
    texts = Catalog(locale="de")
    texts.add("Filed on {day}", "Eingereicht am {day}")
    texts.add("New", "Neu")
    texts.add(("{n} case", "{n} cases"), ("{n} Fall", "{n} Fälle"))
    written = BytesIO()
    write_mo(written, texts)
    place = tmp_path / "de" / "LC_MESSAGES" / "messages.mo"
    place.parent.mkdir(parents=True)
    place.write_bytes(written.getvalue())
    monkeypatch.setattr(catalogue, "FOLDER", tmp_path)
    monkeypatch.setattr(catalogue, "_language", lambda: "de-AT")
    catalogue._translations.cache_clear()
    yield
    catalogue._translations.cache_clear()


def test_a_sentence_is_filled() -> None:
    assert t("Filed on {day}", day="3 May") == "Filed on 3 May"
    assert [tn("{n} case", "{n} cases", n) for n in (0, 1, 2, 1234)] == [
        "0 cases",
        "1 case",
        "2 cases",
        "1,234 cases",
    ]


def test_what_fills_markdown_loses_its_marks() -> None:
    assert md("**{name}** waits", name="*[a](b)*") == r"**\*\[a\]\(b\)\*** waits"


@pytest.mark.usefixtures("german")
def test_a_reader_of_another_language_reads_it_where_it_is_translated() -> None:
    assert t("Filed on {day}", day="3. Mai") == "Eingereicht am 3. Mai"
    assert tn("{n} case", "{n} cases", 2) == "2 Fälle"
    assert t(mark("New")) == "Neu"
    assert t("Not yet translated") == "Not yet translated"


def test_translators_get_every_sentence() -> None:
    """A sentence that is put together in the code would be missing from what they get."""
    found = extract_from_dir(ROOT, [("**.py", "python")], keywords=KEYWORDS)
    collected = {
        text for _, _, said, *_ in found for text in ([said] if isinstance(said, str) else said)
    }
    calls = (
        node
        for path in ROOT.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
    )
    for call in calls:
        name = call.func.id if isinstance(call.func, ast.Name) else ""
        for text in call.args[: {"t": 1, "md": 1, "mark": 1, "tn": 2}.get(name, 0)]:
            assert not isinstance(text, ast.JoinedStr | ast.BinOp), ast.unparse(call)
            assert not isinstance(text, ast.Constant) or text.value in collected
