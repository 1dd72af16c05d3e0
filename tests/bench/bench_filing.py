"""Filing, look-ups and co-signing through HTTP on a house of 1,000, 50,000 and 100,000 cases.

`make bench PYTEST_ARGS='-k filing'` prints the tables and keeps their figures in `bench-results/`;
BENCH_LARGE=1 adds 100,000 cases and 32 clients. A real server and its clients run in processes of
their own and share the machine's cores, so the bare endpoint of the same run stands beside every
figure. Every look-up brings a draft of its own, which has to be embedded. Nothing here passes or
fails by a figure.
"""

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any, Final

import httpx
import pytest
from sqlalchemy import select

from recommender.config import Settings
from recommender.models.cases import Embedding
from recommender.storage.engine import Database
from tests.bench import results
from tests.bench.filled import WAITING, body, fill
from tests.bench.load import PATIENCE, Request, asked
from tests.bench.recombined import drafts
from tests.bench.served import Served, served
from tests.bench.staff import AGENTS, PASSWORD, TEAM, agent
from tests.bench.tables import show

LARGE: Final = bool(os.environ.get("BENCH_LARGE"))
SIZES: Final = (1_000, 50_000, *([100_000] if LARGE else []))
CLIENTS: Final = (1, 8, *([32] if LARGE else []))
ENCODERS: Final = ("builtin-fast", "builtin")
REQUESTS: Final = 400
SECONDS: Final = 20.0
LEFT_OVER: Final = 300.0
"""Seconds to sign what was filed and not signed in time, so that the queue stays as long."""
PEOPLE: Final = 32
"""Agents who file and sign in turns, each of another team."""
APPROVALS: Final = 5
"""How often a new case is approved and then looked up."""
SEED: Final = 0
NOT_ASKED: Final = {"/v1/precedents": {"product", "customer_id"}, "/v1/advice": set[str]()}


@pytest.mark.parametrize("encoder", ENCODERS)
@pytest.mark.parametrize("size", SIZES)
def test_filing(size: int, encoder: str, tmp_path: Path) -> None:
    """The start of a server; look-ups, the queue, filings and signatures; look-ups after news."""
    if encoder == "builtin-fast" and find_spec("onnxruntime") is None:
        pytest.skip("the extra `fast` is not installed")
    settings = Settings(
        database_url=f"sqlite:///{tmp_path / 'house.sqlite'}", encoder=encoder, session_hours=24
    )
    began = time.perf_counter()
    fill(settings, size, SEED)
    filled = time.perf_counter() - began
    with (
        served(settings, tmp_path) as server,
        closing(Visit(server, Database(settings.database_url))) as visit,
    ):
        start = {"filled_s": filled, **visit.started()}
        rows = [row for clients in CLIENTS for row in visit.measured(clients)]
        news = visit.after_approvals()
        start["peak_memory_mib"] = server.peak_memory_mib
    title = f"Filing with {size:,} cases, {encoder}"
    show(f"{title}: the start", [start])
    show(f"{title}: requests", rows)
    show(f"{title}: look-ups after an approval", [news])
    results.write(
        f"filing-{encoder}-{size}",
        {"cases": size, "encoder": encoder, "agents": AGENTS, "waiting": WAITING}
        | {"start": start, "requests": rows, "after_an_approval": news},
        seed=SEED,
    )


class Visit:
    """What is asked of one server; no draft comes twice."""

    def __init__(self, server: Served, database: Database) -> None:
        self.server = server
        self.database = database
        self.drafts = drafts(SEED)
        self.connection = httpx.Client(base_url=server.url, timeout=PATIENCE, trust_env=False)
        self.tokens: dict[int, str] = {}

    def close(self) -> None:
        """Give the connections back."""
        self.connection.close()
        self.database.close()

    def started(self) -> dict[str, float]:
        """Seconds from the start until it lives, is ready, answered a look-up, and rests."""
        told = {
            "alive_s": self.server.until("/healthz"),
            "ready_s": self.server.until("/readyz"),
        }
        told["first_look_up_ms"] = self._look_up()
        told["answered_s"] = self.server.age
        self.server.until_quiet()
        return told | {"quiet_s": self.server.age, "cpu_s": self.server.cpu_seconds}

    def measured(self, clients: int) -> Iterator[dict[str, Any]]:
        """Each endpoint by so many clients, the bare one first."""
        bare, _ = self._asked([("GET", "/healthz", None, None)] * REQUESTS, clients)
        rows = {"GET /healthz": bare}
        for path in NOT_ASKED:
            rows[f"POST {path}"], _ = self._asked(self._look_ups(path, REQUESTS), clients)
        reading: list[Request] = [
            ("GET", "/v1/queue", token, None) for token in self._turns(REQUESTS)
        ]
        rows["GET /v1/queue"], _ = self._asked(reading, clients)
        rows["POST /v1/proposals"], filed = self._asked(self._filings(REQUESTS), clients)
        signing = self._signings(filed)
        rows["POST .../cosign"], _ = self._asked(signing, clients)
        rest = signing[int(rows["POST .../cosign"]["answers"]) :]
        if rest:
            asked(self.server.url, rest, clients=1, seconds=LEFT_OVER)
        for name, row in rows.items():
            beside = {f"{p}_to_bare": row[f"{p}_ms"] / bare[f"{p}_ms"] for p in ("p50", "p95")}
            yield {"endpoint": name, **row, **beside}

    def after_approvals(self) -> dict[str, float]:
        """The first look-up once a new case was approved and embedded, and the one after it."""
        first, second, embedded = [], [], []
        for _ in range(APPROVALS):
            self.server.until_quiet()
            (filing,) = self._filings(1)
            filed = self._answer(filing)
            (signing,) = self._signings([filed])
            self._answer(signing)
            approved = time.perf_counter()
            while not self._is_embedded(filed["id"]):
                time.sleep(0.005)
            embedded.append(time.perf_counter() - approved)
            first.append(self._look_up())
            second.append(self._look_up())
        return {
            "embedded_after_s": median(embedded),
            "first_ms": median(first),
            "first_most_ms": max(first),
            "second_ms": median(second),
        }

    def _asked(
        self, requests: Sequence[Request], clients: int
    ) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """Ask a server that rests, and add what it cost there and how busy the machine was."""
        self.server.until_quiet()
        before = self.server.cpu_seconds
        row, answers = asked(self.server.url, requests, clients=clients, seconds=SECONDS)
        used = 1000 * (self.server.cpu_seconds - before) / len(answers)
        found = {**row, "server_cpu_ms": used, "load": os.getloadavg()[0]}
        method, path, *_ = requests[0]
        print(f"  {method} {path}, {clients} at once: p95 {row['p95_ms']:.0f} ms")
        return found, answers

    def _look_up(self) -> float:
        """Milliseconds of one look-up."""
        (request,) = self._look_ups("/v1/precedents", 1)
        began = time.perf_counter()
        self._answer(request)
        return 1000 * (time.perf_counter() - began)

    def _answer(self, request: Request) -> dict[str, Any]:
        """Ask once, from here."""
        method, path, token, sent = request
        headers = {"Authorization": f"Bearer {token}"}
        answer = self.connection.request(method, path, headers=headers, json=sent)
        answer.raise_for_status()
        told: dict[str, Any] = answer.json()
        return told

    def _look_ups(self, path: str, number: int) -> list[Request]:
        bodies = (body(one) for one in islice(self.drafts, number))
        return [
            ("POST", path, token, {k: v for k, v in one.items() if k not in NOT_ASKED[path]})
            for token, one in zip(self._turns(number), bodies, strict=True)
        ]

    def _filings(self, number: int) -> list[Request]:
        drafted = islice(self.drafts, number)
        return [
            ("POST", "/v1/proposals", token, body(one))
            for token, one in zip(self._turns(number), drafted, strict=True)
        ]

    def _signings(self, filed: Sequence[Mapping[str, Any]]) -> list[Request]:
        """Give the requests by which the next in turn would sign what was filed in turns."""
        return [
            (
                "POST",
                f"/v1/proposals/{one['id']}/cosign",
                token,
                {"content_hash": one["content_hash"]},
            )
            for token, one in zip(self._turns(len(filed) + 1)[1:], filed, strict=True)
        ]

    def _is_embedded(self, case_id: str) -> bool:
        with self.database.reading() as session:
            there = select(Embedding.view).where(Embedding.case_id == case_id).limit(1)
            return session.scalar(there) is not None

    def _turns(self, number: int) -> list[str]:
        """Tokens of those who take turns."""
        return [self._token(place % PEOPLE) for place in range(number)]

    def _token(self, place: int) -> str:
        """Sign somebody in once."""
        if place not in self.tokens:
            person = {"name": agent(TEAM * place + 1), "password": PASSWORD}
            signed_in = self.connection.post("/v1/sessions", json=person)
            self.tokens[place] = signed_in.json()["token"]
        return self.tokens[place]
