"""Once redaction has learnt words, everything shown and embedded is made anew."""

import pytest
from sqlalchemy import func, select

from recommender.access import Actor, RoleMissing
from recommender.accounts.directory import operator
from recommender.accounts.own_words import add_word, remove_word
from recommender.cases.cosigning import cosign, decline
from recommender.cases.embedding import catch_up
from recommender.cases.filing import Wish, edit, file
from recommender.cases.redacting_again import RedactedAgain, redact_again
from recommender.learning.hashing_encoder import HashingEncoder
from recommender.models.accounts import IdempotentAnswer
from recommender.models.asking import Question
from recommender.models.cases import Case, Embedding
from recommender.models.notices import Notice
from recommender.storage.house import House
from recommender.vocabulary import CaseState, OwnWordUse

SAID = "The box of zorvex broke."


def filed(house: House, filer: Actor, situation: str = SAID) -> str:
    with house.transaction(filer) as tx:
        wish = Wish(
            situation=situation,
            resolution="Mend it.",
            granted_action="zorvex repair" if situation == SAID else "repair",
            facts={"said": "zorvex"} if situation == SAID else {},
        )
        return file(tx, wish).id


@pytest.fixture
def cases(house: House, maya: Actor, tom: Actor) -> dict[str, str]:
    made = {name: filed(house, maya) for name in ("approved", "declined", "pending")}
    made["innocent"] = filed(house, maya, "The box broke.")
    with house.transaction(tom) as tx:
        for name in ("approved", "innocent"):
            cosign(tx, made[name], tx.session.get_one(Case, made[name]).content_hash)
        seen = tx.session.get_one(Case, made["declined"]).content_hash
        decline(tx, made["declined"], seen, "Zorvex had two.")
        tx.session.add(
            Question(
                case_id=made["pending"],
                asked_by="tom",
                content_hash=seen,
                text="Which zorvex?",
                asked_at=tx.at,
            )
        )
        tx.session.add(
            IdempotentAnswer(
                account_name="maya",
                key="k",
                request_hash="0" * 64,
                answer={"situation": SAID},
                created_at=tx.at,
            )
        )
    catch_up(house, operator(house))
    return made


def shown(house: House) -> str:
    with house.database.reading() as session:
        rows = [*session.scalars(select(Case)), *session.scalars(select(Notice))]
        texts = [str({k: v for k, v in vars(row).items() if k[0] != "_"}) for row in rows]
        texts += [str(row) for row in session.scalars(select(Question.text))]
        texts += [str(row) for row in session.scalars(select(IdempotentAnswer.answer))]
    return " ".join(texts).lower()


def test_earlier_texts_lose_new_words_and_their_vectors(
    house: House, admin: Actor, cases: dict[str, str]
) -> None:
    assert "zorvex" in shown(house)
    with house.transaction(admin) as tx:
        add_word(tx, OwnWordUse.NAME, "Zorvex")
    done = redact_again(house, admin)
    assert done == RedactedAgain(cases=3, notes=3, vectors=2)
    assert "zorvex" not in shown(house)
    with house.database.reading() as session:
        case = session.get_one(Case, cases["approved"])
        assert (case.situation, case.raw.situation) == ("The box of [name] broke.", SAID)
        assert (case.granted_action, case.facts) == ("[name] repair", {"said": "[name]"})
        assert session.get_one(Case, cases["declined"]).decline_reason == "[name] had two."
        kept = session.scalars(select(Embedding.case_id))
        assert cases["innocent"] in set(kept), "what did not change keeps its vectors"
    assert redact_again(house, admin) == RedactedAgain()


def test_what_is_embedded_afterwards_is_the_new_text(
    house: House, admin: Actor, cases: dict[str, str]
) -> None:
    with house.transaction(admin) as tx:
        add_word(tx, OwnWordUse.NAME, "Zorvex")
    redact_again(house, admin)
    assert catch_up(house, operator(house)).embedded == 2
    with house.database.reading() as session:
        vector = session.scalars(
            select(Embedding.vector).where(
                Embedding.case_id == cases["approved"], Embedding.view == "situation"
            )
        ).one()
        (expected,) = HashingEncoder().encode_documents(["The box of [name] broke."])
        assert vector == pytest.approx(expected, abs=1e-3)


def test_a_word_that_is_taken_back_comes_back_in_texts(
    house: House, admin: Actor, cases: dict[str, str]
) -> None:
    with house.transaction(admin) as tx:
        word = add_word(tx, OwnWordUse.NAME, "Zorvex").id
    redact_again(house, admin)
    with house.transaction(admin) as tx:
        remove_word(tx, word)
    redact_again(house, admin)
    with house.database.reading() as session:
        case = session.get_one(Case, cases["approved"])
        assert case.situation == SAID
        assert case.granted_action == "[name] repair", "only texts are kept as they were typed"


def test_a_pending_proposal_must_be_read_again_and_can_be_signed(
    house: House, admin: Actor, tom: Actor, cases: dict[str, str]
) -> None:
    with house.transaction(admin) as tx:
        add_word(tx, OwnWordUse.NAME, "Zorvex")
    redact_again(house, admin)
    with house.transaction(tom) as tx:
        seen = tx.session.get_one(Case, cases["pending"]).content_hash
        cosign(tx, cases["pending"], seen)
    with house.database.reading() as session:
        assert session.get_one(Case, cases["pending"]).state is CaseState.APPROVED


def test_a_case_that_is_edited_meanwhile_is_left_alone(
    house: House, admin: Actor, maya: Actor, cases: dict[str, str]
) -> None:
    with house.transaction(admin) as tx:
        add_word(tx, OwnWordUse.NAME, "Zorvex")

    def meanwhile(done: int, total: int) -> None:  # noqa: ARG001 - a progress
        if done == 0:
            with house.transaction(maya) as tx:
                edit(tx, cases["pending"], Wish(situation="Zorvex again.", resolution="Mend it."))

    redact_again(house, admin, meanwhile)
    with house.database.reading() as session:
        assert session.get_one(Case, cases["pending"]).situation == "[name] again."


def test_erased_cases_stay_empty(house: House, admin: Actor, cases: dict[str, str]) -> None:
    with house.database.transaction() as session:
        case = session.get_one(Case, cases["approved"])
        case.erased_at, case.situation = case.filed_at, ""
    redact_again(house, admin)
    with house.database.reading() as session:
        assert session.get_one(Case, cases["approved"]).situation == ""
        assert session.scalar(select(func.count()).select_from(Case)) == len(cases)


def test_only_who_keeps_own_words_redacts_again(house: House, ines: Actor) -> None:
    with pytest.raises(RoleMissing):
        redact_again(house, ines)
