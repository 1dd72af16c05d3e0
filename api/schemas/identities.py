"""Break-glass: requests to see who filed or answered a case.

These name who asked and who agreed, for those who watch over it, and the one person that a granted
request is about, for who asked.
"""

from datetime import datetime

from api.schemas.base import In, Out, Sentence, ShortText, example
from recommender.vocabulary import Participant, RequestState, Role


class IdentityIn(In):
    """Whose name behind which case, and why; the person will read the reason."""

    model_config = example(
        case_id="0a1b2c3d4e5f", who="filer", reason="A refund went to an account of the shop's own."
    )

    case_id: ShortText
    who: Participant
    reason: Sentence


class IdentityRequestOut(Out):
    """A request to see a name: open before `until`, read since `opened_at`."""

    id: str
    state: RequestState
    case_id: str
    who: Participant
    reason: str
    asked_by: str
    asker: str
    """Who asked, as people know them."""
    asked_at: datetime
    granted_by: str | None
    granter: str | None
    granted_at: datetime | None
    until: datetime | None
    opened_at: datetime | None
    mine: bool
    """The reader asked."""


class IdentityRequestsPage(Out):
    """Requests, newest first: all for those who watch, their own for those who ask."""

    requests: list[IdentityRequestOut]


class LookedOut(Out):
    """That somebody read the reader's own name: behind which case, in which role, when and why."""

    case_id: str
    who: Participant
    role: Role | None
    """Null: whoever asked no longer has a role that may ask."""
    reason: str
    at: datetime


class LookedAtPage(Out):
    """Who has read the reader's own name, the newest first."""

    looked: list[LookedOut]


class IdentityOut(Out):
    """The account behind a case."""

    name: str
    shown_as: str
