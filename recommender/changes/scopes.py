"""Where a change may hold: in places that the house knows; a misspelt one would hold nowhere."""

import difflib
from collections.abc import Mapping
from dataclasses import asdict
from typing import Final

from sqlalchemy import distinct, func, select
from sqlalchemy.orm import InstrumentedAttribute

from recommender.changes.editing import BadScope
from recommender.models.accounts import Account
from recommender.models.cases import Case
from recommender.policies.conditions import Scope
from recommender.storage.house import Transaction

_PLACES: Final[Mapping[str, InstrumentedAttribute[str | None]]] = {
    "brand": Case.brand,
    "market": Case.market,
    "channel": Case.channel,
    "product": Case.product,
    "team": Case.agent_team,
}
_NEAR: Final = 3
"""So many near names are given."""


def require_known_scope(tx: Transaction, scope: Scope) -> None:
    """Refuse with BadScope a place that no case and no account names, and say which come near.

    Where nothing of the sort is known yet, as in a new house, any name will do.
    """
    for name, value in asdict(scope).items():
        if name in _PLACES and value is not None:
            _require_known(tx, name, value)


def _require_known(tx: Transaction, name: str, value: str) -> None:
    known = _known(tx, name)
    if not known or value.strip().casefold() in {one.strip().casefold() for one in known}:
        return
    told = {one.casefold(): one for one, is_told in known.items() if is_told}
    near = difflib.get_close_matches(value.casefold(), told, n=_NEAR, cutoff=0.5)
    raise BadScope(
        f"No {name} of that name is known.",
        field=f"scope.{name}",
        remedy=f"Did you mean {' or '.join(told[one] for one in near)}?"
        if near
        else f"Write the {name} as cases name it, or leave it out.",
    )


def _known(tx: Transaction, name: str) -> dict[str, bool]:
    """Give the names that are known, and of each whether enough people are behind it to tell it.

    What no case says of people hides nothing. A team of accounts may be told: everybody knows who
    works where.
    """
    column = _PLACES[name]
    agents, customers = (func.count(distinct(one)) for one in (Case.agent_id, Case.customer_id))
    rows = tx.session.execute(
        select(column, agents, customers).where(column.is_not(None)).group_by(column)
    ).all()
    by_agents, by_customers = (any(row[place] for row in rows) for place in (1, 2))
    least_agents = tx.settings.people_floor_agents if by_agents else 0
    least_customers = tx.settings.people_floor_customers if by_customers else 0
    known = {
        str(value): filers >= least_agents and served >= least_customers
        for value, filers, served in rows
    }
    if name == "team":
        teams = tx.session.scalars(select(Account.team).where(Account.team.is_not(None)))
        known |= {str(team): True for team in teams}
    return known
