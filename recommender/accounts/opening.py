"""The first start: tables, key file, local operator."""

from dataclasses import dataclass

from recommender.access import LOCAL_OPERATOR, Actor
from recommender.models.accounts import Account
from recommender.storage.engine import SchemaMissing
from recommender.storage.events import log_length
from recommender.storage.house import House
from recommender.storage.keys import KeysMissing, make_keys
from recommender.vocabulary import Role


@dataclass(frozen=True)
class Initialised:
    """What `init` had to do; all False when everything was there."""

    migrated: bool
    keys_made: bool
    operator_made: bool


def initialise(house: House) -> Initialised:
    """Make what is missing: tables of this version, random secrets, the local operator.

    Harmless when repeated. Raises KeysMissing where a log exists but its key file does not: new
    keys would make a sound log look broken.
    """
    migrated = not _has_schema(house)
    house.database.migrate()
    keys_made = not house.settings.secrets_path.exists()
    if keys_made:
        _require_empty_log(house)
        make_keys(house.settings.secrets_path)
    return Initialised(migrated, keys_made, _make_operator(house))


def _has_schema(house: House) -> bool:
    try:
        house.database.require_schema()
    except SchemaMissing:
        return False
    return True


def _require_empty_log(house: House) -> None:
    with house.database.reading() as session:
        if log_length(session) > 0:
            raise KeysMissing(
                f"This database has an event log, but its key file "
                f"{house.settings.secrets_path.name} is gone.",
                remedy="Restore it from your backup, or point RECOMMENDER_KEY_FILE to it.",
            )


def _make_operator(house: House) -> bool:
    actor = Actor(LOCAL_OPERATOR, frozenset({Role.ADMIN}))
    with house.transaction(actor) as tx:
        if tx.session.get(Account, LOCAL_OPERATOR) is not None:
            return False
        tx.session.add(
            Account(
                name=LOCAL_OPERATOR,
                display_name="Local operator",
                roles=[Role.ADMIN.value],
                created_at=tx.at,
            )
        )
        tx.record("add", "account", LOCAL_OPERATOR, roles=[Role.ADMIN.value])
    return True
