"""Files that come as the body of a request: laid down for as long as they are read."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from recommender.cases.importing.uploads import safe_name


@contextmanager
def laid_down(name: str, body: bytes, within: Path | None = None) -> Iterator[Path]:
    """Lay a body down as a file of a safe name, `within` a folder, for as long as it is read."""
    with TemporaryDirectory(dir=within) as folder:
        path = Path(folder) / safe_name(name)
        path.write_bytes(body)
        yield path
