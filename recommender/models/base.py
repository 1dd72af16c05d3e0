"""The base of all mapped classes, column types that are the same on every database, and ids."""

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, ClassVar, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import JSON, DateTime, Dialect, LargeBinary, MetaData, String, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator, TypeEngine

from recommender.errors import Conflict

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"

State = TypeVar("State", bound=StrEnum)
Term = TypeVar("Term", bound=StrEnum)

PortableJson = JSON().with_variant(JSONB(), "postgresql")


def new_id() -> str:
    """Draw an opaque id: 12 letters and digits, 60 random bits, no day or order in it."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(12))


class IllegalMove(Conflict):
    """The state table does not know this move."""


def check_move(moves: Mapping[State, frozenset[State]], noun: str, old: State, new: State) -> State:
    """Return `new` if the table allows the move from `old`, else raise IllegalMove."""
    if new not in moves[old]:
        raise IllegalMove(
            f"This {noun} is {old.replace('_', ' ')} and cannot become {new.replace('_', ' ')}.",
            remedy="Load it again to see where it stands.",
            state=str(old),
            wanted=str(new),
        )
    return new


class UtcDateTime(TypeDecorator[datetime]):
    """A moment; stored in UTC, always read back with its zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Refuse zone-less moments, store the rest in UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            message = "a stored moment needs a zone"
            raise ValueError(message)
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ANN401, ARG002 - SQLAlchemy's signature
        """Give SQLite's zone-less answer its zone back."""
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


class HalfVector(TypeDecorator[NDArray[np.float32]]):
    """A vector kept as 16-bit floats: bytes in SQLite, pgvector's halfvec in PostgreSQL."""

    impl = LargeBinary
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the column's type; pgvector is needed by PostgreSQL only."""
        if dialect.name != "postgresql":
            return dialect.type_descriptor(LargeBinary())
        from pgvector.sqlalchemy import HALFVEC

        return dialect.type_descriptor(HALFVEC())

    def process_bind_param(
        self, value: NDArray[np.float32] | None, dialect: Dialect
    ) -> bytes | NDArray[np.float32] | None:
        """Pack little-endian 16-bit floats, or leave that to pgvector."""
        if value is None or dialect.name == "postgresql":
            return value
        return np.asarray(value, dtype="<f2").tobytes()

    def process_result_value(self, value: Any, dialect: Dialect) -> NDArray[np.float32] | None:  # noqa: ANN401 - SQLAlchemy's signature
        """Unpack to float32."""
        if value is None:
            return None
        if dialect.name == "postgresql":
            return np.asarray(value, dtype=np.float32)
        return np.frombuffer(value, dtype="<f2").astype(np.float32)


class Sealer(Protocol):
    """What keeps texts encrypted at rest, if the house wants that."""

    def seal(self, text: str) -> str:
        """Give what is stored for a text."""

    def open(self, stored: str) -> str:
        """Give the text of what is stored."""


class Sealed(TypeDecorator[str]):
    """A text that the database may hold encrypted; the engine's dialect carries the sealer."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Seal it, where there is a sealer."""
        sealer = sealer_of(dialect)
        return value if value is None or sealer is None else sealer.seal(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ANN401 - SQLAlchemy's signature
        """Open it, where there is a sealer."""
        sealer = sealer_of(dialect)
        return value if value is None or sealer is None else sealer.open(value)


def sealer_of(dialect: Dialect) -> Sealer | None:
    """Give the sealer of an engine; None where a database is opened without a house."""
    return getattr(dialect, "recommender_sealer", None)


def set_sealer(dialect: Dialect, sealer: Sealer) -> None:
    """Let an engine's sealed texts go through a sealer."""
    dialect.recommender_sealer = sealer  # type: ignore[attr-defined]


class Word(TypeDecorator[Term]):
    """A word of the vocabulary, stored as its text so that any program can read the table."""

    impl = String(32)
    cache_ok = True

    def __init__(self, words: type[Term]) -> None:
        super().__init__()
        self.words = words

    def process_bind_param(self, value: Term | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Store the word's text."""
        return None if value is None else self.words(value).value

    def process_result_value(self, value: Any, dialect: Dialect) -> Term | None:  # noqa: ANN401, ARG002 - SQLAlchemy's signature
        """Give the word back."""
        return None if value is None else self.words(value)


class Base(DeclarativeBase):
    """All tables; constraint names follow one pattern so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[Mapping[Any, TypeEngine[Any]]] = {
        datetime: UtcDateTime(),
        dict[str, Any]: PortableJson,
        list[Any]: PortableJson,
        list[str]: PortableJson,
    }
