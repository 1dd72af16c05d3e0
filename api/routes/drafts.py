"""One's own unfiled draft."""

from http import HTTPStatus

from fastapi import APIRouter

from api.deps import OpenedHouse, SignedIn
from api.schemas.filing_drafts import FilingDraftIn, FilingDraftOut
from recommender.cases.drafts import drop_draft, keep_draft, my_draft

router = APIRouter(tags=["cases"])


@router.get("/draft")
def read_draft(house: OpenedHouse, actor: SignedIn) -> FilingDraftOut | None:
    """One's own unfiled draft, on whatever device it was typed; null if there is none."""
    with house.reading(actor) as tx:
        kept = my_draft(tx)
        if kept is None:
            return None
        return FilingDraftOut(draft=FilingDraftIn.model_validate(kept[0]), saved_at=kept[1])


@router.put("/draft", status_code=HTTPStatus.NO_CONTENT)
def save_draft(house: OpenedHouse, actor: SignedIn, body: FilingDraftIn) -> None:
    """Keep one's own draft as typed for a week; nobody else reads it."""
    with house.transaction(actor) as tx:
        keep_draft(tx, body.model_dump(mode="json", exclude_defaults=True))


@router.delete("/draft", status_code=HTTPStatus.NO_CONTENT)
def delete_draft(house: OpenedHouse, actor: SignedIn) -> None:
    """Let go of one's own draft."""
    with house.transaction(actor) as tx:
        drop_draft(tx)
