"""Who there is: accounts, their roles and passwords; leavers."""

from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import select, update

from recommender.access import LOCAL_OPERATOR, Act, Actor
from recommender.accounts.passwords import hash_password, require_password
from recommender.errors import Conflict, Invalid, NotAllowed, NotFound
from recommender.models.accounts import Account, ApiKey, SignIn
from recommender.models.pseudonyms import PREFIX
from recommender.storage.house import House, Transaction
from recommender.vocabulary import Role

LONGEST_NAME: Final = 120


class UnknownAccount(NotFound):
    """There is no account of that name."""


class InactiveAccount(NotAllowed):
    """The account was deactivated."""


class AccountExists(Conflict):
    """The name is taken."""


class BadAccount(Invalid):
    """The name or a role cannot be used."""


class LastAdmin(Conflict):
    """Nobody but them administers this house, so they stay an active admin."""


class OperatorStays(Conflict):
    """The local operator is what the command line acts as, so it cannot be changed or leave."""


def operator(house: House) -> Actor:
    """Give the local operator, an admin made by `init`."""
    return actor_named(house, LOCAL_OPERATOR)


def actor_named(house: House, name: str) -> Actor:
    """Give an account as somebody who acts; raises UnknownAccount or InactiveAccount."""
    with house.database.reading() as session:
        account = session.get(Account, name)
        if account is None:
            remedy = "Run `recommender init`." if name == LOCAL_OPERATOR else None
            raise UnknownAccount(
                f"There is no account {name}.",
                remedy=remedy or "`recommender accounts list` names them.",
                name=name,
            )
        if not account.active:
            raise InactiveAccount(
                f"The account {name} is deactivated.", remedy="Act as another.", name=name
            )
        return account.actor


def add_account(
    tx: Transaction,
    *,
    name: str,
    display_name: str,
    roles: Iterable[str],
    team: str | None = None,
    lead: str | None = None,
    password: str | None = None,
) -> Account:
    """Add somebody; without a password they cannot sign in, and others can act as them locally."""
    tx.actor.require(Act.ADMINISTER_ACCOUNTS)
    require_name(name)
    if tx.session.get(Account, name) is not None:
        raise AccountExists(
            f"There is an account {name} already.", field="name", remedy="Choose another name."
        )
    if password is not None:
        require_password(password, demo=tx.settings.demo)
    account = Account(
        name=name,
        display_name=display_name.strip() or name,
        roles=known_roles(roles),
        team=team,
        lead=lead,
        password_hash=None if password is None else hash_password(password),
        created_at=tx.at,
    )
    tx.session.add(account)
    tx.record("add", "account", name, roles=account.roles)
    return account


def set_password(tx: Transaction, name: str, password: str) -> None:
    """Give an account a new password; every sign-in it has ends."""
    tx.actor.require(Act.ADMINISTER_ACCOUNTS)
    account = find_account(tx, name)
    require_password(password, demo=tx.settings.demo)
    account.password_hash = hash_password(password)
    end_sign_ins(tx, name)
    tx.record("set_password", "account", name)


def change_account(tx: Transaction, account: Account, **given: Any) -> None:  # noqa: ANN401 - by column
    """Give somebody other roles, another team or lead; it holds from their next request on.

    `given` are `roles`, `team` and `lead`, as many as change. Raises LastAdmin or BadAccount.
    """
    tx.actor.require(Act.ADMINISTER_ACCOUNTS)
    require_no_operator(account.name)
    if "roles" in given:
        given["roles"] = known_roles(given["roles"])
        if Role.ADMIN not in given["roles"]:
            require_another_admin(tx, account)
    if given.get("lead") is not None:
        _require_lead(tx, account, given["lead"])
    changed = {name for name, value in given.items() if getattr(account, name) != value}
    for name in changed:
        setattr(account, name, given[name])
    if changed:
        tx.record("change", "account", account.name, roles=account.roles, active=account.active)


def deactivate(tx: Transaction, name: str) -> None:
    """Let somebody leave: no sign-in, no key and no act as them works any more."""
    tx.actor.require(Act.ADMINISTER_ACCOUNTS)
    account = find_account(tx, name)
    require_no_operator(name)
    if not account.active:
        return
    require_another_admin(tx, account)
    account.active = False
    end_sign_ins(tx, name)
    tx.session.execute(
        update(ApiKey)
        .where(ApiKey.account_name == name, ApiKey.revoked_at.is_(None))
        .values(revoked_at=tx.at)
    )
    tx.record("deactivate", "account", name)


def accounts(tx: Transaction) -> list[Account]:
    """List all accounts by name, the deactivated ones included."""
    tx.actor.require(Act.ADMINISTER_ACCOUNTS)
    return list(tx.session.scalars(select(Account).order_by(Account.name)))


def find_account(tx: Transaction, name: str) -> Account:
    """Find an account by name; raises UnknownAccount."""
    account = tx.session.get(Account, name)
    if account is None:
        raise UnknownAccount(f"There is no account {name}.", field="name", name=name)
    return account


def end_sign_ins(tx: Transaction, name: str) -> None:
    """Revoke every open sign-in of an account."""
    tx.session.execute(
        update(SignIn)
        .where(SignIn.account_name == name, SignIn.revoked_at.is_(None))
        .values(revoked_at=tx.at)
    )


def require_name(name: str) -> None:
    """Refuse with BadAccount an empty, overlong or invisible name, and one that looks forgotten."""
    visible = name == name.strip() and name.isprintable() and 0 < len(name) <= LONGEST_NAME
    if not visible or name.startswith(PREFIX):
        raise BadAccount(
            f"{name!r} cannot be an account's name.",
            field="name",
            remedy=f"Use 1 to {LONGEST_NAME} visible characters, no blank at either end, and do "
            f"not begin with {PREFIX}",
        )


def require_another_admin(tx: Transaction, account: Account) -> None:
    """Refuse with LastAdmin to let the last active admin beside the local operator go."""
    people = select(Account).where(Account.active, Account.name != LOCAL_OPERATOR)
    admins = [
        one.name
        for one in tx.session.scalars(people.order_by(Account.name).with_for_update())
        if Role.ADMIN in one.roles
    ]
    if admins == [account.name]:
        raise LastAdmin(
            f"{account.name} is the last admin.",
            field="roles",
            remedy="Make somebody else an admin first.",
        )


def _require_lead(tx: Transaction, account: Account, lead: str) -> None:
    if lead == account.name or tx.session.get(Account, lead) is None:
        raise BadAccount(
            f"{lead} cannot lead {account.name}.",
            field="lead",
            remedy="Name another account that is there.",
        )


def require_no_operator(name: str) -> None:
    """Refuse to change the local operator with OperatorStays."""
    if name == LOCAL_OPERATOR:
        raise OperatorStays(
            "The command line acts as the local operator; it stays as it is.",
            field="name",
            remedy="Add accounts for people instead.",
        )


def known_roles(roles: Iterable[str]) -> list[str]:
    """Give the roles in order and once each; raises BadAccount for none or an unknown one."""
    given = sorted(set(roles))
    unknown = [role for role in given if role not in set(Role)]
    if unknown or not given:
        raise BadAccount(
            f"There is no role {unknown[0]}." if unknown else "An account needs a role.",
            field="roles",
            remedy=f"The roles are: {', '.join(Role)}.",
        )
    return given
