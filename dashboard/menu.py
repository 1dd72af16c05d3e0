"""Which pages a person is offered, and which comes first."""

from collections.abc import Collection
from typing import Final

from recommender.vocabulary import Role

_WATCHERS: Final = frozenset({Role.AUDITOR, Role.EMPLOYEE_REPRESENTATIVE})
_REVIEWERS: Final = _WATCHERS | {Role.ADMIN, Role.MANAGER, Role.POLICY_OWNER}
_OWNERS: Final = frozenset({Role.POLICY_OWNER})
_JUDGES: Final = frozenset({Role.ADMIN, Role.MANAGER})
_REVIEW: Final = (
    ("inbox", _REVIEWERS),
    ("map", _REVIEWERS),
    ("candidates", _REVIEWERS),
    ("routed", _OWNERS),
    ("effects", _REVIEWERS),
    ("library", _REVIEWERS),
    ("limits", _OWNERS),
    ("look-back", frozenset({Role.MANAGER, Role.POLICY_OWNER})),
    ("handed-over", frozenset({Role.MANAGER})),
    ("identities", _WATCHERS | {Role.MANAGER}),
    ("reports", _REVIEWERS - {Role.ADMIN}),
    ("protection", _WATCHERS),
)
_ADMIN: Final = ("people", "import", "look-back", "runs", "texts")
_OFFICE: Final = (*_ADMIN, "limits", "handed-over", "identities", "reports", "protection")


def sections(roles: Collection[Role]) -> dict[str, list[str]]:
    """The menu for these roles: each section's page addresses, in order.

    Leaving a page out protects nothing, that is the API's work; it keeps the menu short.
    """
    works = Role.AGENT in roles
    review = [page for page, readers in _REVIEW if not readers.isdisjoint(roles)]
    if not _OWNERS.isdisjoint(roles) and _JUDGES.isdisjoint(roles):
        review[:3] = ["candidates", "inbox", "map"]
    office = [page for page in _OFFICE if page not in review] if Role.ADMIN in roles else []
    shared = ["notices"] if review else ["library", "notices"]
    if review and not works:
        review += shared
    menu = {
        "Review": review,
        "Front line": ["file", "cosign", "mine", "reviews", *shared] if works else [],
        "Admin": office,
    }
    return {name: pages for name, pages in menu.items() if pages}


def first_page(roles: Collection[Role]) -> str:
    """The address that a person of these roles starts from."""
    return next(iter(sections(roles).values()))[0]
