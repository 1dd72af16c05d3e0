"""The people of a filled house: a thousand agents in teams with leads, managers, policy owners."""

import hashlib
import json
from datetime import datetime
from typing import Any, Final

from faker import Faker

from recommender.accounts.passwords import hash_password
from recommender.vocabulary import Role

PASSWORD: Final = "four words to sign in"
AGENTS: Final = 1000
TEAM: Final = 20
MANAGERS: Final = 10
OWNERS: Final = ("returns-desk", "delivery-desk", "other-desk")


def agent(number: int) -> str:
    """Name an agent; the first of each team leads it."""
    return f"agent-{number:04}"


def number_of(name: str) -> int:
    """Give the number of an agent."""
    return int(name.removeprefix("agent-"))


def team(number: int) -> str:
    """Name an agent's team."""
    return f"team-{number // TEAM:02}"


def lead_of(number: int) -> str:
    """Name whom an agent is led by: the first of the team, and that one a manager."""
    if number % TEAM == 0:
        return f"manager-{number // TEAM % MANAGERS}"
    return agent(number - number % TEAM)


def accounts(moment: datetime, seed: int) -> list[dict[str, Any]]:
    """Give the rows of all accounts; names are invented."""
    invented = Faker("en_GB")
    invented.seed_instance(seed)
    common = {"created_at": moment, "password_hash": hash_password(PASSWORD)}
    people: list[tuple[str, Role, str | None, str | None]] = [
        (agent(number), Role.AGENT, team(number), lead_of(number)) for number in range(AGENTS)
    ]
    people += [(f"manager-{number}", Role.MANAGER, None, None) for number in range(MANAGERS)]
    people += [(f"{desk}-1", Role.POLICY_OWNER, desk, None) for desk in OWNERS]
    return [
        {
            "name": name,
            "display_name": invented.name(),
            "roles": [role],
            "team": of_team,
            "lead": lead,
            **common,
        }
        for name, role, of_team, lead in people
    ]


SIGNERS: Final = [agent(number) for number in range(AGENTS)]
ROSTER: Final = hashlib.sha256(json.dumps(SIGNERS).encode()).hexdigest()
"""Everybody who may sign, kept once as the product keeps it."""
