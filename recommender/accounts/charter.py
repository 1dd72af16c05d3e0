"""The charter: what protects those who file and sign, and what it does not cover.

Its texts ship with the program, one file a version; the database keeps who accepted which.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final

from recommender.access import Act
from recommender.errors import Conflict, NotAllowed
from recommender.models.protection import CharterAcceptance
from recommender.storage.house import Transaction

_TEXTS: Final = Path(str(files("recommender.accounts"))) / "charters"


class CharterUnread(NotAllowed):
    """Whoever files or signs has accepted the charter first."""


class CharterMoved(Conflict):
    """The version that was read is not the one in force."""


@dataclass(frozen=True)
class Charter:
    """The charter in force as one account sees it: its text in Markdown, when they accepted it."""

    version: int
    text: str
    accepted_at: datetime | None


@cache
def charter_version() -> int:
    """Give the number of the version in force, the newest that there is."""
    return max(int(path.stem) for path in _TEXTS.glob("*.md"))


@cache
def charter_text(version: int) -> str:
    """Give the text of a version, in Markdown."""
    return (_TEXTS / f"{version}.md").read_text(encoding="utf-8")


def charter(tx: Transaction) -> Charter:
    """Give the charter in force, and whether the actor has accepted it."""
    tx.actor.require(Act.READ_CHARTER)
    version = charter_version()
    found = _acceptance(tx, version)
    return Charter(version, charter_text(version), None if found is None else found.accepted_at)


def accept_charter(tx: Transaction, version: int) -> Charter:
    """Accept the version that was read; again changes nothing. Raises CharterMoved."""
    tx.actor.require(Act.READ_CHARTER)
    if version != charter_version():
        raise CharterMoved(
            f"The charter in force is version {charter_version()}.",
            field="version",
            remedy="Read that one, then accept it.",
            version=charter_version(),
        )
    if _acceptance(tx, version) is None:
        acceptance = CharterAcceptance(
            account_name=tx.actor.name, version=version, accepted_at=tx.at
        )
        tx.session.add(acceptance)
        tx.record("accept_charter", "account", tx.actor.name, version=version)
    return charter(tx)


def require_charter(tx: Transaction) -> None:
    """Refuse with CharterUnread whoever has not accepted the charter in force."""
    if _acceptance(tx, charter_version()) is None:
        raise CharterUnread(
            "You have not accepted the charter yet, which protects you when you file or sign.",
            remedy="Read it and accept it: `recommender charter`, or GET and POST /v1/charter.",
            version=charter_version(),
        )


def _acceptance(tx: Transaction, version: int) -> CharterAcceptance | None:
    return tx.session.get(CharterAcceptance, (tx.actor.name, version))
