"""Clients that keep asking a server, in an interpreter of their own: times of many requests.

`python -m tests.bench.load` reads one plan as JSON and prints what came of it. Each client has a
connection of its own that stays open, and asks for the next thing as soon as it has its answer.
"""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from typing import Any, Final

import httpx
import numpy as np

from tests.bench.vectors import ROOT

PATIENCE: Final = 300.0

Request = tuple[str, str, str | None, object]
"""Method, path, token, body."""
Answer = tuple[float, int, object]
"""Milliseconds, status, body."""


def asked(
    url: str, requests: Sequence[Request], *, clients: int, seconds: float
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Send requests by several clients at once until all are answered or the time is over.

    Gives the times in ms with answers a second, and the answers in the order of the requests,
    which may be more. Raises ConnectionError where anything was refused.
    """
    plan = {"url": url, "requests": requests, "clients": clients, "seconds": seconds}
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.load"],
        input=json.dumps(plan),
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    told = json.loads(done.stdout)
    refused = [answer for _, status, answer in told["answers"] if status >= httpx.codes.BAD_REQUEST]
    if refused:
        message = f"{len(refused)} of {len(told['answers'])} refused: {refused[0]}"
        raise ConnectionError(message)
    times = [milliseconds for milliseconds, _, _ in told["answers"]]
    row = {
        "clients": clients,
        "answers": len(times),
        "p50_ms": float(np.percentile(times, 50)),
        "p95_ms": float(np.percentile(times, 95)),
        "p99_ms": float(np.percentile(times, 99)),
        "most_ms": max(times),
        "a_second": len(times) / told["took"],
    }
    return row, [answer for _, _, answer in told["answers"]]


async def _all(plan: dict[str, Any]) -> dict[str, Any]:
    waiting = iter(enumerate(plan["requests"]))
    answers: dict[int, Answer] = {}
    async with asyncio.TaskGroup() as group:
        ready = asyncio.Barrier(plan["clients"] + 1)
        for _ in range(plan["clients"]):
            group.create_task(_client(plan, waiting, answers, ready))
        await ready.wait()
        began = time.perf_counter()
    took = time.perf_counter() - began
    return {"took": took, "answers": [answers[place] for place in sorted(answers)]}


async def _client(
    plan: dict[str, Any],
    waiting: Iterator[tuple[int, Request]],
    answers: dict[int, Answer],
    ready: asyncio.Barrier,
) -> None:
    async with httpx.AsyncClient(
        base_url=plan["url"], timeout=PATIENCE, trust_env=False
    ) as connection:
        await connection.get("/healthz")  # the connection is open before the clock runs
        await ready.wait()
        over = time.perf_counter() + plan["seconds"]
        for place, (method, path, token, body) in waiting:
            headers = {} if token is None else {"Authorization": f"Bearer {token}"}
            began = time.perf_counter()
            answer = await connection.request(method, path, headers=headers, json=body)
            took = 1000 * (time.perf_counter() - began)
            told = answer.json() if answer.is_success else answer.text
            answers[place] = (took, answer.status_code, told)
            if time.perf_counter() > over:
                return


def main() -> None:
    """Read the plan, ask, print."""
    print(json.dumps(asyncio.run(_all(json.loads(sys.stdin.read())))))


if __name__ == "__main__":
    main()
