"""What people are told."""

from datetime import datetime

from api.schemas.base import Out
from recommender.vocabulary import NoticeTopic


class NoticeOut(Out):
    """What somebody is told."""

    id: str
    topic: NoticeTopic
    needs_you: bool
    title: str
    body: str
    case_id: str | None
    candidate_id: str | None
    created_at: datetime
    read_at: datetime | None


class NoticesPage(Out):
    """The reader's notices: what needs them first, then the newest."""

    notices: list[NoticeOut]
