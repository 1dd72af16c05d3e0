"""Own words for redaction, texts as they were typed, and erasing customers."""

from typing import Annotated

from pydantic import StringConstraints

from api.schemas.base import In, Out, ShortText, example
from recommender.vocabulary import OwnWordUse


class OwnWordIn(In):
    """A name that is replaced, a word that is left alone, or a pattern with its placeholder."""

    model_config = example(use="pattern", word="MTR-\\d{6}", placeholder="meter")

    use: OwnWordUse
    word: Annotated[str, StringConstraints(min_length=1, max_length=500)]
    placeholder: Annotated[str, StringConstraints(min_length=1, max_length=40)] | None = None


class OwnWordOut(Out):
    """An own word; `placeholder` is what stands in a pattern's place."""

    id: str
    use: OwnWordUse
    word: str
    placeholder: str | None


class RedactedAgainOut(Out):
    """How many cases read otherwise now, how many notes beside them, how many vectors went."""

    cases: int
    notes: int
    vectors: int


class RawOut(Out):
    """A case's texts as they were typed; empty once they were erased."""

    situation: str
    resolution: str | None
    reason: str | None
    decline_reason: str | None
    revoke_reason: str | None


class EraseIn(In):
    """The customer to erase, by the id that cases carry; `dry_run` only counts."""

    model_config = example(customer_id="C-20391", dry_run=True)

    customer_id: ShortText
    dry_run: bool = False


class ErasedOut(Out):
    """What went, or would go; `id` is how the event log names the erasure.

    `names` are the kinds, candidates and reasons from which a word of theirs was taken; `rewritten`
    is false while another program holds the database's files, which then keep deleted bytes.
    """

    id: str | None
    dry_run: bool
    cases: int
    texts: int
    vectors: int
    notices: int
    questions: int
    drafts: int
    names: int
    rewritten: bool
