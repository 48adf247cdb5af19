"""A coordinator and an agent whose common disk is really full: nothing is lost, all goes on."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.eventually import eventually_blocking
from tests.support.running_lanner import RunningLanner, running_lanner
from tests.support.small_disk import fill, small_disk

FLOW = """
id: works
namespace: company
tasks:
  - id: wait
    type: io.kestra.plugin.scripts.shell.Commands
    taskRunner: {{type: io.kestra.plugin.core.runner.Process}}
    commands: ["echo kept > x.txt", "while [ ! -e {go} ]; do sleep 0.1; done"]
    outputFiles: [x.txt]
  - id: tell
    type: core.log.Log
    message: "it was {{{{ read(outputs.wait.outputFiles['x.txt']) }}}}"
"""
LARGE_FLOW = "id: large{number}\nnamespace: company\ndescription: {filler}\ntasks: [{task}]\n"
TASK = "{id: a, type: core.log.Log, message: x}"
LARGE_COUNT = 40
"""Of half a megabyte each: more than is kept free for commits."""


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 600 MiB: an agent takes no work below 256."""
    with small_disk(tmp_path / "disk", "600m") as disk:
        yield disk


def refused(lanner: RunningLanner, *arguments: str) -> str:
    result = lanner.cli(*arguments)
    assert result.returncode != 0, result.stdout
    assert "RESOURCE_EXHAUSTED" in result.stderr
    return result.stderr


def states(lanner: RunningLanner) -> list[object]:
    return [one["state"] for one in lanner.executions()]


@pytest.mark.timeout(300)
def test_on_a_full_disk_all_is_refused_with_a_sentence_and_goes_on_when_there_is_space(
    disk: Path, tmp_path: Path
) -> None:
    go = tmp_path / "go"
    flow = tmp_path / "works.yaml"
    flow.write_text(FLOW.format(go=go))
    large = tmp_path / "large"
    large.mkdir()
    for number in range(LARGE_COUNT):
        filler = os.urandom(250_000).hex()
        text = LARGE_FLOW.format(number=number, filler=filler, task=TASK)
        (large / f"{number}.yaml").write_text(text)
    file = tmp_path / "file.bin"
    file.write_bytes(bytes(3_000_000))

    with running_lanner(disk / "data") as lanner:
        lanner.done("flow", "apply", str(flow))
        lanner.done("flow", "run", "company/works")
        eventually_blocking(lambda: list(disk.rglob("x.txt")), 30)
        in_the_way = fill(disk)

        put = ("-n", "company", "namespace", "files", "put", str(file))
        assert "the disk of the artifact storage is full" in refused(lanner, *put)
        assert "is full: make space" in refused(lanner, "flow", "apply", str(large))
        go.touch()
        # Its end cannot be stored yet: it is kept, and stored when there is space.
        assert "kept" not in lanner.cli("execution", "logs", "@latest").stdout
        in_the_way.unlink()
        eventually_blocking(lambda: states(lanner) == ["SUCCESS"], 60)

        assert "it was kept" in lanner.done("execution", "logs", "@latest")
        assert lanner.done("-o", "name", "flow", "list").split() == ["company/works"]
        assert (
            "there is no file" in lanner.cli("-n", "company", "namespace", "files", "list").stderr
        )
        lanner.done(*put)
        lanner.done("flow", "apply", str(large))
        lanner.done("flow", "run", "company/works", "--wait")
