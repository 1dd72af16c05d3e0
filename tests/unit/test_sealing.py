"""Texts kept as typed can be sealed at rest, and stay readable whatever the setting is now."""

import json
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import select

from recommender.access import Actor, RoleMissing
from recommender.cases.at_rest import SealedAgain, seal_again
from recommender.cases.filing import Wish, file
from recommender.config import Settings
from recommender.models.cases import RawText
from recommender.models.drafts import FilingDraft
from recommender.models.events import Event
from recommender.storage.engine import Database
from recommender.storage.house import House
from recommender.storage.keys import KeysUnreadable, add_raw_key, make_keys, read_keys
from recommender.storage.sealing import CannotOpen, CannotSeal, TextSealer

pytestmark = pytest.mark.usefixtures("own_statements")

TEXT = "Quillfeather wept over her boots."
MARK = "\x1fsealed:"


def sealing(house: House, *, on: bool) -> House:
    """The same files, opened with the setting on or off."""
    return House(house.settings.model_copy(update={"encrypt_raw": on}))


def write(house: House, actor: Actor) -> str:
    with house.transaction(actor) as tx:
        case = file(tx, Wish(situation=TEXT, resolution="Mend them.", reason="Fair."))
        tx.session.merge(
            FilingDraft(account_name=actor.name, content=json.dumps(TEXT), saved_at=tx.at)
        )
        return case.id


def read(house: House, case_id: str) -> tuple[str, str | None, str]:
    with house.database.reading() as session:
        raw = session.get_one(RawText, case_id)
        return raw.situation, raw.decline_reason, session.scalars(select(FilingDraft.content)).one()


def stored(house: House) -> str:
    """Every sealed column as the file holds it."""
    path = house.settings.database_url.removeprefix("sqlite:///")
    with sqlite3.connect(path) as connection:
        rows = connection.execute("SELECT situation, resolution, reason FROM raw_texts").fetchall()
        rows += connection.execute("SELECT content FROM filing_drafts").fetchall()
    connection.close()
    return json.dumps(rows, ensure_ascii=False)


def test_what_is_typed_is_unreadable_in_the_file_and_readable_in_the_house(
    house: House, maya: Actor
) -> None:
    on = sealing(house, on=True)
    case_id = write(on, maya)
    assert "Quillfeather" not in stored(house)
    assert "Mend" not in stored(house)
    assert read(on, case_id) == (TEXT, None, json.dumps(TEXT))


def test_both_forms_are_readable_whatever_the_setting_is_now(house: House, maya: Actor) -> None:
    plain = write(house, maya)
    on = sealing(house, on=True)
    assert read(on, plain)[0] == TEXT
    sealed = write(on, maya)
    for opened in (house, on):
        assert read(opened, plain)[0] == read(opened, sealed)[0] == TEXT


def test_turning_it_on_and_off_rewrites_what_is_there(
    house: House, maya: Actor, admin: Actor
) -> None:
    case_id = write(house, maya)
    on = sealing(house, on=True)
    assert seal_again(on, admin) == SealedAgain(rows=2)
    assert "Quillfeather" not in stored(house)
    path = Path(house.settings.database_url.removeprefix("sqlite:///"))
    left = b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))
    assert b"Quillfeather" not in left, "what was plain before is gone from the files too"
    assert seal_again(on, admin) == SealedAgain(rows=0)
    assert seal_again(house, admin) == SealedAgain(rows=2)
    assert "Quillfeather" in stored(house)
    assert read(house, case_id)[0] == TEXT


def test_a_new_key_seals_everything_anew_and_old_keys_still_open(
    house: House, maya: Actor, admin: Actor
) -> None:
    on = sealing(house, on=True)
    case_id = write(on, maya)
    before, other = stored(house), sealing(house, on=True)
    assert read(other, case_id)[0] == TEXT
    assert seal_again(on, admin, new_key=True) == SealedAgain(rows=2, new_key="2")
    assert "sealed:2:" in stored(house)
    assert "sealed:1:" not in stored(house)
    assert stored(house) != before
    assert read(other, case_id)[0] == TEXT, "who had opened before finds the new key"
    with house.database.reading() as session:
        last = session.scalars(select(Event).order_by(Event.sequence.desc())).first()
    assert last is not None
    assert (last.verb, last.details) == ("seal", {"rows": 2, "key": "2"})


def test_only_who_may_read_raw_texts_may_rewrite_them(house: House, ines: Actor) -> None:
    with pytest.raises(RoleMissing):
        seal_again(house, ines)


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    path = tmp_path / "some.keys"
    make_keys(path)
    return path


@pytest.mark.parametrize("on", [True, False])
@pytest.mark.parametrize("text", ["", TEXT, f"{MARK}1:abc", f"{MARK}plain:abc", "ü😀"])
def test_any_text_comes_back_as_it_was(key_file: Path, text: str, *, on: bool) -> None:
    sealer = TextSealer(key_file, on=on)
    assert sealer.open(sealer.seal(text)) == text
    assert sealer.is_current(sealer.seal(text))


def test_the_same_text_never_looks_the_same(key_file: Path) -> None:
    sealer = TextSealer(key_file, on=True)
    assert sealer.seal(TEXT) != sealer.seal(TEXT)


def test_a_changed_text_or_an_unknown_key_is_refused(key_file: Path, tmp_path: Path) -> None:
    sealed = TextSealer(key_file, on=True).seal(TEXT)
    changed = sealed[:-5] + ("A" if sealed[-5] != "A" else "B") + sealed[-4:]
    other = tmp_path / "other.keys"
    make_keys(other)
    for opener, given in (
        (TextSealer(key_file, on=False), changed),
        (TextSealer(other, on=False), sealed),
        (TextSealer(key_file, on=False), sealed.replace("sealed:1:", "sealed:7:")),
        (TextSealer(key_file, on=False), f"{MARK}1:not base 64"),
    ):
        with pytest.raises(CannotOpen):
            opener.open(given)


def test_a_key_file_of_before_works_and_gets_a_key_when_asked(key_file: Path) -> None:
    old = {k: v for k, v in json.loads(key_file.read_text()).items() if k != "raw"}
    key_file.write_text(json.dumps(old))
    before = read_keys(key_file)
    assert before.raw == {}
    with pytest.raises(CannotSeal):
        TextSealer(key_file, on=True).seal(TEXT)
    after = add_raw_key(key_file)
    assert (after.audit, after.session, list(after.raw)) == (before.audit, before.session, ["1"])
    assert key_file.stat().st_mode & 0o777 == 0o600
    assert not list(key_file.parent.glob("*.new"))


def test_a_key_file_with_strange_keys_is_refused(key_file: Path) -> None:
    known = json.loads(key_file.read_text())
    for raw in ({"one": "00"}, {"1": "no hex"}, ["00"]):
        key_file.write_text(json.dumps(known | {"raw": raw}))
        with pytest.raises(KeysUnreadable):
            read_keys(key_file)


def test_without_a_house_the_column_shows_what_is_stored(house: House, maya: Actor) -> None:
    case_id = write(sealing(house, on=True), maya)
    bare = Database(house.settings.database_url)
    with bare.reading() as session:
        assert session.get_one(RawText, case_id).situation.startswith(MARK)
    bare.close()
    assert Settings.model_fields["encrypt_raw"].default is False
