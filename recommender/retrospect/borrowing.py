"""A house for one look back: a database in a folder of its own, gone when the look is over."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import select
from sqlalchemy.orm import Session

from recommender.access import Actor
from recommender.accounts.directory import operator
from recommender.accounts.opening import initialise
from recommender.cases.importing.uploads import folder_beside
from recommender.config import Settings
from recommender.models.accounts import Account
from recommender.models.protection import OwnWord
from recommender.storage.house import House


@contextmanager
def borrowed(settings: Settings, within: Path | None = None) -> Iterator[tuple[House, Actor, Path]]:
    """Open an empty house under these settings, with its operator and its folder.

    The folder is its owner's alone, and is removed with all that was laid in it. It lies `within`
    a folder, by default the system's for what passes.
    """
    with TemporaryDirectory(prefix="look-back-", dir=within) as name:
        folder = Path(name)
        place = {"database_url": f"sqlite:///{folder / 'ledger.sqlite'}", "key_file": None}
        house = House(settings.model_copy(update=place))
        try:
            initialise(house)
            yield house, operator(house), folder
        finally:
            house.database.close()


def room_for(settings: Settings) -> Path:
    """Make the folder in which a house looks back, for its owner's eyes alone."""
    room = _room(settings)
    room.mkdir(mode=0o700, exist_ok=True)
    return room


def clear_room(settings: Settings) -> None:
    """Remove what a look back left that was killed."""
    shutil.rmtree(_room(settings), ignore_errors=True)


def _room(settings: Settings) -> Path:
    return folder_beside(settings, "look-backs")


def redact_as_in(home: Session, borrowed: Session) -> None:
    """Bring along what redaction knows at home: own words, and the names of everybody there."""
    here = set(borrowed.scalars(select(Account.name)))
    for one in home.scalars(select(Account)):
        if one.name not in here:
            borrowed.add(
                Account(
                    name=one.name,
                    display_name=one.display_name,
                    roles=[],
                    active=False,
                    created_at=one.created_at,
                )
            )
    for word in home.scalars(select(OwnWord)):
        borrowed.add(
            OwnWord(
                use=word.use,
                word=word.word,
                placeholder=word.placeholder,
                added_by=word.added_by,
                added_at=word.added_at,
            )
        )
