"""The demo's people, and one click to be one of them; offered by `recommender demo` alone.

A click signs in as everybody does: by name and the password that the demo prints, which the API
takes in the demo only. There is no other door.
"""

import html
import os
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

from dashboard.catalogue import mark, t

SIGN_IN_AS_PATH: Final = "/signin/as"
TOUR_PATH: Final = "/tour"
PRINTED_PASSWORD: Final = "demo"  # noqa: S105 - no secret: the demo prints it, the API alone decides
PEOPLE: Final[Mapping[str, tuple[str, str]]] = {
    "maya": ("Maya", mark("agent")),
    "tom": ("Tom", mark("peer")),
    "ines": ("Ines", mark("manager")),
    "ruth": ("Ruth", mark("policy owner")),
    "rosa": ("Rosa", mark("employee representative")),
}
"""Account -> what they are called, and their part in the tour."""


def offered() -> bool:
    """Tell whether this dashboard was started by `recommender demo`."""
    return os.environ.get("RECOMMENDER_DEMO") == "true"


def button(account: str, label: str, then: str, *, ready: bool = False) -> str:
    """A form of one button that signs in as one of the demo's people and leads to a path."""
    address = html.escape(f"{SIGN_IN_AS_PATH}/{account}?next={quote(then, safe='/')}")
    look = "be-somebody ready" if ready else "be-somebody"
    return (
        f'<form class="{look}" method="post" action="{address}">'
        f'<button type="submit">{html.escape(label)}</button></form>'
    )


def welcome(then: str) -> str:
    """What the sign-in page offers in the demo: the tour, and everybody in it."""
    if not offered():
        return ""
    first = next(iter(PEOPLE))
    start = button(first, t("Take the guided tour"), f"{TOUR_PATH}?tour=1", ready=True)
    others = "".join(
        button(account, f"{name}, {t(part)}", then) for account, (name, part) in PEOPLE.items()
    )
    demo, instead = html.escape(t("The demo")), html.escape(t("Or look around as"))
    about = t("One exception's life, as five people, in three minutes. Leave when you like.")
    return (
        f'<section class="demo" aria-label="{demo}">{start}'
        f"<p>{html.escape(about)}</p><p>{instead}</p>"
        f'<div class="people">{others}</div></section>'
    )
