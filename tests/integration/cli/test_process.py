"""The program as a process: what it loads, what it passes on, how Ctrl+C ends it."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.eventually import eventually
from tests.support.fake_api import FakeApi
from tests.support.fake_coordinator.data import make_flow
from tests.support.stand_in_programs import REPOSITORY

FORBIDDEN = ("textual", "rich", "duckdb", "docker", "jinja2", "ruamel", "pydantic", "requests")
PATHS = ":".join(str(REPOSITORY / folder) for folder in ("console", "proto"))


def environment(**changes: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": PATHS, **changes}


async def start(*words: str, **changes: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-X", "importtime", "-m", "lanner_console", *words),
        env=environment(**changes),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


@pytest.mark.parametrize(
    "words",
    [
        ("--help",),
        ("flow", "run", "--help"),
        ("flow", "list"),
        ("execution", "list", "-o", "yaml"),
        ("execution", "retry", "--filter", "ns:*", "--dry-run"),
        ("doctor",),
    ],
    ids=" ".join,
)
async def test_a_verb_loads_no_heavy_package(api: FakeApi, words: tuple[str, ...]) -> None:
    process = await start(*words, LANNER_ADDRESS=api.address)
    _, trace = await process.communicate()

    loaded = {line.rpartition("|")[2].strip().split(".")[0] for line in trace.decode().split("\n")}
    assert "click" in loaded
    assert loaded.intersection(FORBIDDEN) == set()


@pytest.mark.parametrize("words", [("--help",), ("flow", "run", "--help"), ("help", "filter")])
async def test_help_does_not_even_load_grpc(words: tuple[str, ...]) -> None:
    process = await start(*words)
    _, trace = await process.communicate()

    assert b" grpc" not in trace


async def test_ctrl_c_leaves_the_execution_running_and_says_how_to_look(api: FakeApi) -> None:
    api.add_flow(make_flow())
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "lanner_console", "flow", "run", "company.etl/load_orders", "-f"),
        env=environment(LANNER_ADDRESS=api.address),
        stderr=asyncio.subprocess.PIPE,
    )
    await eventually(lambda: api.requests("WatchExecution"), 20)

    process.send_signal(signal.SIGINT)
    _, narration = await process.communicate()

    assert process.returncode == 130
    assert "detached; execution exec0001 goes on" in narration.decode()
    assert "attach again: lanner execution watch exec0001" in narration.decode()
    assert api.requests("KillExecution") == []


def test_ctrl_c_ends_a_wait_also_when_another_thread_gets_the_signal() -> None:
    program = """
import asyncio, signal, threading, time
from lanner_console.cli.interruption import interruptible

def press():
    time.sleep(0.3)
    signal.pthread_kill(threading.get_ident(), signal.SIGINT)

threading.Thread(target=press, daemon=True).start()
try:
    asyncio.run(interruptible(asyncio.sleep(600)))
except KeyboardInterrupt:
    print("interrupted")
"""

    ended = subprocess.run(
        [sys.executable, "-c", program],
        env=environment(),
        capture_output=True,
        check=True,
        timeout=30,
    )

    assert ended.stdout == b"interrupted\n"


def test_a_reader_that_leaves_is_no_error() -> None:
    command = f"{sys.executable} -m lanner_console help filter | head -1"

    ended = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        env=environment(),
        capture_output=True,
        check=False,
    )

    assert (ended.returncode, ended.stderr) == (0, b"")


@pytest.mark.parametrize(
    ("noun", "module"), [("agent", "lanner_agent"), ("coordinator", "lanner_coordinator")]
)
def test_run_becomes_the_program_and_passes_everything_on(
    tmp_path: Path, noun: str, module: str
) -> None:
    package = tmp_path / module
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "__main__.py").write_text("import os, sys; print(sys.argv[1:]); sys.exit(42)")

    ended = subprocess.run(
        [sys.executable, "-m", "lanner_console", noun, "run", "--data", "x y", "--help", "-h"],
        env=environment(PYTHONPATH=f"{tmp_path}:{PATHS}"),
        capture_output=True,
        text=True,
        check=False,
    )

    assert (ended.returncode, ended.stdout) == (42, "['--data', 'x y', '--help', '-h']\n")
