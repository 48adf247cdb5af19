"""Packages that Python scripts ask for, from an index on loopback."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from lanner_agent.tasks.contract import LogLevel, TaskFailed
from lanner_agent.tasks.scripts import TASK_TYPES
from tests.support.fake_task_context import FakeTaskContext
from tests.support.package_index import serve_package
from tests.support.web_server import WebServer, web_server

SCRIPT = next(known for known in TASK_TYPES if known.name.endswith("python.Script"))
COMMANDS = next(known for known in TASK_TYPES if known.name.endswith("python.Commands"))
PROCESS = {"type": "io.kestra.plugin.core.runner.Process"}
PRINT = "import lanner_greeting\nprint(lanner_greeting.TEXT)"


@pytest.fixture
def index(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[WebServer]:
    with web_server() as server:
        for name in ("UV_INDEX", "UV_DEFAULT_INDEX", "UV_FIND_LINKS", "PIP_FIND_LINKS"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("PIP_INDEX_URL", f"{server.url}/simple")
        monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "uv-cache"))
        serve_package(server, "lanner_greeting", "1.0", {"lanner_greeting": "TEXT = 'one'"})
        server.answers["/simple/lanner-greeting/"] = server.answers["/simple/lanner_greeting/"]
        yield server


async def run(context: FakeTaskContext, **properties: object) -> None:
    await SCRIPT.run(
        context,
        {
            "taskRunner": PROCESS,
            "script": PRINT,
            "dependencies": ["lanner_greeting==1.0"],
            **properties,
        },
    )


async def test_a_script_imports_the_package_it_asks_for(
    context: FakeTaskContext, index: WebServer
) -> None:
    await run(context)

    assert context.texts(LogLevel.INFO) == ["one"]
    assert context.texts(LogLevel.WARN) == []


async def test_the_next_run_installs_nothing(context: FakeTaskContext, index: WebServer) -> None:
    await run(context)
    index.answers.clear()

    await run(context)

    assert context.texts(LogLevel.INFO) == ["one", "one"]


async def test_without_the_cache_every_run_installs(
    context: FakeTaskContext, index: WebServer
) -> None:
    await run(context, dependencyCacheEnabled=False)

    assert context.texts(LogLevel.INFO) == ["one"]
    assert not (context.folder / "kept").exists()
    # A folder that tasks of a WorkingDirectory share is no place for them.
    assert (context.own_dir / "python-packages").is_dir()


async def test_an_own_search_path_stays_behind_the_packages(
    context: FakeTaskContext, index: WebServer
) -> None:
    await run(
        context,
        script=f"import mine\n{PRINT}",
        env={"PYTHONPATH": str(context.folder / "lib")},
        beforeCommands=[
            f"mkdir -p {context.folder}/lib",
            f"echo 'print(1)' > {context.folder}/lib/mine.py",
        ],
    )

    assert context.texts(LogLevel.INFO) == ["1", "one"]


async def test_commands_see_the_packages_too(context: FakeTaskContext, index: WebServer) -> None:
    await COMMANDS.run(
        context,
        {
            "taskRunner": PROCESS,
            "commands": ["python3 -c 'import lanner_greeting as g; print(g.TEXT)'"],
            "dependencies": ["lanner_greeting"],
        },
    )

    assert context.texts(LogLevel.INFO) == ["one"]


async def test_a_package_that_no_index_has_fails_the_task_in_the_words_of_the_installer(
    context: FakeTaskContext, index: WebServer
) -> None:
    with pytest.raises(TaskFailed) as failed:
        await run(context, dependencies=["lanner-no-such-package"])

    assert "could not be installed" in failed.value.message
    assert "lanner-no-such-package" in failed.value.message
    assert list((context.folder / "kept").glob("*.txt")) == []


async def test_the_version_of_python_is_the_one_that_runs(
    context: FakeTaskContext, index: WebServer
) -> None:
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    await run(
        context,
        script=f"import sys\nprint('%d.%d' % sys.version_info[:2])\n{PRINT}",
        pythonVersion=version,
    )

    assert context.texts(LogLevel.INFO) == [version, "one"]


async def test_pip_installs_where_the_task_wants_it(
    context: FakeTaskContext, index: WebServer, pip_python: str
) -> None:
    await run(context, packageManager="PIP")

    assert context.texts(LogLevel.INFO) == ["one"]


@pytest.fixture
def pip_python(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """A Python that has pip, first on the path."""
    folder = tmp_path / "with-pip"
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    monkeypatch.setenv("PATH", f"{folder / 'bin'}:{os.environ['PATH']}")
    return str(folder / "bin" / "python")
