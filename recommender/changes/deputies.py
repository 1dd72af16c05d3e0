"""Deputies: who decides in a policy owner's place while they are away."""

from datetime import date

from recommender.access import Act
from recommender.accounts.directory import find_account
from recommender.errors import Invalid
from recommender.models.accounts import Account
from recommender.notices import tell
from recommender.storage.house import Transaction
from recommender.vocabulary import NoticeTopic, Role


class BadDeputy(Invalid):
    """A deputy is another active policy owner."""


class DaysReversed(Invalid):
    """The last day away comes before the first."""


def deputy(tx: Transaction) -> Account:
    """Give the actor's own account, with who stands in for them and when."""
    tx.actor.require(Act.CHOOSE_DEPUTY)
    return find_account(tx, tx.actor.name)


def choose_deputy(
    tx: Transaction,
    name: str | None,
    *,
    away_from: date | None = None,
    away_until: date | None = None,
) -> Account:
    """Name who decides in the actor's place, and the days of it; None: nobody does.

    Without a first day it begins today, without a last one it lasts. The deputy is told. Raises
    BadDeputy or DaysReversed.
    """
    tx.actor.require(Act.CHOOSE_DEPUTY)
    own = find_account(tx, tx.actor.name)
    if name is None:
        own.deputy = own.away_from = own.away_until = None
        tx.record("choose_deputy", "account", own.name, deputy=None)
        return own
    first = away_from or tx.at.date()
    if away_until is not None and away_until < first:
        raise DaysReversed(
            f"{away_until} comes before {first}.", field="away_until", remedy="Name a later day."
        )
    _require_able(tx, name)
    own.deputy, own.away_from, own.away_until = name, first, away_until
    tx.record("choose_deputy", "account", own.name, deputy=name)
    until = "until somebody says otherwise" if away_until is None else f"until {away_until}"
    tell(
        tx,
        [name],
        topic=NoticeTopic.HANDED_OVER,
        title="You decide in a colleague's place",
        body=f"What waits for their desk waits for you too, from {first} {until}.",
    )
    return own


def _require_able(tx: Transaction, name: str) -> None:
    account = tx.session.get(Account, name)
    able = account is not None and account.active and Role.POLICY_OWNER in account.roles
    if not able or name == tx.actor.name:
        raise BadDeputy(
            "Only another policy owner can stand in for you.",
            field="deputy",
            remedy="Name a colleague who decides about policies.",
        )
