"""Phrases of drafted wordings, by which a program tells again who decides."""

from typing import Final

ALONE: Final = "on their own"
SIGNED: Final = "once a colleague has signed"
PLAINLY: Final = "Within this, agents decide on their own: nobody needs to be asked."
