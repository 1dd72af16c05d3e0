"""What somebody typed and has not filed yet, kept so that nothing typed is lost."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete

from recommender.access import Act
from recommender.cases.wishes import TooLong
from recommender.models.drafts import FilingDraft
from recommender.storage.house import Transaction

KEPT_DAYS: Final = 7
LONGEST: Final = 20_000
"""Characters of a draft as JSON."""

Draft = Mapping[str, Any]


def my_draft(tx: Transaction) -> tuple[Draft, datetime] | None:
    """Give the actor's unfiled draft and when it was kept; None if there is none any more."""
    tx.actor.require(Act.FILE)
    kept = tx.session.get(FilingDraft, tx.actor.name)
    if kept is None or kept.saved_at <= tx.at - timedelta(days=KEPT_DAYS):
        return None
    return json.loads(kept.content), kept.saved_at


def keep_draft(tx: Transaction, draft: Draft) -> None:
    """Keep the actor's draft as typed, in place of an earlier one; nobody else reads it."""
    tx.actor.require(Act.FILE)
    content = json.dumps(draft, ensure_ascii=False)
    if len(content) > LONGEST:
        raise TooLong(
            f"The draft has {len(content)} characters.", field="draft", remedy="Shorten its texts."
        )
    tx.session.merge(FilingDraft(account_name=tx.actor.name, content=content, saved_at=tx.at))


def drop_draft(tx: Transaction) -> None:
    """Let go of the actor's draft."""
    tx.actor.require(Act.FILE)
    tx.session.execute(delete(FilingDraft).where(FilingDraft.account_name == tx.actor.name))


def drop_old_drafts(tx: Transaction) -> None:
    """Let go of drafts that nobody came back to."""
    tx.actor.require(Act.EXPIRE)
    old = tx.at - timedelta(days=KEPT_DAYS)
    tx.session.execute(delete(FilingDraft).where(FilingDraft.saved_at <= old))
