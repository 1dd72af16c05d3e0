"""Which pages a person is offered, and which comes first."""

from collections.abc import Collection
from typing import Final

from recommender.vocabulary import Role

_REVIEWERS: Final = frozenset(
    {Role.ADMIN, Role.AUDITOR, Role.EMPLOYEE_REPRESENTATIVE, Role.MANAGER, Role.POLICY_OWNER}
)
_JUDGES: Final = frozenset({Role.ADMIN, Role.MANAGER})


def sections(roles: Collection[Role]) -> dict[str, list[str]]:
    """The menu for these roles: each section's page addresses, in order.

    Leaving a page out protects nothing, that is the API's work; it keeps the menu short.
    """
    reviews = not _REVIEWERS.isdisjoint(roles)
    works = Role.AGENT in roles
    shared = ["notices"] if reviews else ["library", "notices"]
    review = ["inbox", "candidate", "library"]
    if Role.POLICY_OWNER in roles and _JUDGES.isdisjoint(roles):
        review = ["candidate", "inbox", "library"]
    menu = {
        "Review": [*review, *([] if works else shared)] if reviews else [],
        "Front line": ["file", "cosign", "mine", "reviews", *shared] if works else [],
        "Admin": ["admin"] if Role.ADMIN in roles else [],
    }
    return {name: pages for name, pages in menu.items() if pages}


def first_page(roles: Collection[Role]) -> str:
    """The address that a person of these roles starts from."""
    return next(iter(sections(roles).values()))[0]
