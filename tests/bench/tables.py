"""Tables on the terminal."""

from collections.abc import Mapping, Sequence


def show(title: str, rows: Sequence[Mapping[str, object]]) -> None:
    """Print rows under the names of their columns, those left out in which nothing stands."""
    print(f"\n{title}")
    if not rows:
        print("  nothing to show")
        return
    columns = dict.fromkeys(name for row in rows for name in row)
    names = [name for name in columns if any(row.get(name) is not None for row in rows)]
    cells = [names, *([told(row.get(name)) for name in names] for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(names))]
    for line in cells:
        print("  " + "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)))


def told(value: object) -> str:
    """Say a figure shortly; nothing for None."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.2f}"
    if isinstance(value, tuple):
        return "-".join(told(one) for one in value)
    return str(value)
