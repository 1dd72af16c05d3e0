"""Office files: ZIP archives of XML that others made, looked through before a library opens one."""

from pathlib import Path
from typing import Final
from zipfile import BadZipFile, ZipFile

from recommender.errors import Invalid

MOST_UNPACKED: Final = 256 * 1024 * 1024
"""Bytes that all its parts may have together, unpacked."""
MOST_PARTS: Final = 5_000
_ENCRYPTED: Final = 1


class UnreadableOffice(Invalid):
    """An Office file is none, is protected, or holds more than can be read in good faith."""


def require_office(path: Path, part: str, *, markup: int | None = None) -> None:
    """Refuse a file that has no such part, is protected, or unpacks to too much.

    `markup` is the most that its XML may have, for a library that keeps all of it. A size that the
    archive states is the most that is ever unpacked, so that one which lies is refused on reading.
    """
    try:
        with ZipFile(path) as archive:
            parts = archive.infolist()
    except (BadZipFile, OSError, ValueError) as error:
        raise UnreadableOffice(
            f"{path.name} is no {path.suffix} file, or it is protected by a password.",
            field="file",
            remedy=f"Open it, and save it as {path.suffix} without a password.",
        ) from error
    if any(each.flag_bits & _ENCRYPTED for each in parts):
        raise UnreadableOffice(
            f"{path.name} is protected by a password.",
            field="file",
            remedy="Save it without one.",
        )
    if part not in {each.filename for each in parts}:
        raise UnreadableOffice(
            f"{path.name} is no {path.suffix} file.",
            field="file",
            remedy=f"Open it, and save it as {path.suffix}.",
        )
    written = [each for each in parts if each.filename.endswith((".xml", ".rels"))]
    for some, most in ((parts, MOST_UNPACKED), (written, markup or MOST_UNPACKED)):
        if len(some) > MOST_PARTS or sum(each.file_size for each in some) > most:
            raise UnreadableOffice(
                f"{path.name} unpacks to more than {most // 1024**2} MiB.",
                field="file",
                remedy="Split it, or leave out what is not needed.",
            )
