"""Files that come as the body of a request: laid down for as long as they are read."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from recommender.cases.importing.uploads import safe_name


@contextmanager
def laid_down(name: str, body: bytes) -> Iterator[Path]:
    """Lay a request's body down as a file of a safe name; it goes with the request."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / safe_name(name)
        path.write_bytes(body)
        yield path
