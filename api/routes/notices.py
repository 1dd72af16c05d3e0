"""What the reader is told."""

from fastapi import APIRouter

from api.deps import OpenedHouse, SignedIn
from api.schemas.notices import NoticeOut, NoticesPage
from recommender.notices import mark_read, my_notices

router = APIRouter(tags=["notices"])


@router.get("/notices")
def list_notices(house: OpenedHouse, actor: SignedIn) -> NoticesPage:
    """The reader's notices: what needs them first, then the newest."""
    with house.reading(actor) as tx:
        return NoticesPage(notices=[NoticeOut.model_validate(note) for note in my_notices(tx)])


@router.post("/notices/{notice_id}/read")
def read_notice(house: OpenedHouse, actor: SignedIn, notice_id: str) -> NoticeOut:
    """Mark one as read."""
    with house.transaction(actor) as tx:
        return NoticeOut.model_validate(mark_read(tx, notice_id))
