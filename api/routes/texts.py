"""What people typed: redaction's own words, raw texts, erasing; the administrators' routes."""

from http import HTTPStatus

from fastapi import APIRouter, Request

from api.deps import OpenedHouse, SignedIn
from api.schemas.texts import (
    ErasedOut,
    EraseIn,
    OwnWordIn,
    OwnWordOut,
    RawOut,
    RedactedAgainOut,
)
from recommender.accounts.own_words import add_word, remove_word, words
from recommender.cases.erasing import erase_customer
from recommender.cases.filing import raw_text
from recommender.cases.redacting_again import redact_again

router = APIRouter(tags=["texts"])


@router.get("/redaction/words")
def list_words(house: OpenedHouse, actor: SignedIn) -> list[OwnWordOut]:
    """The organisation's own words for redaction."""
    with house.reading(actor) as tx:
        return [OwnWordOut.model_validate(word) for word in words(tx)]


@router.post("/redaction/words", status_code=HTTPStatus.CREATED)
def create_word(house: OpenedHouse, actor: SignedIn, body: OwnWordIn) -> OwnWordOut:
    """Add an own word; it counts from the next text on."""
    with house.transaction(actor) as tx:
        return OwnWordOut.model_validate(add_word(tx, body.use, body.word, body.placeholder))


@router.delete("/redaction/words/{word_id}", status_code=HTTPStatus.NO_CONTENT)
def delete_word(house: OpenedHouse, actor: SignedIn, word_id: str) -> None:
    """Remove an own word."""
    with house.transaction(actor) as tx:
        remove_word(tx, word_id)


@router.post("/redaction/again")
def redact_cases_again(house: OpenedHouse, actor: SignedIn, request: Request) -> RedactedAgainOut:
    """Redact every case anew from what was typed; what changed is embedded afterwards."""
    done = redact_again(house, actor)
    request.app.state.catch_up.wake(whole=True)
    return RedactedAgainOut.model_validate(done)


@router.get("/cases/{case_id}/raw")
def read_raw(house: OpenedHouse, actor: SignedIn, case_id: str) -> RawOut:
    """A case's texts as they were typed; that they were read is recorded."""
    with house.transaction(actor) as tx:
        return RawOut.model_validate(raw_text(tx, case_id))


@router.post("/erasures")
def create_erasure(
    house: OpenedHouse, actor: SignedIn, body: EraseIn, request: Request
) -> ErasedOut:
    """Erase a customer's texts, vectors and quotes for good; what is counted stays."""
    done = erase_customer(house, actor, body.customer_id, dry_run=body.dry_run)
    request.app.state.catch_up.wake(whole=True)
    return ErasedOut.model_validate(done)
