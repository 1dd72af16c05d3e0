"""Pages of docs/ as tests read them: prose on one line, tables row by row."""

from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"


def page(name: str) -> str:
    """Give a page as it is written."""
    return (DOCS / name).read_text(encoding="utf-8")


def prose(name: str) -> str:
    """Give a page on one line, with single blanks."""
    return " ".join(page(name).split())


def table(name: str, first: str) -> list[list[str]]:
    """Give the cells of the table whose first heading is this, row by row, without its head."""
    lines = page(name).splitlines()
    start = next(at for at, line in enumerate(lines) if line.startswith(f"| {first} |"))
    found = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        found.append([cell.strip() for cell in line.strip("|").split("|")])
    return found


def percent(share: float) -> str:
    """Write a share as the pages do: 80 %."""
    return f"{share * 100:g} %"
