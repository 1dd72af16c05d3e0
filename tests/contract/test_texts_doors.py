"""Own words, raw texts, erasing and sealing through the API and the command line."""

import json
from pathlib import Path

import pytest
from sqlalchemy import select

from recommender.models.cases import Case
from recommender.models.events import Event
from tests.conftest import RunCli
from tests.contract.conftest import Api

pytestmark = pytest.mark.usefixtures("own_statements")

SAID = "The box of zorvex broke."


def filed(api: Api, customer: str = "C-1") -> str:
    answer = api.by("maya").post(
        "/v1/proposals",
        json={"situation": SAID, "resolution": "Mend it.", "customer_id": customer},
    )
    assert answer.status_code == 201, answer.text
    case_id: str = answer.json()["id"]
    return case_id


def shown(api: Api, case_id: str) -> str:
    with api.house.database.reading() as session:
        return session.get_one(Case, case_id).situation


def test_own_words_are_added_listed_and_removed(api: Api) -> None:
    admin = api.by("admin")
    sent = {"use": "pattern", "word": r"zor\w+", "placeholder": "maker"}
    added = admin.post("/v1/redaction/words", json=sent)
    assert added.status_code == 201
    word = added.json()
    assert word == sent | {"id": word["id"]}
    assert admin.get("/v1/redaction/words").json() == [word]
    case_id = filed(api)
    assert shown(api, case_id) == "The box of [maker] broke."
    assert admin.delete(f"/v1/redaction/words/{word['id']}").status_code == 204
    assert admin.get("/v1/redaction/words").json() == []
    assert admin.delete(f"/v1/redaction/words/{word['id']}").status_code == 404
    again = admin.post("/v1/redaction/again").json()
    assert (again["cases"], shown(api, case_id)) == (1, SAID)


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"use": "pattern", "word": "(", "placeholder": "maker"}, "word"),
        ({"use": "pattern", "word": "x"}, "placeholder"),
        ({"use": "name", "word": " "}, "word"),
        ({"use": "other", "word": "x"}, "use"),
    ],
)
def test_a_word_that_cannot_work_is_refused_with_its_field(
    api: Api, sent: dict[str, str], field: str
) -> None:
    answer = api.by("admin").post("/v1/redaction/words", json=sent)
    assert answer.status_code == 422
    assert answer.json()["field"] == field
    assert answer.json()["remedy"] or field == "use"


def test_raw_texts_are_read_through_one_door_that_remembers(api: Api) -> None:
    api.by("admin").post("/v1/redaction/words", json={"use": "name", "word": "Zorvex"})
    case_id = filed(api)
    read = api.by("admin").get(f"/v1/cases/{case_id}/raw")
    assert read.json() == {
        "situation": SAID,
        "resolution": "Mend it.",
        "reason": None,
        "decline_reason": None,
        "revoke_reason": None,
    }
    with api.house.database.reading() as session:
        last = session.scalars(select(Event).order_by(Event.sequence.desc())).first()
        assert last is not None
        assert (last.actor, last.verb, last.noun_id) == ("admin", "read_raw_text", case_id)
    assert api.by("maya").get(f"/v1/cases/{case_id}/raw").status_code == 403
    assert api.by("admin").get("/v1/cases/nothing/raw").status_code == 404


def test_a_customer_is_erased_over_http(api: Api) -> None:
    case_id = filed(api)
    tried = api.by("admin").post("/v1/erasures", json={"customer_id": "C-1", "dry_run": True})
    assert (tried.json()["cases"], tried.json()["id"]) == (1, None)
    assert shown(api, case_id) == SAID
    done = api.by("admin").post("/v1/erasures", json={"customer_id": "C-1"})
    assert done.json() == tried.json() | {
        "dry_run": False,
        "id": done.json()["id"],
        "rewritten": True,
    }
    assert shown(api, case_id) == ""
    read = api.by("admin").get(f"/v1/cases/{case_id}/raw").json()
    assert set(read.values()) == {"", None}
    gone = api.by("admin").post("/v1/erasures", json={"customer_id": "C-1"})
    assert (gone.status_code, gone.json()["field"]) == (404, "customer_id")


def test_the_answer_kept_for_a_repeated_request_goes_with_the_customer(api: Api) -> None:
    sent = {"situation": SAID, "resolution": "Mend it.", "customer_id": "C-1"}
    key = {"Idempotency-Key": "one"}
    first = api.by("maya").post("/v1/proposals", json=sent, headers=key).json()["id"]
    assert api.by("maya").post("/v1/proposals", json=sent, headers=key).json()["id"] == first
    api.by("admin").post("/v1/erasures", json={"customer_id": "C-1"})
    assert api.by("maya").post("/v1/proposals", json=sent, headers=key).json()["id"] != first


def test_the_same_on_the_command_line(
    api: Api, cli: RunCli, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_id = filed(api)
    added = cli("redaction", "words", "add", "Zorvex")
    assert added.exit_code == 0, added.output
    (word,) = json.loads(cli("redaction", "words", "list", "--json").stdout)
    assert (word["use"], word["word"], word["placeholder"]) == ("name", "Zorvex", None)
    assert word["id"] in added.output
    assert "Zorvex" in cli("redaction", "words", "list").output
    assert "1 cases" in cli("redaction", "again").output
    assert shown(api, case_id) == "The box of [name] broke."
    assert json.loads(cli("raw", case_id, "--json").stdout)["situation"] == SAID
    assert SAID in cli("raw", case_id).output
    assert "decline" not in cli("raw", case_id).output
    assert cli("raw", case_id, "--as", "maya").exit_code == 1
    assert "Removed" in cli("redaction", "words", "remove", word["id"]).output
    monkeypatch.setenv("RECOMMENDER_ENCRYPT_RAW", "true")
    sealed = cli("seal", "--new-key").output
    assert "Wrote 1 rows anew; all are sealed" in sealed
    assert "Key 2 is in the key file" in sealed
    path = Path(api.house.settings.database_url.removeprefix("sqlite:///"))
    assert b"zorvex" not in path.read_bytes().lower()
    assert SAID in cli("raw", case_id).output
    monkeypatch.delenv("RECOMMENDER_ENCRYPT_RAW")
    assert "all are plain" in cli("seal").output


def test_a_customer_is_erased_on_the_command_line(api: Api, cli: RunCli) -> None:
    case_id = filed(api)
    assert "Would erase 2 texts of 1 cases" in cli("erase", "--customer", "C-1", "--dry-run").output
    assert shown(api, case_id) == SAID
    told = cli("erase", "--customer", "C-1", "--json")
    assert json.loads(told.stdout)["cases"] == 1
    assert shown(api, case_id) == ""
    assert cli("erase", "--customer", "C-1").exit_code == 1
    assert cli("audit", "verify").exit_code == 0
