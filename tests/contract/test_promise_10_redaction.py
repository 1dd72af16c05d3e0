"""Promise 10: what is embedded and shown is redacted; reading raw text is recorded."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from recommender.access import Actor, RoleMissing
from recommender.accounts.directory import add_account, operator
from recommender.accounts.own_words import add_word
from recommender.cases.at_rest import seal_again
from recommender.cases.cosigning import cosign, decline
from recommender.cases.embedding import catch_up
from recommender.cases.filing import Wish, file, raw_text, revoke
from recommender.cases.precedents import PrecedentQuery, precedents, search
from recommender.cases.redacting_again import redact_again
from recommender.cli.main import recommender
from recommender.learning.arrays import UnitVectors
from recommender.learning.hashing_encoder import HashingEncoder
from recommender.models.cases import Case, RawText
from recommender.models.events import Event
from recommender.models.notices import Notice
from recommender.storage.engine import DatabaseUnavailable
from recommender.storage.house import House
from recommender.vocabulary import OwnWordUse, Role
from tests.conftest import RunCli

pytestmark = pytest.mark.usefixtures("own_statements")

MAIL = "penelope.quill@example.org"
PHONE = "+44 20 7946 0958"
SECRETS = (MAIL, PHONE)
TEXT = f"Write to {MAIL} or call {PHONE} about the broken clasp."


class ListeningEncoder(HashingEncoder):
    """Remembers every text that it was given."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[str] = []

    def encode_documents(
        self,
        texts: Sequence[str],
        **options: object,
    ) -> UnitVectors:
        self.heard += texts
        return super().encode_documents(texts, **options)  # type: ignore[arg-type]


@pytest.fixture
def listener(house: House) -> ListeningEncoder:
    encoder = ListeningEncoder()
    house.encoder = encoder
    return encoder


@pytest.fixture
def approved(house: House, maya: Actor, tom: Actor) -> str:
    wish = Wish(
        situation=TEXT,
        resolution=TEXT,
        reason=TEXT,
        facts={"contact": MAIL, "days_late": 3},
        granted_action=f"Call {PHONE}",
    )
    with house.transaction(maya) as tx:
        case = file(tx, wish)
        case_id, seen = case.id, case.content_hash
    with house.transaction(tom) as tx:
        cosign(tx, case_id, seen)
    return case_id


def secrets_in(text: str) -> Iterator[str]:
    return (secret for secret in SECRETS if secret in text)


def columns(row: object) -> str:
    return json.dumps({key: str(value) for key, value in vars(row).items()})


def test_a_case_holds_redacted_text_and_the_raw_text_lies_apart(
    house: House, approved: str
) -> None:
    with house.database.reading() as session:
        case = session.get_one(Case, approved)
        assert not list(secrets_in(columns(case)))
        assert "[e-mail]" in case.situation
        raw = session.get_one(RawText, approved)
        assert (raw.situation, raw.resolution, raw.reason) == (TEXT, TEXT, TEXT)


def test_reasons_of_a_no_and_of_a_revoke_are_redacted_too(
    house: House, maya: Actor, tom: Actor, approved: str
) -> None:
    with house.transaction(maya) as tx:
        case = file(tx, Wish(situation="The clasp broke.", resolution="Mend it."))
        case_id, seen = case.id, case.content_hash
    with house.transaction(tom) as tx:
        decline(tx, case_id, seen, TEXT)
    with house.transaction(maya) as tx:
        revoke(tx, approved, TEXT)
    with house.database.reading() as session:
        for id_ in (case_id, approved):
            assert not list(secrets_in(columns(session.get_one(Case, id_))))
        assert session.get_one(RawText, case_id).decline_reason == TEXT
        assert session.get_one(RawText, approved).revoke_reason == TEXT
        assert not list(secrets_in(" ".join(map(columns, session.scalars(select(Notice))))))
        assert not list(secrets_in(" ".join(map(columns, session.scalars(select(Event))))))


@pytest.mark.usefixtures("approved")
def test_only_redacted_text_reaches_the_encoder(
    house: House, listener: ListeningEncoder, maya: Actor
) -> None:
    catch_up(house, operator(house))
    with house.reading(maya) as tx:
        assert precedents(tx, PrecedentQuery(situation=TEXT, resolution=TEXT))
        assert search(tx, TEXT)
    assert listener.heard
    assert not [text for text in listener.heard if list(secrets_in(text))]


@pytest.mark.usefixtures("approved")
def test_precedents_show_redacted_text(house: House, maya: Actor) -> None:
    catch_up(house, operator(house))
    with house.reading(maya) as tx:
        (found,) = precedents(tx, PrecedentQuery(situation=TEXT, facts={"contact": MAIL}))
        assert not list(secrets_in(columns(found.case) + " ".join(found.why)))


def test_the_command_line_shows_redacted_text(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECOMMENDER_DATABASE_URL", house.settings.database_url)
    told = CliRunner().invoke(
        recommender, ["file", "--as", "maya", "--situation", TEXT, "--resolution", "Mend it."]
    )
    assert told.exit_code == 0
    assert "[e-mail]" in told.output
    assert not list(secrets_in(told.output))


def test_reading_raw_text_is_recorded_and_only_for_admins(
    house: House, admin: Actor, maya: Actor, ines: Actor, approved: str
) -> None:
    with house.transaction(admin) as tx:
        assert raw_text(tx, approved).situation == TEXT
    with house.database.reading() as session:
        last = session.scalars(select(Event).order_by(Event.sequence.desc())).first()
        assert last is not None
        assert (last.actor, last.verb, last.noun_id) == ("admin", "read_raw_text", approved)
    for actor in (maya, ines):
        with pytest.raises(RoleMissing), house.transaction(actor) as tx:
            raw_text(tx, approved)


def test_raw_text_is_not_given_where_its_reading_cannot_be_recorded(
    house: House, admin: Actor, approved: str
) -> None:
    with pytest.raises(DatabaseUnavailable), house.reading(admin) as tx:
        raw_text(tx, approved)
    with house.transaction(admin) as tx:
        assert raw_text(tx, approved).situation == TEXT


OWN = "Zorvex rang MTR-123456 and q.bramble; ZORVEX is Quilla Bramble's friend."
OWN_SECRETS = ("zorvex", "mtr-123456", "bramble")


@pytest.fixture
def own_words(house: House, admin: Actor) -> None:
    """A name and a pattern of the organisation, and a colleague who has an account."""
    with house.transaction(admin) as tx:
        add_word(tx, OwnWordUse.NAME, "Zorvex")
        add_word(tx, OwnWordUse.PATTERN, r"MTR-\d{6}", "meter")
        add_account(tx, name="q.bramble", display_name="Quilla Bramble", roles=[Role.AGENT])


def own_secrets_in(text: str) -> list[str]:
    return [secret for secret in OWN_SECRETS if secret in text.lower()]


@pytest.mark.usefixtures("own_words")
def test_own_words_are_replaced_wherever_a_text_comes_in_or_out(
    house: House, maya: Actor, tom: Actor, listener: ListeningEncoder, cli: RunCli
) -> None:
    wish = Wish(situation=OWN, resolution=OWN, reason=OWN, facts={"who": "zorvex"})
    with house.transaction(maya) as tx:
        case = file(tx, wish)
        case_id, seen = case.id, case.content_hash
    with house.transaction(tom) as tx:
        decline(tx, case_id, seen, OWN)
    catch_up(house, operator(house))
    with house.reading(maya) as tx:
        query = PrecedentQuery(situation=OWN, facts={"who": "zorvex"})
        shown = [columns(one.case) + " ".join(one.why) for one in precedents(tx, query)]
        shown += [columns(one.case) for one in search(tx, OWN)]
        shown += [one.title + one.body for one in tx.session.scalars(select(Notice))]
    told = cli("file", "--as", "maya", "--situation", OWN, "--resolution", "Mend it.")
    assert "[meter]" in told.output
    shown += [told.output, *listener.heard]
    assert len(shown) > 4
    assert not [text for text in shown if own_secrets_in(text)]


def test_words_that_are_learnt_later_reach_what_is_there(
    house: House, admin: Actor, maya: Actor, tom: Actor, listener: ListeningEncoder
) -> None:
    with house.transaction(maya) as tx:
        case = file(tx, Wish(situation="Zorvex wept.", resolution="Mend it."))
        case_id, seen = case.id, case.content_hash
    with house.transaction(tom) as tx:
        cosign(tx, case_id, seen)
    with house.transaction(admin) as tx:
        add_word(tx, OwnWordUse.NAME, "Zorvex")
    redact_again(house, admin)
    catch_up(house, operator(house))
    assert listener.heard
    assert not [text for text in listener.heard if own_secrets_in(text)]


@pytest.mark.usefixtures("approved")
def test_sealed_raw_text_is_not_readable_in_the_file(
    house: House, maya: Actor, admin: Actor
) -> None:
    sealing = House(house.settings.model_copy(update={"encrypt_raw": True}))
    with sealing.transaction(maya) as tx:
        case_id = file(tx, Wish(situation="Zorvex wept.", resolution="Mend it.")).id
    seal_again(sealing, admin)
    path = Path(house.settings.database_url.removeprefix("sqlite:///"))
    written = b"".join(part.read_bytes() for part in path.parent.glob(f"{path.name}*"))
    assert not list(secrets_in(written.decode(errors="ignore")))
    with sealing.transaction(admin) as tx:
        assert raw_text(tx, case_id).situation == "Zorvex wept."
