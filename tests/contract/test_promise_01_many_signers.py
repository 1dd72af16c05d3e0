"""Promise 1 under load: fifty colleagues sign at once at a real server, and one approves."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier, Thread
from time import monotonic, sleep

import httpx2
import uvicorn
from sqlalchemy import func, select

from api.app import create_app
from recommender.accounts.directory import actor_named, add_account, operator
from recommender.accounts.keys import make_key
from recommender.cases.filing import Wish, file
from recommender.models.cases import Case, CoSignature
from recommender.models.events import Event
from recommender.models.notices import Notice
from recommender.storage.house import House
from recommender.vocabulary import CaseState, NoticeTopic, Role

SIGNERS = 50
PATIENCE = 60.0
WISH = Wish(situation="The zip broke on the first day.", resolution="Swap the coat.")


@contextmanager
def serving(house: House) -> Iterator[str]:
    """Serve a house on 127.0.0.1 and give the address."""
    app = create_app(house, catches_up=False)
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning"))
    thread = Thread(target=server.run)
    thread.start()
    try:
        until = monotonic() + PATIENCE
        while not server.started:
            assert thread.is_alive()
            assert monotonic() < until
            sleep(0.01)
        host, port = server.servers[0].sockets[0].getsockname()
        yield f"http://{host}:{port}"
    finally:
        server.should_exit = True
        thread.join(PATIENCE)


def keys(house: House) -> list[str]:
    """Add fifty colleagues and give a key of each."""
    names = [f"signer-{number:02}" for number in range(SIGNERS)]
    with house.transaction(operator(house)) as tx:
        for name in names:
            add_account(tx, name=name, display_name=name, roles=[Role.AGENT])
    with house.transaction(operator(house)) as tx:
        return [make_key(tx, name, "test") for name in names]


def test_fifty_colleagues_at_once_give_one_approval_and_49_refusals_by_name(stored: House) -> None:
    bearers = keys(stored)
    with stored.transaction(actor_named(stored, "maya")) as tx:
        case = file(tx, WISH)
        case_id, seen = case.id, case.content_hash
    together = Barrier(SIGNERS)

    def sign(key: str) -> str:
        with httpx2.Client(
            base_url=address, headers={"Authorization": f"Bearer {key}"}, timeout=PATIENCE
        ) as client:
            together.wait(PATIENCE)
            body = {"content_hash": seen}
            answer = client.post(f"/v1/proposals/{case_id}/cosign", json=body)
        said = answer.json()
        return str(said["state"] if answer.status_code == 200 else said["code"])

    with serving(stored) as address, ThreadPoolExecutor(SIGNERS) as pool:
        answers = Counter(pool.map(sign, bearers))

    assert answers == {"approved": 1, "NotPending": SIGNERS - 1}
    with stored.database.reading() as session:
        signature = session.scalars(select(CoSignature)).one()
        signed = session.get_one(Case, case_id)
        assert (signed.state, signed.cosigner_id) == (CaseState.APPROVED, signature.signer_id)
        answered = Notice.topic == NoticeTopic.PROPOSAL_ANSWERED
        assert session.scalar(select(func.count()).where(answered)) == 1
        assert session.scalar(select(func.count()).where(Event.verb == "cosign")) == 1
        stored.log.verify(session)
