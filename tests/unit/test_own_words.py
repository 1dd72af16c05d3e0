"""The organisation's own words reach redaction, and so does everybody's account."""

import pytest

from recommender.access import Actor, RoleMissing
from recommender.accounts.directory import add_account, deactivate
from recommender.accounts.own_words import (
    BadOwnWord,
    OwnWordKnown,
    UnknownOwnWord,
    add_word,
    remove_word,
    words,
)
from recommender.cases.filing import Wish, file
from recommender.learning.personal.known import KnownNames
from recommender.learning.redaction import Redactor
from recommender.storage.events import log_length
from recommender.storage.house import House
from recommender.vocabulary import OwnWordUse, Role

TEXT = "Zorvex asked Quillfeather about MTR-123456 and the Hannah dress."


def redacted(house: House, text: str = TEXT) -> str:
    return house.redactor.redact(text).text


def test_own_words_count_from_the_next_text_on(house: House, admin: Actor) -> None:
    before = redacted(house)
    with house.transaction(admin) as tx:
        ids = [
            add_word(tx, OwnWordUse.NAME, "Zorvex").id,
            add_word(tx, OwnWordUse.PATTERN, r"MTR-\d{6}", "meter").id,
            add_word(tx, OwnWordUse.KEEP, "Hannah").id,
        ]
        assert tx.redactor.redact("zorvex").text == "[name]", "at once, where they are added"
    assert redacted(house).startswith("[name] asked ")
    assert "[meter] and the Hannah dress." in redacted(house)
    with house.reading(admin) as tx:
        assert {word.id for word in words(tx)} == set(ids)
    with house.transaction(admin) as tx:
        for id_ in ids:
            remove_word(tx, id_)
    assert redacted(house) == before


def test_what_is_filed_is_redacted_by_own_words(house: House, admin: Actor, maya: Actor) -> None:
    with house.transaction(admin) as tx:
        add_word(tx, OwnWordUse.NAME, "Zorvex")
    with house.transaction(maya) as tx:
        case = file(tx, Wish(situation="Gave zorvex a box.", resolution="Keep it."))
        assert case.situation == "Gave [name] a box."
        assert case.raw.situation == "Gave zorvex a box."


def test_several_patterns_may_share_a_placeholder(house: House, admin: Actor) -> None:
    with house.transaction(admin) as tx:
        add_word(tx, OwnWordUse.PATTERN, r"MTR-(?P<value>\d+)", "meter")
        add_word(tx, OwnWordUse.PATTERN, r"gauge (?P<value>\w+)", "meter")
    assert redacted(house, "MTR-77, gauge blue") == "MTR-[meter], gauge [meter]"


def test_accounts_are_known_by_name_even_after_they_left(house: House, admin: Actor) -> None:
    with house.transaction(admin) as tx:
        add_account(tx, name="q.zorvexi", display_name="Quilla Zorvexi", roles=[Role.AGENT])
    said = "quilla zorvexi told q.zorvexi, and Zorvexi nodded"
    assert redacted(house, said) == "[name] told [name], and [name] nodded"
    with house.transaction(admin) as tx:
        deactivate(tx, "q.zorvexi")
    assert redacted(house, said) == "[name] told [name], and [name] nodded"


def test_accounts_that_are_desks_or_plain_words_change_no_text(house: House, admin: Actor) -> None:
    with house.transaction(admin) as tx:
        for name, shown in (("returns-desk", "Returns desk"), ("will", "Will"), ("e", "E")):
            add_account(tx, name=name, display_name=shown, roles=[Role.POLICY_OWNER])
    text = "The returns desk and the admin will file an e there, said the local operator."
    assert redacted(house, text) == text


@pytest.mark.parametrize(
    ("use", "word", "placeholder", "field"),
    [
        (OwnWordUse.NAME, "  ", None, "word"),
        (OwnWordUse.NAME, "a", None, "word"),
        (OwnWordUse.NAME, "Zorvex", "staff", "placeholder"),
        (OwnWordUse.KEEP, "x" * 501, None, "word"),
        (OwnWordUse.PATTERN, r"\d{4}", None, "placeholder"),
        (OwnWordUse.PATTERN, r"\d{4}", "Meter!", "placeholder"),
        (OwnWordUse.PATTERN, "(", "meter", "word"),
        (OwnWordUse.PATTERN, "a*", "meter", "word"),
    ],
)
def test_words_that_cannot_work_are_refused_with_their_field(
    house: House, admin: Actor, use: OwnWordUse, word: str, placeholder: str | None, field: str
) -> None:
    with pytest.raises(BadOwnWord) as refused, house.transaction(admin) as tx:
        add_word(tx, use, word, placeholder)
    assert refused.value.field == field
    assert refused.value.remedy


def test_a_word_is_known_once_and_the_log_never_holds_it(house: House, admin: Actor) -> None:
    with house.transaction(admin) as tx:
        before = log_length(tx.session)
        add_word(tx, OwnWordUse.NAME, "Zorvex  Quill")
    with pytest.raises(OwnWordKnown), house.transaction(admin) as tx:
        add_word(tx, OwnWordUse.NAME, "Zorvex Quill")
    with house.reading(admin) as tx:
        assert log_length(tx.session) == before + 1
    with pytest.raises(UnknownOwnWord), house.transaction(admin) as tx:
        remove_word(tx, "000000000000")


def test_only_admins_keep_own_words(house: House, ines: Actor) -> None:
    with pytest.raises(RoleMissing), house.transaction(ines) as tx:
        add_word(tx, OwnWordUse.KEEP, "Hannah")
    with pytest.raises(RoleMissing), house.reading(ines) as tx:
        words(tx)
    with pytest.raises(RoleMissing), house.transaction(ines) as tx:
        remove_word(tx, "000000000000")


def test_the_same_words_give_the_same_redactor(house: House) -> None:
    assert house.redactor is house.redactor


def test_a_known_plain_word_has_to_be_capitalised_and_a_possessive_stays() -> None:
    redactor = Redactor(known_names=["Daisy"], staff=["Wren Zorvexi"])
    said = "Daisy's box, wren zorvexi's box, the daisy chain"
    assert redactor.redact(said).text == "[name]'s box, [name]'s box, the daisy chain"
    assert list(KnownNames(()).find("Daisy")) == []
