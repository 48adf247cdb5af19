"""What each language hands to the shell: programs that tell how they were called stand in."""

from __future__ import annotations

import pytest

from lanner_agent.tasks.contract import LogLevel, TaskFailed
from lanner_agent.tasks.scripts import TASK_TYPES
from lanner_agent.tasks.scripts.languages import LANGUAGES
from tests.support.fake_task_context import FakeTaskContext

TYPES = {one.name.removeprefix("io.kestra.plugin.scripts."): one for one in TASK_TYPES}
PROCESS = {"type": "io.kestra.plugin.core.runner.Process"}

# The default image, and what a script calls.
TABLE = {
    "python": ("python:3.13-slim", ["python script.py"]),
    "shell": ("ubuntu", []),
    "node": ("node", ["node script.js"]),
    "powershell": (
        "ghcr.io/kestra-io/powershell:latest",
        [
            'pwsh -NoProfile -NonInteractive -Command $ErrorActionPreference = "Stop"',
            "echo before",
            "& ./script.ps1",
        ],
    ),
    "r": ("r-base", ["Rscript script.R"]),
    "ruby": ("ruby", ["ruby script.rb"]),
    "go": ("golang", ["go run script.go"]),
    "julia": ("julia", ["julia script.jl"]),
    "perl": ("perl", ["perl script.pl"]),
    "php": ("php", ["php script.php"]),
    "lua": ("nickblah/lua", ["lua script.lua"]),
    "deno": ("denoland/deno", ["deno run --allow-all script.ts"]),
    "bun": ("oven/bun", ["bun run script.ts"]),
    "groovy": ("groovy", ["groovy script.groovy"]),
    "jbang": ("jbangdev/jbang-action", ["jbang --quiet Script.java"]),
    "dotnet": (
        "mcr.microsoft.com/dotnet/sdk:10.0",
        [
            "dotnet tool install -g dotnet-script --ignore-failed-sources",
            "dotnet-script ./script.csx",
        ],
    ),
}
PROGRAMS = (
    *("python", "node", "pwsh", "Rscript", "ruby", "go", "julia", "perl", "php", "lua", "deno"),
    *("bun", "groovy", "jbang", "dotnet", "dotnet-script"),
)


@pytest.fixture
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("programs")
    for name in PROGRAMS:
        program = folder / name
        program.write_text(f'#!/bin/sh\necho "{name} $*"\n')
        program.chmod(0o755)
    return {"PATH": f"{folder}:/usr/bin:/bin", "HOME": str(folder)}


def test_the_table_has_every_language() -> None:
    assert [language.name for language in LANGUAGES] == list(TABLE)
    assert {one.name: one.image for one in LANGUAGES} == {
        name: image for name, (image, _) in TABLE.items()
    }
    assert {one.name: one.user for one in LANGUAGES if one.user} == {"groovy": "root"}


@pytest.mark.parametrize("name", list(TABLE))
async def test_a_script_is_called_as_its_language_asks(
    context: FakeTaskContext, environment: dict[str, str], name: str
) -> None:
    _, called = TABLE[name]
    script = "echo before" if name == "shell" else "text of the script"

    await TYPES[f"{name}.Script"].run(
        context,
        {
            "taskRunner": PROCESS,
            "env": environment,
            "script": script,
            "beforeCommands": ["true" if name == "shell" else "echo before"],
        },
    )

    told = context.texts(LogLevel.INFO)
    if name == "powershell":
        assert told == called
        return
    own = [line for line in told if line != "before"]
    assert own == called
    # What brings the program comes before what the flow says.
    assert told.index("before") == max(0, len(called) - 1)


@pytest.mark.parametrize("name", [name for name in TABLE if name != "powershell"])
async def test_commands_are_one_text_for_a_shell(
    context: FakeTaskContext, environment: dict[str, str], name: str
) -> None:
    await TYPES[f"{name}.Commands"].run(
        context,
        {
            "taskRunner": PROCESS,
            "env": environment,
            "beforeCommands": ["A=1"],
            "commands": ["B=2", 'echo "$A$B $0"', "true | cat"],
        },
    )

    assert context.texts(LogLevel.INFO) == ["12 /bin/sh"]


@pytest.mark.parametrize(
    ("properties", "called"),
    [
        ({"extension": ".kt"}, "jbang --quiet Script.kt"),
        ({"extension": "md", "quiet": False}, "jbang Script.md"),
        ({"quiet": "false"}, "jbang Script.java"),
    ],
)
async def test_jbang_runs_files_of_other_kinds(
    context: FakeTaskContext,
    environment: dict[str, str],
    properties: dict[str, object],
    called: str,
) -> None:
    await TYPES["jbang.Script"].run(
        context, {"taskRunner": PROCESS, "env": environment, "script": "x", **properties}
    )

    assert context.texts(LogLevel.INFO) == [called]


async def test_an_ending_that_is_none_is_refused(context: FakeTaskContext) -> None:
    with pytest.raises(TaskFailed, match=r"must be an ending such as `\.java`"):
        await TYPES["jbang.Script"].run(
            context, {"taskRunner": PROCESS, "script": "x", "extension": "/../x.kt"}
        )


@pytest.mark.parametrize("kind", ["Script", "Commands"])
async def test_python_prints_at_once_unless_the_flow_says_otherwise(
    context: FakeTaskContext, kind: str
) -> None:
    code = "import os, sys; print(os.environ['PIP_ROOT_USER_ACTION'], sys.stdout.write_through)"
    inner = {"script": code} if kind == "Script" else {"commands": [f'python3 -c "{code}"']}

    for env in ({}, {"PYTHONUNBUFFERED": ""}):
        await TYPES[f"python.{kind}"].run(context, {"taskRunner": PROCESS, "env": env, **inner})

    assert context.texts(LogLevel.INFO) == ["ignore True", "ignore False"]
