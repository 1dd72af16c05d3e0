"""Whether the parts are ready."""

from typing import Literal

from api.schemas.base import Out


class HealthOut(Out):
    """Whether the parts are ready."""

    status: Literal["ok", "starting"]
    database: bool
    encoder: bool
