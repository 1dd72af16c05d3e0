"""Edits of a change as the API takes them."""

from collections.abc import Sequence

from api.schemas.drafts import ConditionIn, ScopeIn
from recommender.policies.conditions import Condition, Scope


def conditions_given(given: Sequence[ConditionIn] | None) -> tuple[Condition, ...] | None:
    """Give limits as a change keeps them; None where none were said."""
    return None if given is None else tuple(Condition.from_json(one.model_dump()) for one in given)


def scope_given(given: ScopeIn | None) -> Scope | None:
    """Give a scope as a change keeps it; None where none was said."""
    return None if given is None else Scope(**given.model_dump())
