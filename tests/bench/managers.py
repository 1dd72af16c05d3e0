"""Managers who go through the dashboard at once, by Streamlit's own protocol and without a browser.

`python -m tests.bench.managers` reads one plan as JSON and prints how long each run of the script
took, from the question to its last word. Ten browsers on two cores would measure the browsers.
"""

import asyncio
import json
import random
import subprocess
import sys
import time
from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

from dashboard.signin import COOKIE
from tests.bench.vectors import ROOT

PATIENCE: Final = 120.0
LEAST_DRAWN: Final = 10
"""A page of fewer elements is a refusal, not the page."""


def went(
    url: str, tokens: Sequence[str], steps: Sequence[tuple[str, str]], *, rounds: int, think: float
) -> list[tuple[str, float]]:
    """Let a manager a token go through the steps, each a page and its query, some rounds.

    They begin apart and think about `think` seconds between steps. Gives page and ms of each run of
    the script. Raises CalledProcessError where a page broke or was refused.
    """
    plan = {"url": url, "tokens": tokens, "steps": steps, "rounds": rounds, "think": think}
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.managers"],
        input=json.dumps(plan),
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    return [(page, took) for page, took in json.loads(done.stdout)]


async def _all(plan: dict[str, Any]) -> list[tuple[str, float]]:
    async with asyncio.TaskGroup() as group:
        gone = [
            group.create_task(_manager(plan, token, random.Random(number)))  # noqa: S311 - no secret
            for number, token in enumerate(plan["tokens"])
        ]
    return [run for one in gone for run in one.result()]


async def _manager(
    plan: dict[str, Any], token: str, chance: random.Random
) -> list[tuple[str, float]]:
    here = urlsplit(plan["url"])
    runs = []
    async with connect(
        f"ws://{here.netloc}/_stcore/stream",
        additional_headers={"Cookie": f"{COOKIE}={token}"},
        origin=plan["url"],
        max_size=None,
        proxy=None,
    ) as line:
        for _ in range(plan["rounds"]):
            for page, query in plan["steps"]:
                await asyncio.sleep(plan["think"] * chance.uniform(0.5, 1.5))
                runs.append((page, await asyncio.wait_for(_run(line, page, query), PATIENCE)))
    return runs


async def _run(line: ClientConnection, page: str, query: str) -> float:
    """Ask for a page; give the ms until its script has ended."""
    question = BackMsg()
    question.rerun_script.page_name = page
    question.rerun_script.query_string = query
    drawn = 0
    began = time.perf_counter()
    await line.send(question.SerializeToString())
    while True:
        told = ForwardMsg.FromString(bytes(await line.recv(decode=False)))
        what = told.WhichOneof("type")
        drawn += what in {"delta", "ref_hash"}
        if what == "delta" and told.delta.new_element.HasField("exception"):
            raise RuntimeError(f"{page} broke: {told.delta.new_element.exception.message}")
        if what == "script_finished" and told.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
            break
    if drawn < LEAST_DRAWN:
        raise RuntimeError(f"{page} drew {drawn} elements only")
    return 1000 * (time.perf_counter() - began)


def main() -> None:
    """Read the plan, go, print."""
    print(json.dumps(asyncio.run(_all(json.loads(sys.stdin.read())))))


if __name__ == "__main__":
    main()
