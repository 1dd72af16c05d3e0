"""The error tree. Services raise these; `api.problems` gives each category its status.

RecommenderError
├── NotFound       there is no such thing, or not for this reader              404
├── NotAllowed     this actor may not do this                                  403
├── Conflict       the thing has moved on, or a rule of its state forbids it   409
├── Invalid        the input is wrong: names the field and the remedy          422
└── Unavailable    something the product needs is not there right now          503

Concrete errors are named for the fact (OwnCosign, StaleBase, CeilingExceeded), live beside the
code that raises them, and carry their facts as keyword arguments.
"""

from typing import ClassVar


class RecommenderError(Exception):
    """An expected refusal: one sentence for a person, and the facts behind it.

    `field` names the input that is wrong, `remedy` says what to do about it; both end in the
    problem document and on the screen.
    """

    title: ClassVar[str] = "Refused"

    def __init__(
        self, detail: str, *, field: str | None = None, remedy: str | None = None, **facts: object
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.field = field
        self.remedy = remedy
        self.facts = facts

    @property
    def code(self) -> str:
        """The error's own name, stable for programs: `OwnCosign`."""
        return type(self).__name__

    def __str__(self) -> str:
        """Give the sentence a command line prints: field, detail and remedy."""
        prefix = f"{self.field}: " if self.field else ""
        suffix = f" {self.remedy}" if self.remedy else ""
        return f"{prefix}{self.detail}{suffix}"


class NotFound(RecommenderError):
    """There is no such thing, or none that this reader may see."""

    title = "Not found"


class NotAllowed(RecommenderError):
    """The actor may not do this."""

    title = "Not allowed"


class Conflict(RecommenderError):
    """The thing has moved on, or its state forbids this."""

    title = "Conflict"


class Invalid(RecommenderError):
    """The input is wrong; `field` and `remedy` say where and what to do."""

    title = "Invalid input"


class Unavailable(RecommenderError):
    """Something the product needs is not there right now."""

    title = "Not available"
