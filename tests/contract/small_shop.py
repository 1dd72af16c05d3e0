"""A small shop that surfaces kinds with the hashing encoder: shoes too late, zips past a year.

Texts are made up of a few turns of phrase, so that cases are alike and never the same.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from recommender.accounts.directory import add_account, operator
from recommender.models.cases import Case, RawText
from recommender.models.outcomes import Outcome
from recommender.models.policies import Clause
from recommender.policies.importing import import_policy
from recommender.policies.syntax.read import parse_policy
from recommender.storage.house import House
from recommender.vocabulary import CaseState, OutcomeSource, Role
from tests.conftest import HANDBOOK, PEOPLE

LAST_DAY = datetime(2026, 6, 1, 12, tzinfo=UTC)
AGENTS = ("maya", "tom", "lena", "omar", "pia")
_FACES = ("from Leeds", "with twins", "on crutches", "who sews", "with a van", "from the choir")
_THINGS = ("boots", "sandals", "trainers", "slippers", "clogs", "brogues", "loafers")


@dataclass(frozen=True)
class Tale:
    """One kind of the shop: its clause, its words, the fact that breaks the limit."""

    clause: str
    situation: str
    resolution: str
    reason: str
    fact: str
    least: int
    action: str


LATE = Tale(
    clause="RET-2.1",
    situation="A customer {face} returned unworn {thing} {number} days after delivery, window over",
    resolution="Return taken back and the money refunded to the card",
    reason="The parcel was late, so the return window was over before it began",
    fact="days_since_delivery",
    least=16,
    action="refund",
)
ZIP = Tale(
    clause="RET-3.1",
    situation="The zip of the {thing} jammed in month {number}; a walker {face} wanted it mended",
    resolution="Zip mended at the workbench without charge",
    reason="A zip ought to hold longer than a year, mending costs minutes",
    fact="months_owned",
    least=13,
    action="repair",
)


def people(house: House, wanted: Mapping[str, tuple[list[Role], str | None]]) -> None:
    """Add accounts by name with their roles and team, nobody with a password."""
    with house.transaction(operator(house)) as tx:
        for name, (roles, team) in wanted.items():
            add_account(tx, name=name, display_name=name.title(), roles=roles, team=team)


def fill(house: House, handbook: str = HANDBOOK) -> None:
    """Add agents, the handbook, 32 approved and 3 declined cases, all before LAST_DAY."""
    more = {name: ([Role.AGENT], "east") for name in AGENTS if name not in PEOPLE}
    people(house, more)
    with house.transaction(operator(house)) as tx:
        import_policy(tx, parse_policy(handbook, "handbook"))
        for tale, count in ((LATE, 18), (ZIP, 14)):
            tx.session.add_all(_cases(tx.session, tale, count))
        tx.session.add_all(_cases(tx.session, LATE, 3, CaseState.DECLINED))


def _cases(
    session: Session, tale: Tale, count: int, state: CaseState = CaseState.APPROVED
) -> Iterator[Case]:
    clause = session.scalars(select(Clause).where(Clause.key == tale.clause)).one()
    declined = state is CaseState.DECLINED
    for number in range(count):
        value = tale.least + number % 9 + 40 * declined
        words = {
            "face": _FACES[number % len(_FACES)],
            "thing": _THINGS[(number * 3 + number // 7) % len(_THINGS)],
            "number": value,
        }
        moment = LAST_DAY - timedelta(days=2 + number * 5)
        case = Case(
            source_system="ledger",
            source_id=f"{tale.fact}-{state}-{number:02}",
            state=state,
            occurred_at=moment,
            filed_at=moment,
            decided_at=moment,
            agent_id=AGENTS[number % 5],
            agent_team=("north", "south", "east")[number % 3],
            cosigner_id=AGENTS[(number + 1) % 5],
            customer_id=f"customer-{tale.fact}-{number}",
            situation=tale.situation.format(**words),
            resolution=tale.resolution,
            reason=tale.reason,
            decline_reason="That long is no longer new." if declined else None,
            clause=clause,
            section_key=clause.section_key,
            policy_ref=tale.clause,
            granted_action=tale.action,
            amount=20.0 + number,
            currency="EUR",
            facts={tale.fact: value},
            outcomes=[Outcome(source=OutcomeSource.IMPORT, csat=5, recorded_at=moment)],
        )
        case.raw = RawText(situation=case.situation, resolution=case.resolution, reason=case.reason)
        case.seal()
        yield case
