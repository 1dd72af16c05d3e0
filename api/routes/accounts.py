"""Who may sign in: the administrators' routes."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Body, Query

from api.deps import IfMatch, OpenedHouse, SignedIn, require_version
from api.laid_down import laid_down
from api.schemas.accounts import AccountChangeIn, AccountIn, AccountOut, PeopleOut, PeopleQuery
from recommender.access import Act
from recommender.accounts.directory import (
    accounts,
    add_account,
    change_account,
    deactivate,
    find_account,
)
from recommender.accounts.people import import_people, read_people
from recommender.changes.leaving import hand_over_leavers

router = APIRouter(tags=["accounts"])


@router.get("/accounts")
def list_accounts(house: OpenedHouse, actor: SignedIn) -> list[AccountOut]:
    """All accounts by name."""
    with house.reading(actor) as tx:
        return [AccountOut.model_validate(account) for account in accounts(tx)]


@router.post("/accounts", status_code=HTTPStatus.CREATED)
def create_account(house: OpenedHouse, actor: SignedIn, body: AccountIn) -> AccountOut:
    """Add an account; without a password it can be acted for, but nobody signs in as it."""
    with house.transaction(actor) as tx:
        return AccountOut.model_validate(add_account(tx, **body.model_dump()))


@router.post("/accounts/import")
def import_accounts(
    house: OpenedHouse,
    actor: SignedIn,
    query: Annotated[PeopleQuery, Query()],
    body: Annotated[bytes, Body(media_type="application/octet-stream")],
) -> PeopleOut:
    """Bring accounts in line with a list; a refused row stops no other, what none names stays."""
    actor.require(Act.ADMINISTER_ACCOUNTS)
    with laid_down(query.file_name, body) as path:
        rows = read_people(path)
    with house.transaction(actor) as tx:
        trial = tx.session.begin_nested()
        report = import_people(tx, rows)
        hand_over_leavers(tx)
        tx.session.flush()
        if query.dry_run:
            trial.rollback()
        return PeopleOut.model_validate(report)


@router.patch("/accounts/{name}")
def patch_account(
    house: OpenedHouse, actor: SignedIn, name: str, body: AccountChangeIn, if_match: IfMatch = None
) -> AccountOut:
    """Give an account other roles, another team or lead; it holds from its next request on."""
    with house.transaction(actor) as tx:
        actor.require(Act.ADMINISTER_ACCOUNTS)
        account = find_account(tx, name)
        require_version(if_match, account.version)
        change_account(tx, account, **body.model_dump(exclude_unset=True))
        hand_over_leavers(tx)
        return AccountOut.model_validate(account)


@router.post("/accounts/{name}/deactivate")
def deactivate_account(house: OpenedHouse, actor: SignedIn, name: str) -> AccountOut:
    """End an account: its sign-ins and keys stop working, what it left open is handed over."""
    with house.transaction(actor) as tx:
        deactivate(tx, name)
        hand_over_leavers(tx)
        return AccountOut.model_validate(find_account(tx, name))
