"""The reader's own account as they see it."""

from api.schemas.accounts import MeOut
from recommender.access import Actor
from recommender.accounts.charter import charter
from recommender.accounts.directory import find_account
from recommender.accounts.sign_ins import what_decisions_ask
from recommender.notices import unread_count
from recommender.storage.house import House


def me_out(house: House, actor: Actor, token: str) -> MeOut:
    """Show an account to itself."""
    asked = what_decisions_ask(house, token, actor)
    with house.reading(actor) as tx:
        owner = find_account(tx, actor.name)
        return MeOut(
            name=owner.name,
            display_name=owner.display_name,
            roles=sorted(actor.roles),
            team=owner.team,
            unread=unread_count(tx),
            demo=house.settings.demo,
            charter_accepted=charter(tx).accepted_at is not None,
            decisions_ask=asked,
        )
