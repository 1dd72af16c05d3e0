"""That a draft asks for what the rules allow already."""

from typing import Annotated

from pydantic import Field, StringConstraints

from api.schemas.base import Currency, In, Money, Out, ShortText, example
from recommender.vocabulary import Facts


class AlreadyAllowedIn(In):
    """A draft, known by random letters of its form alone, and the clause that allows it."""

    model_config = example(
        draft="7f9c24e5-2f14-4e1e-9b6a-0c5d8f3a1b2c",
        clause_key="RET-2.1",
        facts={"days_since_delivery": 10},
    )

    draft: Annotated[str, StringConstraints(min_length=8, max_length=36)]
    clause_key: ShortText
    facts: Facts = Field(default_factory=dict)
    amount: Money | None = None
    currency: Currency | None = None


class CountedOut(Out):
    """Whether it counts now; a draft counts once for a clause."""

    clause_key: str
    counted: bool
