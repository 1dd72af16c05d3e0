"""Nobody files or signs before having accepted the charter in force, through whichever door."""

import pytest
from sqlalchemy import delete

from recommender.models.protection import CharterAcceptance
from recommender.storage.house import House
from tests.conftest import RunCli
from tests.contract.conftest import Api

WISH = {"situation": "The parcel came late.", "resolution": "Take it back."}


@pytest.fixture
def filed(api: Api) -> dict[str, str]:
    """What names a proposal of maya's, as a signer read it."""
    answer = api.by("maya").post("/v1/proposals", json=WISH).json()
    return {"id": answer["id"], "content_hash": answer["content_hash"]}


def forget_acceptances(house: House) -> None:
    """Make it everybody's first day."""
    with house.database.transaction() as session:
        session.execute(delete(CharterAcceptance))


def test_the_first_day_begins_with_the_charter(api: Api, filed: dict[str, str]) -> None:
    forget_acceptances(api.house)
    case, seen = filed["id"], {"content_hash": filed["content_hash"]}
    maya, tom = api.by("maya"), api.by("tom")
    refused = [
        maya.post("/v1/proposals", json=WISH),
        maya.put(f"/v1/proposals/{case}", json=WISH),
        tom.post(f"/v1/proposals/{case}/cosign", json=seen),
        tom.post(f"/v1/proposals/{case}/decline", json=seen | {"reason": "Not late at all."}),
        tom.post(f"/v1/proposals/{case}/ask", json=seen | {"question": "How late?"}),
    ]
    for answer in refused:
        assert answer.status_code == 403, answer.text
        assert answer.json()["code"] == "CharterUnread"
        assert "/v1/charter" in answer.json()["remedy"]
    assert api.by("tom").get("/v1/queue").status_code == 200, "reading needs no acceptance"
    assert maya.post(f"/v1/proposals/{case}/withdraw").status_code == 200, "nor taking back"

    assert tom.get("/v1/me").json()["charter_accepted"] is False
    version = tom.get("/v1/charter").json()["version"]
    assert maya.post("/v1/charter", json={"version": version}).json()["accepted_at"]
    tom.post("/v1/charter", json={"version": version})
    assert tom.get("/v1/me").json()["charter_accepted"] is True
    again = maya.post("/v1/proposals", json=WISH).json()
    seen = {"content_hash": again["content_hash"]}
    signed = tom.post(f"/v1/proposals/{again['id']}/cosign", json=seen)
    assert signed.json()["state"] == "approved"


def test_the_command_line_has_the_same_gate(house: House, cli: RunCli) -> None:
    forget_acceptances(house)
    words = ("file", "--situation", WISH["situation"], "--resolution", WISH["resolution"])
    refused = cli("--as", "maya", *words)
    assert refused.exit_code == 1
    assert "recommender charter" in refused.stderr
    assert cli("--as", "maya", "charter", "--accept", "1").exit_code == 0
    assert cli("--as", "maya", *words).exit_code == 0
