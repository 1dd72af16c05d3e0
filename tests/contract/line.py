"""A line of leads around maya, who files, and people outside it, who may answer."""

from recommender.access import Actor
from recommender.accounts.directory import actor_named, add_account, operator
from recommender.models.accounts import Account
from recommender.storage.house import House
from recommender.vocabulary import Role

ABOVE = ("boss", "chief")
"""Her lead, and her lead's lead."""
BELOW = ("rae", "finn")
"""Whom she leads, and whom that one leads."""
BESIDE = ("lena", "olaf")
"""Another one of her lead's, and somebody of no line; tom is outside too."""
_LEADS = {"maya": "boss", "boss": "chief", "rae": "maya", "finn": "rae", "lena": "boss"}


def draw_line(house: House) -> dict[str, Actor]:
    """Add the people around maya and give all of them, with ines, a manager who leads tom."""
    with house.transaction(operator(house)) as tx:
        for name in (*ABOVE, *BELOW, *BESIDE):
            add_account(tx, name=name, display_name=name.title(), roles=[Role.AGENT])
        for name, lead in {**_LEADS, "tom": "ines"}.items():
            tx.session.get_one(Account, name).lead = lead
    return {
        name: actor_named(house, name)
        for name in ("maya", "tom", "ines", "ruth", *ABOVE, *BELOW, *BESIDE)
    }
