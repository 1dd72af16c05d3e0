"""The organisation's own words for redaction: names, patterns, and words that are left alone."""

from typing import Final

from sqlalchemy import select

from recommender.access import Act
from recommender.errors import Conflict, Invalid, NotFound
from recommender.learning.redaction import BadPattern, Redactor
from recommender.models.protection import OwnWord
from recommender.storage.house import Transaction
from recommender.vocabulary import OwnWordUse

LONGEST: Final = 500
SHORTEST_NAME: Final = 2


class UnknownOwnWord(NotFound):
    """There is no own word of that id."""


class OwnWordKnown(Conflict):
    """The word is known already, for the same use."""


class BadOwnWord(Invalid):
    """A word that redaction cannot use."""


def add_word(
    tx: Transaction, use: OwnWordUse, word: str, placeholder: str | None = None
) -> OwnWord:
    """Have a name replaced, a word left alone, or what a pattern matches replaced.

    A pattern is a regular expression; `placeholder` is the word that stands in its place. It counts
    from the next text on: `redacting_again` does the earlier ones. Raises BadOwnWord and
    OwnWordKnown.
    """
    tx.actor.require(Act.KEEP_OWN_WORDS)
    given = _usable(use, word, placeholder)
    if tx.session.scalar(select(OwnWord.id).where(OwnWord.use == use, OwnWord.word == given)):
        raise OwnWordKnown(
            "This is known already.", field="word", remedy="Remove it first to change it."
        )
    added = OwnWord(
        use=use,
        word=given,
        placeholder=placeholder,
        added_by=tx.actor.name,
        added_at=tx.at,
    )
    tx.session.add(added)
    tx.session.flush()
    tx.record("add", "own_word", added.id, use=str(use))
    return added


def remove_word(tx: Transaction, word_id: str) -> None:
    """Forget an own word; raises UnknownOwnWord."""
    tx.actor.require(Act.KEEP_OWN_WORDS)
    word = tx.session.get(OwnWord, word_id)
    if word is None:
        raise UnknownOwnWord(f"There is no own word {word_id}.", field="id")
    tx.session.delete(word)
    tx.record("remove", "own_word", word_id, use=str(word.use))


def words(tx: Transaction) -> list[OwnWord]:
    """List the own words by use, then by word."""
    tx.actor.require(Act.KEEP_OWN_WORDS)
    return list(tx.session.scalars(select(OwnWord).order_by(OwnWord.use, OwnWord.word)))


def _usable(use: OwnWordUse, word: str, placeholder: str | None) -> str:
    given = word.strip() if use is OwnWordUse.PATTERN else " ".join(word.split())
    if not given or len(given) > LONGEST:
        raise BadOwnWord(
            "The word is empty." if not given else f"The word has {len(given)} characters.",
            field="word",
            remedy=f"Use 1 to {LONGEST} characters.",
        )
    if use is OwnWordUse.PATTERN:
        _require_pattern(given, placeholder)
    elif placeholder is not None:
        raise BadOwnWord(
            "Only a pattern has a placeholder of its own.",
            field="placeholder",
            remedy="Leave it out.",
        )
    elif use is OwnWordUse.NAME and sum(map(str.isalpha, given)) < SHORTEST_NAME:
        raise BadOwnWord(
            f"{given!r} would be found in every text.",
            field="word",
            remedy="Give a name of two letters or more.",
        )
    return given


def _require_pattern(pattern: str, placeholder: str | None) -> None:
    if placeholder is None:
        raise BadOwnWord(
            "A pattern needs a placeholder.",
            field="placeholder",
            remedy="Say what stands in its place, such as meter.",
        )
    try:
        Redactor(extra_patterns=[(placeholder, pattern)])
    except BadPattern as error:
        field = "placeholder" if error.field == "placeholder" else "word"
        raise BadOwnWord(error.detail, field=field, remedy=error.remedy) from error
