"""Who could have signed old cases is known after the schema's change, and after going back."""

from alembic import command
from alembic.config import Config
from sqlalchemy import MetaData, Table, insert, select

from recommender.accounts.directory import operator
from recommender.cases.rosters import could_answer
from recommender.models.eligibility import CaseRoster, Roster
from recommender.storage import engine
from recommender.storage.house import House
from tests.conftest import NewCase

BEFORE = "0007"
PEERS = {
    "early": {"tom", "lena", "olaf"},
    "same day": {"maya", "lena", "olaf"},
    "later": {"tom", "lena", "pia"},
    "alone": {"tom"},
    "again": {"tom"},
}
"""By a case's own id, who could sign it."""
AGES = {"early": 40.0, "same day": 40.1, "later": 2.0, "alone": 1.0, "again": 5.0, "imported": 40.0}


def go(house: House, revision: str) -> None:
    """Bring the schema down to a revision."""
    config = Config()
    config.set_main_option("script_location", str(engine._MIGRATIONS))
    with house.database.changing_schema() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, revision)


def eligible_peers(house: House) -> Table:
    return Table("eligible_peers", MetaData(), autoload_with=house.database.engine)


def test_who_could_sign_is_carried_over_and_back(stored: House, new_case: NewCase) -> None:
    with stored.database.transaction() as session:
        ids = {name: new_case(session, source_id=name, age=age).id for name, age in AGES.items()}
    rows = [
        {"case_id": ids[name], "account_name": peer}
        for name, peers in PEERS.items()
        for peer in sorted(peers)
    ]
    go(stored, BEFORE)
    with stored.database.transaction() as session:
        session.execute(insert(eligible_peers(stored)), rows)
    stored.database.migrate()
    with stored.reading(operator(stored)) as tx:
        assert could_answer(tx, list(ids.values())) == {ids[name]: PEERS[name] for name in PEERS}
        rosters = {tuple(one.names) for one in tx.session.scalars(select(Roster))}
        assert rosters == {
            ("lena", "maya", "olaf", "tom"),
            ("lena", "pia", "tom"),
            ("tom",),
        }, "cases of one day share theirs"
        assert tx.session.get_one(CaseRoster, ids["early"]).without == ["maya"]
    go(stored, BEFORE)
    peers = eligible_peers(stored)
    ordered = select(peers).order_by(peers.c.case_id, peers.c.account_name)
    with stored.database.reading() as session:
        found = [dict(row) for row in session.execute(ordered).mappings()]
    assert found == sorted(rows, key=lambda row: (row["case_id"], row["account_name"]))
    stored.database.migrate()
