"""Precedents, search and the embeddings that they rest on."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest
from sqlalchemy import func, select

from recommender.access import Actor, RoleMissing
from recommender.accounts.directory import operator
from recommender.cases import embedding
from recommender.cases.comparing import Answer, Compared
from recommender.cases.embedding import CaughtUp, catch_up, vectors
from recommender.cases.precedents import (
    BadTop,
    Precedent,
    PrecedentQuery,
    Totals,
    look_up,
    mixed,
    precedents,
    search,
)
from recommender.learning.arrays import UnitVectors
from recommender.learning.hashing_encoder import HashingEncoder
from recommender.models.cases import Case, Embedding
from recommender.models.outcomes import Outcome
from recommender.storage.house import House
from recommender.vocabulary import CaseState, OutcomeReading, OutcomeSource
from tests.conftest import HANDBOOK, AddPolicy, NewCase

KETTLES = ["The kettle leaks at the spout.", "The kettle leaks at the lid.", "A kettle leaks."]
QUERY = PrecedentQuery(situation="The kettle leaks.")


def ids(found: Sequence[Precedent]) -> list[str]:
    return [one.case.source_id for one in found]


def embeddings(house: House) -> int:
    with house.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Embedding)) or 0


def test_catching_up_embeds_every_decided_text_once(house: House, new_case: NewCase) -> None:
    with house.database.transaction() as session:
        for state in CaseState:
            new_case(session, state=state, reason=None)
        new_case(session, resolution=" ", reason="It was right.")
    seen: list[tuple[int, int]] = []
    done = catch_up(house, operator(house), lambda *step: seen.append(step))
    assert done == CaughtUp(embedded=4 * 2 + 2, present=0)
    assert seen[-1] == (10, 10)
    assert catch_up(house, operator(house)) == CaughtUp(embedded=0, present=10)
    assert embeddings(house) == 10


def test_catching_up_goes_on_where_it_was_interrupted(
    house: House, new_case: NewCase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedding, "BATCH", 4)
    with house.database.transaction() as session:
        for _ in range(4):
            new_case(session)

    class Interrupted(Exception):
        pass

    def interrupt(done: int, total: int) -> None:
        if done == 8:
            raise Interrupted
        assert total == 12

    with pytest.raises(Interrupted):
        catch_up(house, operator(house), interrupt)
    assert embeddings(house) == 8
    assert catch_up(house, operator(house)) == CaughtUp(embedded=4, present=8)


def test_a_changed_text_is_embedded_anew_and_another_encoder_apart(
    house: House, new_case: NewCase
) -> None:
    with house.database.transaction() as session:
        case_id = new_case(session, situation="The tap drips.", reason=None).id
    catch_up(house, operator(house))
    with house.database.transaction() as session:
        session.get_one(Case, case_id).situation = "The door squeaks."
    assert catch_up(house, operator(house)) == CaughtUp(embedded=1, present=1)
    expected = house.encoder.encode_documents(["The door squeaks."])
    with house.database.reading() as session:
        found, rows = vectors(session, house.encoder.fingerprint, [case_id, "no"], "situation")
    assert found == [case_id]
    assert rows == pytest.approx(expected, abs=1e-3)
    house.encoder = HashingEncoder(dimensions=64)
    assert catch_up(house, operator(house)) == CaughtUp(embedded=2, present=0)
    assert embeddings(house) == 4


def test_a_case_that_changes_or_goes_while_it_is_encoded_gets_no_vector(
    house: House, new_case: NewCase
) -> None:
    with house.database.transaction() as session:
        changed, gone, stays = (new_case(session, resolution=None, reason=None).id for _ in "abc")

    class Slow(HashingEncoder):
        def encode_documents(self, texts: Sequence[str], **options: object) -> UnitVectors:
            with house.database.transaction() as session:
                session.get_one(Case, changed).situation = "Something else happened."
                session.delete(session.get_one(Case, gone))
            return super().encode_documents(texts, **options)  # type: ignore[arg-type]

    house.encoder = Slow()
    catch_up(house, operator(house))
    with house.database.reading() as session:
        assert session.scalars(select(Embedding.case_id)).all() == [stays]


def test_vectors_come_in_the_order_asked_for_and_may_be_none(
    house: House, new_case: NewCase
) -> None:
    with house.database.transaction() as session:
        first, second = (new_case(session, situation=text).id for text in KETTLES[:2])
    fingerprint = house.encoder.fingerprint
    with house.database.reading() as session:
        assert vectors(session, fingerprint, [first], "situation")[1].shape == (0, 0)
    catch_up(house, operator(house))
    with house.database.reading() as session:
        found, rows = vectors(session, fingerprint, [second, first], "situation")
    assert found == [second, first]
    assert np.linalg.norm(rows, axis=1) == pytest.approx([1, 1])


def test_only_who_may_starts_catching_up(house: House, maya: Actor) -> None:
    with pytest.raises(RoleMissing):
        catch_up(house, maya)


def test_without_embeddings_or_words_there_are_no_precedents(
    house: House, maya: Actor, new_case: NewCase
) -> None:
    with house.database.transaction() as session:
        new_case(session)
    with house.reading(maya) as tx:
        assert precedents(tx, QUERY) == []
        assert search(tx, "kettle") == []
    catch_up(house, operator(house))
    with house.reading(maya) as tx:
        assert precedents(tx, PrecedentQuery(situation=" ")) == []
        assert search(tx, " ") == []


def test_the_nearest_come_first_with_similarity_decision_and_why(
    house: House, maya: Actor, new_case: NewCase
) -> None:
    with house.database.transaction() as session:
        new_case(session, source_id="far", situation="A sofa came in the wrong colour.")
        new_case(session, source_id="near", situation=KETTLES[0])
        new_case(session, source_id="refused", situation=KETTLES[1], state=CaseState.DECLINED)
    catch_up(house, operator(house))
    with house.reading(maya) as tx:
        found = precedents(tx, replace(QUERY, top=2))
        assert set(ids(found)) == {"near", "refused"}
        assert found[0].similarity >= found[1].similarity > 0.3
        by_id = {one.case.source_id: one for one in found}
        assert by_id["refused"].decision is CaseState.DECLINED
        assert by_id["near"].outcome is OutcomeReading.MISSING
        assert by_id["near"].why == ["words in common: kettle, leaks"]
        assert ids(precedents(tx, replace(QUERY, exclude="near")))[0] == "refused"
        excluded = by_id["near"].case.id
        assert "near" not in ids(precedents(tx, replace(QUERY, exclude=excluded)))


def test_clause_and_facts_order_cases_that_tell_the_same(
    house: House, maya: Actor, new_case: NewCase, add_policy: AddPolicy
) -> None:
    add_policy()
    same = {"situation": KETTLES[0], "resolution": None}
    with house.database.transaction() as session:
        new_case(session, source_id="a-other-clause", clause="RET-3.1", facts={"days": 4}, **same)
        new_case(session, source_id="b-far-fact", clause="RET-2.1", facts={"days": 40}, **same)
        new_case(session, source_id="c-alike", clause="RET-2.1", facts={"days": 5}, **same)
    catch_up(house, operator(house))
    asked = PrecedentQuery(situation=KETTLES[0], clause_key="RET-2.1", facts={"days": 4})
    with house.reading(maya) as tx:
        found = precedents(tx, asked)
        assert ids(found)[0] == "c-alike"
        assert found[0].clause_key == "RET-2.1"
        assert found[0].why[:2] == ["same clause: RET-2.1", "days: 5, yours 4"]


def test_the_amount_is_a_fact_like_others(house: House, maya: Actor, new_case: NewCase) -> None:
    with house.database.transaction() as session:
        for amount in (90, 10):
            new_case(session, situation=KETTLES[0], amount=amount, currency="EUR")
    catch_up(house, operator(house))
    with house.reading(maya) as tx:
        asked = PrecedentQuery(situation=KETTLES[0], facts={"amount": 10})
        found = precedents(tx, asked)
        assert [one.case.amount for one in found] == [10, 90]
        assert found[0].why[0] == "amount: 10, the same"


def test_a_resolution_counts_where_both_sides_have_one(
    house: House, maya: Actor, new_case: NewCase
) -> None:
    texts = {"none": None, "same": "Send a new kettle.", "other": "Nothing, sadly."}
    with house.database.transaction() as session:
        for name, resolution in texts.items():
            new_case(session, source_id=name, situation=KETTLES[2], resolution=resolution)
    catch_up(house, operator(house))
    with house.reading(maya) as tx:
        asked = PrecedentQuery(situation="A leak.", resolution="Send a new kettle.")
        assert ids(precedents(tx, asked)) == ["same", "none", "other"]
        only = PrecedentQuery(situation="", resolution="Send a new kettle.")
        assert ids(precedents(tx, only))[0] == "same"
        assert ids(search(tx, "Send a new kettle"))[0] == "same"


def test_a_case_that_went_otherwise_gets_the_last_place(
    house: House, maya: Actor, new_case: NewCase
) -> None:
    with house.database.transaction() as session:
        for number in range(4):
            new_case(session, source_id=f"good-{number}", situation="The kettle leaks.")
        bad = new_case(session, source_id="bad", situation="The kettle leaks badly.")
        bad.outcomes.append(Outcome(source=OutcomeSource.AGENT, csat=1, recorded_at=bad.filed_at))
        new_case(session, source_id="no", situation="A sofa is blue.", state=CaseState.DECLINED)
    catch_up(house, operator(house))
    with house.reading(maya) as tx:
        assert ids(precedents(tx, replace(QUERY, top=3))) == ["good-0", "good-1", "bad"]
        assert ids(precedents(tx, replace(QUERY, top=2))) == ["good-0", "good-1"]
        bad_one = precedents(tx, replace(QUERY, top=3))[-1]
        assert (bad_one.outcome, bad_one.badly_ended) == (OutcomeReading.BAD, True)


def compared(*told: tuple[str, float, Answer], reused: dict[str, str] | None = None) -> list[Any]:
    states = {
        Answer.WELL: CaseState.APPROVED,
        Answer.DECLINED: CaseState.DECLINED,
        Answer.BADLY: CaseState.APPROVED,
    }
    return [
        Compared(
            id=name,
            similarity=similarity,
            state=states[answer],
            answer=answer,
            reused_from=(reused or {}).get(name),
            day=date(2026, 6, 1),
            decline_reason=None,
        )
        for name, similarity, answer in told
    ]


WELL, DECLINED, BADLY = Answer.WELL, Answer.DECLINED, Answer.BADLY


def test_declined_and_badly_ended_cases_each_get_a_place_when_near_enough() -> None:
    well = [(f"w{n}", 0.9 - n / 100, WELL) for n in range(6)]
    others = [("b", 0.7, BADLY), ("d", 0.6, DECLINED), ("d2", 0.59, DECLINED)]
    shown = mixed(compared(*well, *others), 5)
    assert [case.id for case in shown] == ["w0", "w1", "w2", "b", "d"]
    far = [("b", 0.53, BADLY), ("d", 0.6, DECLINED)]
    assert [case.id for case in mixed(compared(*well, *far), 5)] == ["w0", "w1", "w2", "w3", "d"]


def test_what_went_well_gets_a_place_among_declined_ones_too() -> None:
    declined = [(f"d{n}", 0.9, DECLINED) for n in range(5)]
    shown = mixed(compared(*declined, ("w", 0.8, WELL)), 5)
    assert [case.id for case in shown] == ["d0", "d1", "d2", "d3", "w"]


def test_a_case_and_what_re_used_it_take_one_place() -> None:
    ranked = compared(
        ("c", 0.9, WELL),
        ("b", 0.8, WELL),
        ("a", 0.7, WELL),
        ("refused", 0.6, DECLINED),
        ("other", 0.5, WELL),
        reused={"c": "b", "b": "a", "refused": "a"},
    )
    assert [case.id for case in mixed(ranked, 5)] == ["c", "refused", "other"]


def test_two_that_re_used_each_other_are_no_endless_chain() -> None:
    ranked = compared(("a", 0.9, WELL), ("b", 0.8, WELL), reused={"a": "b", "b": "a"})
    assert mixed(ranked, 5)[0].id == "a"


def test_a_case_says_how_it_differs(
    house: House, maya: Actor, new_case: NewCase, add_policy: AddPolicy
) -> None:
    add_policy()
    with house.database.transaction() as session:
        new_case(
            session,
            situation="The kettle leaks at the spout.",
            resolution=None,
            clause="RET-3.1",
            granted_action="refund",
            amount=90,
            currency="EUR",
            facts={"days": 40},
        )
        new_case(session, situation="The spout of the sofa, so to say.", resolution=None)
    catch_up(house, operator(house))
    query = PrecedentQuery(
        situation="A kettle leaks.",
        clause_key="RET-2.1",
        facts={"days": 4},
        granted_action="repair",
        amount=80,
        currency="EUR",
    )
    with house.reading(maya) as tx:
        (first, *_) = precedents(tx, query)
        assert first.differs == [
            "clause: RET-3.1, yours RET-2.1",
            "days: 40, yours 4",
            "granted: refund, yours repair",
            "only there: spout",
        ]
        assert first.why == ["amount: 90, yours 80", "words in common: kettle, leaks"]
        dollars = precedents(tx, replace(query, currency="USD"))[0]
        assert "amount" not in " ".join(dollars.why)


def test_the_same_facts_and_the_same_action_come_first(
    house: House, maya: Actor, new_case: NewCase
) -> None:
    same = {"situation": KETTLES[0], "resolution": None}
    with house.database.transaction() as session:
        new_case(session, source_id="other-action", granted_action="refund", **same)
        new_case(session, source_id="same-action", granted_action="Repair", **same)
        new_case(session, source_id="other-facts", facts={"hours": 4}, **same)
    catch_up(house, operator(house))
    with house.reading(maya) as tx:
        asked = PrecedentQuery(situation=KETTLES[0], granted_action="repair", facts={"days": 1})
        assert ids(precedents(tx, asked)) == ["same-action", "other-action", "other-facts"]


def test_a_precedent_is_superseded_once_its_clause_reads_otherwise(
    house: House, maya: Actor, new_case: NewCase, add_policy: AddPolicy
) -> None:
    add_policy()
    with house.database.transaction() as session:
        new_case(session, source_id="ruled", situation=KETTLES[0], clause="RET-2.1", age=30)
        new_case(session, source_id="other", situation=KETTLES[1], clause="RET-3.1", age=30)
        new_case(session, source_id="free", situation=KETTLES[2])
    catch_up(house, operator(house))

    def marks() -> dict[str, bool | None]:
        with house.reading(maya) as tx:
            return {one.case.source_id: one.superseded for one in precedents(tx, QUERY)}

    assert marks() == {"ruled": False, "other": False, "free": None}
    add_policy(HANDBOOK.replace("14 days", "21 days").replace("max=14", "max=21"))
    assert marks() == {"ruled": True, "other": False, "free": None}


def test_confirmed_misuse_is_no_precedent(house: House, maya: Actor, new_case: NewCase) -> None:
    with house.database.transaction() as session:
        misused = new_case(session, situation=KETTLES[0])
        misused.misused_at = misused.filed_at
        new_case(session, source_id="fine", situation=KETTLES[1])
    catch_up(house, operator(house))
    with house.reading(maya) as tx:
        assert ids(precedents(tx, QUERY)) == ["fine"]


def test_how_cases_like_it_were_answered_is_counted(
    house: House, maya: Actor, new_case: NewCase
) -> None:
    with house.database.transaction() as session:
        granted = [(12.5, "EUR"), (25.0, "EUR"), (90.0, "CHF")]
        told, *_ = [
            new_case(session, situation=text, resolution=None, amount=amount, currency=currency)
            for text, (amount, currency) in zip(KETTLES, granted, strict=True)
        ]
        told.outcomes.append(
            Outcome(source=OutcomeSource.CUSTOMER, csat=4, recorded_at=told.filed_at)
        )
        bad = new_case(session, situation=KETTLES[0], resolution=None)
        bad.outcomes.append(Outcome(source=OutcomeSource.AGENT, csat=1, recorded_at=bad.filed_at))
        new_case(session, situation=KETTLES[1], resolution=None, state=CaseState.DECLINED)
        new_case(session, situation=KETTLES[1], resolution=None, state=CaseState.REVOKED)
        new_case(session, situation="A sofa came in blue.", resolution=None)
    catch_up(house, operator(house))
    with house.reading(maya) as tx:
        assert look_up(tx, QUERY).totals == Totals(
            approved=4,
            declined=1,
            badly_ended=1,
            csat=2.5,
            csat_told=2,
            largest=25.0,
            currency="EUR",
        )
        assert look_up(tx, PrecedentQuery(situation=" ")).totals is None
        badly = [one.badly_ended for one in precedents(tx, replace(QUERY, top=20))]
        assert sum(badly) == 1


def test_what_is_no_longer_decided_or_is_gone_is_not_shown(
    house: House, maya: Actor, new_case: NewCase
) -> None:
    with house.database.transaction() as session:
        cases = [new_case(session, source_id=str(n), situation=KETTLES[n]) for n in range(3)]
        first = cases[0].id
    catch_up(house, operator(house))
    with house.reading(maya) as tx:
        assert len(precedents(tx, QUERY)) == 3
    with house.database.transaction() as session:
        session.get_one(Case, first).state = CaseState.WITHDRAWN
    with house.reading(maya) as tx:
        assert sorted(ids(precedents(tx, QUERY))) == ["1", "2"]
    with house.database.transaction() as session:
        session.delete(session.get_one(Case, first))
    with house.reading(maya) as tx:
        assert sorted(ids(precedents(tx, QUERY))) == ["1", "2"]


def test_more_than_can_be_read_is_not_shown(house: House, maya: Actor) -> None:
    with house.reading(maya) as tx:
        for top in (0, 51):
            with pytest.raises(BadTop):
                precedents(tx, replace(QUERY, top=top))
            with pytest.raises(BadTop):
                search(tx, "kettle", top)


def test_auditors_look_up_nothing(house: House, auditor: Actor) -> None:
    with pytest.raises(RoleMissing), house.reading(auditor) as tx:
        precedents(tx, QUERY)
    with pytest.raises(RoleMissing), house.reading(auditor) as tx:
        search(tx, "kettle")
