"""What is kept of kinds is what a new measurement would give, whatever was done in between."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from recommender.accounts.directory import actor_named, add_account, operator
from recommender.cases.cosigning import cosign
from recommender.cases.erasing import erase_customer
from recommender.cases.filing import Wish, file, revoke
from recommender.cases.importing.taking import import_cases
from recommender.cases.outcomes import record_outcome
from recommender.changes import candidates, decisions
from recommender.errors import RecommenderError
from recommender.kinds import catalogue, corrections, standing
from recommender.kinds.floors import release
from recommender.kinds.runs import discover
from recommender.kinds.standing import Standing, standings
from recommender.models.cases import Case
from recommender.models.kinds import Kind, Membership
from recommender.policies.library import clause_by_key, revise
from recommender.storage.house import House, Transaction
from recommender.vocabulary import CaseState, OutcomeSource, Role

Act = Callable[[House, random.Random], object]
OTHER_BOOTS = (
    "Boots come back within [20 days]{.parameter fact=days_since_delivery max=20 unit=day} "
    "of delivery."
)


def seen(house: House) -> dict[str, tuple[object, ...]]:
    """Read every living kind's standing."""
    with house.reading(operator(house)) as tx:
        return {one.kind.id: told(one) for one in standings(tx, living(tx))}


def fresh(house: House) -> dict[str, tuple[object, ...]]:
    """Read the same through a house that has kept nothing."""
    return seen(House(house.settings))


def told(one: Standing) -> tuple[object, ...]:
    return one.evidence, one.state, one.grade, one.cases, one.window


def living(tx: Transaction) -> list[Kind]:
    return list(
        tx.session.scalars(select(Kind).where(Kind.retired_at.is_(None)).order_by(Kind.name))
    )


def a_kind(tx: Transaction, chance: random.Random) -> str:
    return chance.choice(living(tx)).id


def a_case(tx: Transaction, chance: random.Random) -> str:
    query = (
        select(Case.id)
        .join(Membership, Membership.case_id == Case.id)
        .where(Case.state == CaseState.APPROVED, Case.erased_at.is_(None))
        .order_by(Case.source_id)
    )
    return chance.choice(tx.session.scalars(query).all())


def within(act: Callable[[Transaction, random.Random], object]) -> Act:
    """Do something in one writing transaction of the local operator."""

    def done(house: House, chance: random.Random) -> None:
        with house.transaction(operator(house)) as tx:
            act(tx, chance)

    return done


def in_one_kind_more(tx: Transaction, chance: random.Random) -> None:
    corrections.move(tx, a_case(tx, chance), chance.choice([None, a_kind(tx, chance)]))


def approve_one(house: House, chance: random.Random) -> None:
    filer, signer = (actor_named(house, name) for name in ("maya", "tom"))
    with house.transaction(filer) as tx:
        case = file(
            tx,
            Wish(
                situation=f"Boots came {chance.randint(17, 99)} days late and did not fit",
                resolution="Return taken back and the money refunded to the card",
                reason="The parcel was late",
                facts={"days_since_delivery": 20},
            ),
        )
        case_id, content = case.id, case.content_hash
    with house.transaction(signer) as tx:
        cosign(tx, case_id, content)


def import_more(house: House, chance: random.Random) -> None:
    number = chance.randint(0, 10**9)
    path = house.settings.secrets_path.with_name(f"{number}.csv")
    path.write_text(
        "id,occurred_at,status,situation,resolution,agent,cosigner,customer\n"
        f"{number},2026-05-01,approved,A zip jammed in month 15,Zip mended,maya,tom,c{number}\n",
        encoding="utf-8",
    )
    import_cases(house, operator(house), path)


def erase_one(house: House, chance: random.Random) -> None:
    with house.reading(operator(house)) as tx:
        customer = tx.session.get_one(Case, a_case(tx, chance)).customer_id
    erase_customer(house, operator(house), customer or "")


def report(tx: Transaction, chance: random.Random) -> None:
    record_outcome(tx, a_case(tx, chance), source=OutcomeSource.CUSTOMER, csat=chance.randint(1, 5))


def reword(tx: Transaction, chance: random.Random) -> None:
    day = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=chance.randint(0, 120))
    revise(tx, clause_by_key(tx, "RET-2.1"), markup=OTHER_BOOTS, effective_from=day)


def reject(house: House, chance: random.Random) -> None:
    with house.transaction(operator(house)) as tx:
        found = candidates.promote(tx, a_kind(tx, chance)).id
    with house.transaction(actor_named(house, "ruth")) as tx:
        candidates.claim(tx, found)
        decisions.reject(tx, found, reason="Not this year.")


ACTS: dict[str, Act] = {
    "a dismissal": within(lambda tx, chance: catalogue.dismiss(tx, a_kind(tx, chance), "Known.")),
    "a restoring": within(lambda tx, chance: catalogue.restore(tx, a_kind(tx, chance))),
    "a rejection": reject,
    "a promotion": within(lambda tx, chance: candidates.promote(tx, a_kind(tx, chance))),
    "an outcome": within(report),
    "a revocation": within(lambda tx, chance: revoke(tx, a_case(tx, chance), "A mistake.")),
    "an erasure": erase_one,
    "an import": import_more,
    "a move": within(in_one_kind_more),
    "a confirmation": within(lambda tx, chance: corrections.confirm(tx, a_kind(tx, chance))),
    "a new name": within(
        lambda tx, chance: catalogue.rename(tx, a_kind(tx, chance), f"Name {chance.random()}")
    ),
    "a new wording": within(reword),
    "a run": lambda house, chance: discover(house, operator(house), seed=chance.randint(0, 9)),
    "a release": within(lambda tx, _: release(tx)),
    "an approval": approve_one,
}


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_kept_is_as_fresh_after_whatever_was_done(shop: House, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - a repeatable choice
    done = set()
    seen(shop)
    several_times = [name for name in ACTS for _ in range(5)]
    for name in [*several_times, *chance.choices(list(ACTS), k=len(ACTS))]:
        if name in done and chance.random() < 0.7:
            continue
        try:
            ACTS[name](shop, chance)
        except RecommenderError:
            continue
        done.add(name)
        assert seen(shop) == fresh(shop), name
    assert done >= set(ACTS) - {"a promotion"}, "a rejection holds one"


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The kinds measured from now on, by their names."""
    names: list[str] = []
    measure = standing._measured

    def counting(session: object, kind: Kind, *rest: object) -> object:
        names.append(kind.id)
        return measure(session, kind, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(standing, "_measured", counting)
    return names


def test_nothing_is_measured_twice(shop: House, measured: list[str]) -> None:
    both = seen(shop)
    assert len(measured) == len(both) == 2
    assert seen(shop) == both
    assert len(measured) == 2


def test_one_case_concerns_its_own_kind(shop: House, measured: list[str]) -> None:
    seen(shop)
    with shop.transaction(operator(shop)) as tx:
        newest = select(Membership).join(Case).order_by(Case.occurred_at.desc(), Case.source_id)
        member = tx.session.scalars(newest.offset(3).limit(1)).one()
        revoke(tx, member.case_id, "A mistake.")
        concerned = member.kind_id
    measured.clear()
    seen(shop)
    assert measured == [concerned]


def test_signing_in_and_filing_concern_none(shop: House, measured: list[str]) -> None:
    seen(shop)
    measured.clear()
    with shop.transaction(operator(shop)) as tx:
        add_account(tx, name="new", display_name="New", roles=[Role.AGENT], team="east")
    assert len(seen(shop)) == 2
    assert measured == []


def test_a_writing_transaction_keeps_nothing(shop: House, measured: list[str]) -> None:
    """What it sees may never come to be."""
    before = seen(shop)
    measured.clear()

    with shop.transaction(operator(shop)) as tx:
        kind = living(tx)[0]
        case = tx.session.get_one(Case, min(before[kind.id][3]))  # type: ignore[call-overload]
        case.state = CaseState.REVOKED
        tx.session.flush()
        assert told(standings(tx, [kind])[0]) != before[kind.id]
        tx.session.rollback()
    assert seen(shop) == before
    assert len(measured) == 1
