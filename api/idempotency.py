"""Idempotency-Key: a request that is sent twice acts once and gets the same answer twice."""

import hashlib
from collections.abc import Callable
from typing import Annotated, TypeVar

from fastapi import Header
from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from recommender.errors import Conflict
from recommender.models.accounts import IdempotentAnswer
from recommender.storage.house import Transaction

Answer = TypeVar("Answer", bound=BaseModel)
IdempotencyKey = Annotated[
    str | None,
    Header(max_length=200, description="Any text of yours; the same key acts only once."),
]


class KeyReused(Conflict):
    """The Idempotency-Key was used before for another request."""


class KeyInUse(Conflict):
    """The same Idempotency-Key is at work in another request at this moment."""


def once(
    tx: Transaction,
    key: str | None,
    request: BaseModel,
    answer_type: type[Answer],
    act: Callable[[], Answer],
) -> Answer:
    """Act and remember the answer under the key, or repeat the answer remembered.

    The answer is kept in the act's own transaction: there is never one without the other.
    Raises KeyReused when the key came with another request before.
    """
    if key is None:
        return act()
    content = f"{type(request).__name__}{request.model_dump_json()}"
    request_hash = hashlib.sha256(content.encode()).hexdigest()
    found = tx.session.scalar(
        select(IdempotentAnswer).where(
            IdempotentAnswer.account_name == tx.actor.name, IdempotentAnswer.key == key
        )
    )
    if found is None:
        answer = act()
        tx.session.add(
            IdempotentAnswer(
                account_name=tx.actor.name,
                key=key,
                request_hash=request_hash,
                answer=answer.model_dump(mode="json"),
                created_at=tx.at,
            )
        )
        _keep(tx)
        return answer
    if found.request_hash != request_hash:
        raise KeyReused(
            "This Idempotency-Key came with another request before.",
            field="Idempotency-Key",
            remedy="Use a new key for a new request.",
        )
    return answer_type.model_validate(found.answer)


def _keep(tx: Transaction) -> None:
    try:
        tx.session.flush()
    except IntegrityError as error:
        raise KeyInUse(
            "Another request with this Idempotency-Key is at work.",
            field="Idempotency-Key",
            remedy="Send it again in a moment; you will get the same answer.",
        ) from error
