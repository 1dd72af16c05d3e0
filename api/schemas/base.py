"""What goes in and out of the API: one shape a thing, shared with the dashboard.

The shapes lie by noun in the files beside this one; here is what all of them are made of.
Everybody who is not an admin sees opaque case ids and days. No shape carries, ranks or counts a
person other than the reader (promise 9); a test walks them.
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, JsonValue, StringConstraints

Sentence = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]
ShortText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
Csat = Annotated[int, Field(ge=1, le=5)]
Money = Annotated[float, Field(ge=0)]


def example(**sent: JsonValue) -> ConfigDict:
    """Show in the OpenAPI document what a client sends."""
    return ConfigDict(json_schema_extra={"examples": [sent]})


class In(BaseModel):
    """What a client sends; an unknown field is refused, so that a typo is not lost."""

    model_config = ConfigDict(extra="forbid")


class Out(BaseModel):
    """What the API answers."""

    model_config = ConfigDict(from_attributes=True)


class Problem(Out):
    """A refusal, as RFC 9457 problem+json: `code` is stable, `field` and `remedy` help."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    code: str
    field: str | None = None
    remedy: str | None = None
    facts: dict[str, object] = Field(default_factory=dict)


class ReasonIn(In):
    """An act that needs a reason."""

    model_config = example(reason="The parcels are late for a season only.")

    reason: Sentence
