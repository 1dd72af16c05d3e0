"""What is typed and not filed yet."""

from datetime import datetime
from typing import Any

from api.schemas.base import In, Out, example


class FilingDraftIn(In):
    """The form's fields as they stand."""

    model_config = example(fields={"situation": "Boots back unworn, the parcel lay"})

    fields: dict[str, Any]


class FilingDraftOut(Out):
    """One's own draft, and when it was kept."""

    fields: dict[str, Any]
    saved_at: datetime
