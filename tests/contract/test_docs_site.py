"""The pages as a site: it loads nothing from elsewhere, and a dead link stops its building."""

import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

from tests.contract.blocks import ROOT

DOCS = ROOT / "docs"
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")


class Loaded(HTMLParser):
    """What a browser fetches by itself to show a page."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in {"img", "script", "iframe", "source"}:
            self.addresses.append(given.get("src") or "")
        elif tag == "link":
            self.addresses.append(given.get("href") or "")


def build(source: Path, into: Path) -> subprocess.CompletedProcess[str]:
    """Build as the Makefile does, from another folder with the same configuration."""
    (options,) = re.findall(r"^SITE := \S+ ([^\n]+)", MAKEFILE, re.MULTILINE)
    words = [word for word in options.split() if word != "\\"]
    words += ["--conf-dir", str(DOCS), "--doctree-dir", str(into / "doctrees")]
    return subprocess.run(
        [sys.executable, "-m", "sphinx", *words, str(source), str(into / "site")],
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_site_loads_nothing_from_elsewhere(tmp_path: Path) -> None:
    done = build(DOCS, tmp_path)
    assert done.returncode == 0, done.stderr
    pages = sorted((tmp_path / "site").rglob("*.html"))
    assert {"tutorial.html", "search.html"} <= {page.name for page in pages}
    for page in pages:
        loaded = Loaded()
        loaded.feed(page.read_text("utf-8"))
        assert loaded.addresses
        assert [one for one in loaded.addresses if re.match(r"(https?:)?//", one)] == [], page
    for sheet in (tmp_path / "site").rglob("*.css"):
        assert not re.search(r"(url\(|@import)\s*[\"']?(https?:)?//", sheet.read_text("utf-8"))


def test_whatever_leads_nowhere_stops_the_building_and_is_named(tmp_path: Path) -> None:
    source = tmp_path / "pages"
    source.mkdir()
    dead = ("[a](lost-page.md)", "[a](#lost-part)", "![a](lost-picture.png)")
    (source / "index.md").write_text("# A\n\n" + "\n\n".join(dead), "utf-8")
    (source / "in-no-menu.md").write_text("# B\n", "utf-8")
    done = build(source, tmp_path)
    assert done.returncode != 0
    for name in ("lost-page", "lost-part", "lost-picture", "in-no-menu"):
        assert name in done.stderr
