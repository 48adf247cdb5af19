"""A secret goes to every place of a flow that it can go to; then it is looked for everywhere.

Files that tasks write may hold what tasks write into them. Nothing else may hold the secret:
neither what the coordinator and its agent keep, nor what they log (at their most talkative), nor
what people are shown, nor the list of processes meanwhile.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import msgspec
import pytest

from lanner_console.grpc_client import connect
from tests.support.console_scene import opened, settle
from tests.support.eventually import eventually, eventually_blocking
from tests.support.frames import frame
from tests.support.running_lanner import RunningLanner
from tests.support.secret_hunt import SecretHunt
from tests.support.web_server import Answer, Asked, web_server

CANARY = "kanary-7Ry/Qz+9=wzrd&x"
KEY = "-----BEGIN KEY-----\nMIIEkanaryPemOne\nQ0FOkanaryPemTwo==\n-----END KEY-----"
QUOTED = "say\"kanary\\two'q"
OTHERS = {"PEM": KEY, "QUOTED": QUOTED, "HOOKKEY": f"hook-{CANARY}"}

FLOWS = Path(__file__).parent / "flows"
EVERYWHERE = "hunt.team/everywhere"
WAIT_SECONDS = 60
SIZE = (200, 60)


@contextmanager
def talkative_lanner(folder: Path) -> Iterator[RunningLanner]:
    """A coordinator and an agent that log all that they ever log."""
    address = f"unix:{folder / 'coordinator.sock'}"
    coordinator = [*program("coordinator"), "--data", str(folder), "--log-level", "DEBUG"]
    agent = [*program("agent"), "--data", str(folder / "agent"), "--log-level", "debug"]
    agent += ["--coordinator", address, "--id", "local", "--slots", "2"]
    with started(coordinator, folder) as process, started(agent, folder / "agent"):
        lanner = RunningLanner(data=folder, process=process)
        log = folder / "agent" / "program.log"
        eventually_blocking(lambda: "Connected" in log.read_text(), WAIT_SECONDS)
        yield lanner


def program(name: str) -> list[str]:
    return [sys.executable, "-m", f"lanner_{name}"]


@contextmanager
def started(command: list[str], folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "program.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            yield process
        finally:
            process.terminate()
            process.wait(WAIT_SECONDS)


def echo(asked: Asked) -> Answer:
    """An answer with the secret in it."""
    return Answer(headers={"X-Back": asked.headers.get("X-T") or "-"}, body=asked.body)


def set_canary(lanner: RunningLanner) -> None:
    """Set it as people do."""
    command = [*program("console"), "--address", lanner.address, "-n", "hunt"]
    subprocess.run(
        [*command, "secret", "set", "CANARY", "--file", "-"],
        input=CANARY.encode(),
        check=True,
        timeout=WAIT_SECONDS,
        capture_output=True,
    )


async def set_others(lanner: RunningLanner) -> None:
    """Set the others without a process for each."""
    async with connect(lanner.address) as client:
        for key, value in OTHERS.items():
            await client.set_secret("hunt", key, value)


def run_everywhere(lanner: RunningLanner, folder: Path, url: str) -> list[str]:
    """Run the flow; ids of its execution and of its children."""
    for path in FLOWS.glob("*.yaml"):
        (folder / path.name).write_text(path.read_text().replace("URL", url))
    lanner.done("flow", "apply", *(str(folder / path.name) for path in FLOWS.glob("*.yaml")))
    inputs = folder / "inputs.json"
    inputs.write_bytes(msgspec.json.encode({"token": CANARY}))
    lanner.done("flow", "run", EVERYWHERE, "--inputs-file", str(inputs), "--wait")
    return [str(one["id"]) for one in lanner.executions()]


def look_at_answers(hunt: SecretHunt, lanner: RunningLanner, execution_id: str) -> None:
    """What the command line shows, in its formats, and how it refuses."""
    for command in (
        f"-o table execution get {execution_id}",
        f"-o json execution get {execution_id}",
        f"-o yaml execution get {execution_id}",
        f"-o table logs {execution_id}",
        f"-o json logs {execution_id}",
        "-o csv execution list",
        "-o yaml trigger list",
        "-o json -n hunt secret list",
        "-o json -n hunt.team kv get token",
        f"flow run {EVERYWHERE} -i token=x -i unknown=y",
    ):
        answer = lanner.cli(*command.split())
        hunt.look(command, f"{answer.stdout}{answer.stderr}".encode())


async def look_at_console(hunt: SecretHunt, lanner: RunningLanner, execution_id: str) -> None:
    """The execution, its tabs, and the namespaces."""
    async with connect(lanner.address) as client, opened(client, size=SIZE) as (app, pilot):
        await eventually(lambda: "everywhere" in frame(app), WAIT_SECONDS)
        await pilot.press("G", "enter")
        await eventually(lambda: execution_id in frame(app), WAIT_SECONDS)
        for key in ("l", "o", "right_square_bracket", "right_square_bracket", "escape", "6"):
            hunt.look(f"console before {key}", frame(app).encode())
            await pilot.press(key)
            await settle(pilot)
        hunt.look("console, namespaces", frame(app).encode())


@pytest.mark.timeout(180)
async def test_a_secret_in_every_place_of_a_flow_comes_to_light_nowhere(
    tmp_socket_dir: Path, tmp_path: Path
) -> None:
    hunt = SecretHunt.of(CANARY, *OTHERS.values())
    with web_server() as web, talkative_lanner(tmp_socket_dir) as lanner:
        web.answers["/echo"] = echo
        web.answers[f"/echo/{quote(CANARY, safe='')}"] = echo
        with hunt.watching_processes():
            set_canary(lanner)
            await set_others(lanner)
            ids = run_everywhere(lanner, tmp_path, web.url)
        look_at_answers(hunt, lanner, ids[-1])
        await look_at_console(hunt, lanner, ids[-1])
        log, log_of_child = (lanner.done("logs", one) for one in (ids[-1], ids[0]))
    hunt.look_through_folder(tmp_socket_dir, but=["artifacts/"])

    assert hunt.found == []
    # It was used, and the flow came to its end.
    assert CANARY.encode() in b"".join(one.body for one in web.asked)
    assert "errfail the end ********" in log
    assert "child ******** ********" in log_of_child
