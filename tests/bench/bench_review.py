"""What managers and policy owners wait for, through HTTP, on a house of 10,000 or 50,000 cases.

`make bench PYTEST_ARGS='-k review'` prints the table and keeps its figures in `bench-results/`;
BENCH_LARGE=1 adds 50,000 cases, BENCH_SIZES=10000,50000 names the sizes. A real server and who
asks it run in processes of their own and share the machine's cores, so the bare endpoint of the
same run stands beside every figure. Nothing here passes or fails by a figure.
"""

import os
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import httpx
import numpy as np
import pytest
from sqlalchemy import insert, select

from recommender.accounts.directory import operator
from recommender.config import Settings
from recommender.kinds.floors import release
from recommender.models.cases import Case
from recommender.models.kinds import Kind, Membership
from recommender.storage.house import House, Transaction
from recommender.vocabulary import CaseState, MembershipOrigin
from tests.bench import results
from tests.bench.filled import fill
from tests.bench.load import PATIENCE
from tests.bench.served import Served, served
from tests.bench.staff import OWNERS, PASSWORD
from tests.bench.tables import show

LARGE: Final = bool(os.environ.get("BENCH_LARGE"))
SIZES: Final = [
    int(size)
    for size in os.environ.get("BENCH_SIZES", "10000,50000" if LARGE else "10000").split(",")
]
TIMES: Final = 20
COLD: Final = 5
"""So many kinds are replayed cold, and so often all of them are measured anew."""
LIMITS: Final = 10
"""How far a slider is moved, step by step."""
CANDIDATES: Final = 10
SEED: Final = 0
CLAUSE: Final = "RET-2.1"
"""Whoever changes its limits changes something that all kinds may rest on."""


@pytest.mark.skipif(find_spec("onnxruntime") is None, reason="the extra `fast` is not installed")
@pytest.mark.parametrize("size", SIZES)
def test_review(size: int, tmp_path: Path) -> None:
    """The inbox, a kind, its backtest cold and while a limit moves, the candidates."""
    settings = Settings(
        database_url=f"sqlite:///{tmp_path / 'house.sqlite'}",
        encoder="builtin-fast",
        session_hours=24,
    )
    fill(settings, size, SEED)
    kinds = put_into_kinds(settings)
    with served(settings, tmp_path) as server, closing(Visit(server)) as visit:
        rows = list(visit.measured())
    show(f"Reviewing {size:,} cases in {len(kinds)} kinds", rows)
    results.write(
        f"review-{size}",
        {"cases": size, "kinds": len(kinds), "largest": max(kinds), "requests": rows},
        seed=SEED,
    )


def put_into_kinds(settings: Settings) -> list[int]:
    """Make a kind of the approved cases of each clause and action, and give how many each has."""
    house = House(settings)
    with house.transaction(operator(house)) as tx:
        groups = _groups(tx)
        ids = [f"kind-{number:04}" for number in range(len(groups))]
        kinds = [
            {
                "id": id_,
                "name": f"{action.replace('_', ' ')} {id_}",
                "clause_id": clause,
                "card": {"representatives": cases[:3], "action": action},
                "born_at": tx.at,
            }
            for id_, ((clause, action), cases) in zip(ids, groups.items(), strict=True)
        ]
        tx.session.execute(insert(Kind), kinds)
        members = [
            {"case_id": case, "kind_id": id_, "strength": 1.0, "origin": MembershipOrigin.RUN}
            for id_, cases in zip(ids, groups.values(), strict=True)
            for case in cases
        ]
        tx.session.execute(insert(Membership), members)
        release(tx)
    house.database.close()
    return [len(cases) for cases in groups.values()]


class Visit:
    """What a manager and a policy owner ask of one server."""

    def __init__(self, server: Served) -> None:
        self.server = server
        self.connection = httpx.Client(base_url=server.url, timeout=PATIENCE, trust_env=False)
        server.until("/readyz")
        self.manager, self.owner = (self._token(name) for name in ("manager-0", f"{OWNERS[0]}-1"))
        self.budget = 0.0

    def close(self) -> None:
        """Give the connection back."""
        self.connection.close()

    def measured(self) -> Iterator[dict[str, Any]]:
        """Give a row for each thing that is asked, the bare endpoint first."""
        yield self._row("GET /healthz", [self._get("/healthz")] * TIMES)
        inbox, page = self._get("/v1/inbox"), self._get("/v1/kinds")
        yield self._row("GET /v1/inbox", [inbox] * TIMES)
        yield self._row("GET /v1/kinds", [page] * TIMES)
        yield self._row("GET /v1/inbox, all measured anew", [inbox] * COLD, self._change)
        listed = sorted(page(), key=lambda kind: -(kind["cases"] or 0))
        kinds = [kind["id"] for kind in listed]
        yield from self._backtests(kinds[:COLD])
        yield self._row(
            "POST .../backtest, all measured anew", [self._backtest(kinds[0])] * COLD, self._change
        )
        inbox()
        for name, path in (("GET /v1/kinds/{id}", ""), ("GET .../draft", "/draft")):
            yield self._row(name, [self._get(f"/v1/kinds/{one}{path}") for one in kinds[:TIMES]])
        candidates = list(self._promoted(kinds))
        yield self._row("GET /v1/candidates", [self._get("/v1/candidates", self.owner)] * TIMES)
        pages = [self._get(f"/v1/candidates/{one}", self.owner) for one in candidates]
        yield self._row("GET /v1/candidates/{id}", pages)

    def _backtests(self, kinds: Sequence[str]) -> Iterator[dict[str, Any]]:
        """Replay kinds that nothing is kept of, and each again while a limit moves."""
        yield self._row("POST .../backtest, cold", [self._backtest(one) for one in kinds])
        steps = [self._backtest(one, 10.0 * step) for one in kinds for step in range(1, LIMITS + 1)]
        yield self._row("POST .../backtest, a limit moves", steps)

    def _row(
        self,
        name: str,
        asked: Sequence[Callable[[], Any]],
        before: Callable[[], object] | None = None,
    ) -> dict[str, Any]:
        """Ask a server that rests, one thing after another; `before` each is not timed."""
        self.server.until_quiet()
        times, cpu = [], 0.0
        for ask in asked:
            if before is not None:
                before()
            used, began = self.server.cpu_seconds, time.perf_counter()
            ask()
            times.append(1000 * (time.perf_counter() - began))
            cpu += self.server.cpu_seconds - used
        print(f"  {name}: p50 {np.percentile(times, 50):.0f} ms")
        return {
            "asked": name,
            "times": len(times),
            "p50_ms": float(np.percentile(times, 50)),
            "p95_ms": float(np.percentile(times, 95)),
            "most_ms": max(times),
            "server_cpu_ms": 1000 * cpu / len(times),
            "load": os.getloadavg()[0],
        }

    def _promoted(self, kinds: Sequence[str]) -> Iterator[str]:
        """Promote the first kinds that can be, and give their candidates."""
        left = CANDIDATES
        for kind in kinds:
            answer = self._send("POST", f"/v1/kinds/{kind}/promote", self.manager, {})
            if answer.is_success:
                yield answer.json()["id"]
                left -= 1
            if not left:
                return

    def _change(self) -> None:
        """Change what all kinds may rest on, so that nothing that is kept of them holds."""
        self.budget += 1
        sent = {"monthly_budget": self.budget, "currency": "EUR"}
        self._send("PUT", f"/v1/clauses/{CLAUSE}/limits", self.owner, sent).raise_for_status()

    def _get(self, path: str, token: str | None = None) -> Callable[[], Any]:
        return lambda: self._answer("GET", path, token or self.manager, None)

    def _backtest(self, kind: str, limit: float | None = None) -> Callable[[], Any]:
        moved = [{"fact": "amount", "bound": "max", "limit": limit, "unit": "EUR"}]
        sent = {"conditions": None if limit is None else moved}
        return lambda: self._answer("POST", f"/v1/kinds/{kind}/backtest", self.manager, sent)

    def _answer(self, method: str, path: str, token: str, sent: object) -> Any:  # noqa: ANN401 - JSON
        answer = self._send(method, path, token, sent)
        answer.raise_for_status()
        return answer.json()

    def _send(self, method: str, path: str, token: str, sent: object) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token}"}
        return self.connection.request(method, path, headers=headers, json=sent)

    def _token(self, name: str) -> str:
        person = {"name": name, "password": PASSWORD}
        token: str = self.connection.post("/v1/sessions", json=person).json()["token"]
        return token


def _groups(tx: Transaction) -> dict[tuple[str, str], list[str]]:
    """Give the approved cases of each clause and action that are told of both."""
    groups = defaultdict(list)
    found = tx.session.execute(
        select(Case.id, Case.clause_id, Case.granted_action)
        .where(Case.state == CaseState.APPROVED)
        .order_by(Case.id)
    )
    for case, clause, action in found:
        if clause and action:
            groups[clause, action].append(case)
    return dict(sorted(groups.items()))
