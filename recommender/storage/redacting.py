"""What redaction knows besides its own lists: the organisation's words and everybody's account."""

from functools import lru_cache
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from recommender.models.accounts import Account
from recommender.models.protection import OwnWord
from recommender.vocabulary import OwnWordUse

if TYPE_CHECKING:
    from recommender.learning.redaction import Redactor

_Words = tuple[tuple[OwnWordUse, str, str | None], ...]


def redactor_of(session: Session) -> "Redactor":
    """Give the redactor of the words and accounts in the database, leavers included.

    The same words give the same one, so that it is made anew only when they change.
    """
    with session.no_autoflush:
        words = session.execute(
            select(OwnWord.use, OwnWord.word, OwnWord.placeholder).order_by(OwnWord.id)
        )
        people = session.execute(select(Account.name, Account.display_name).order_by(Account.name))
        return _redactor(
            tuple((use, word, placeholder) for use, word, placeholder in words),
            tuple(name for row in people for name in row),
        )


@lru_cache(maxsize=4)
def _redactor(words: _Words, staff: tuple[str, ...]) -> "Redactor":
    from recommender.learning.redaction import Redactor

    def of(use: OwnWordUse) -> list[str]:
        return [word for word_use, word, _ in words if word_use is use]

    return Redactor(
        extra_patterns=[
            (placeholder, word) for _, word, placeholder in words if placeholder is not None
        ],
        known_names=of(OwnWordUse.NAME),
        keep_words=of(OwnWordUse.KEEP),
        staff=staff,
    )
