"""Script tasks with the process runner."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from lanner_agent.tasks.contract import FailureCause, LogLevel, TaskFailed, TaskResult
from lanner_agent.tasks.scripts import TASK_TYPES
from tests.support.fake_task_context import FakeTaskContext

TYPES = {
    task_type.name.removeprefix("io.kestra.plugin.scripts."): task_type for task_type in TASK_TYPES
}
PROCESS = {"type": "io.kestra.plugin.core.runner.Process"}


async def run(context: FakeTaskContext, name: str, **properties: object) -> TaskResult:
    return await TYPES[name].run(context, {"taskRunner": PROCESS, **properties})


async def run_failing(context: FakeTaskContext, name: str, **properties: object) -> TaskFailed:
    with pytest.raises(TaskFailed) as failed:
        await run(context, name, **properties)
    return failed.value


def files_of(outputs: Mapping[str, object]) -> Mapping[str, str]:
    files = outputs["outputFiles"]
    assert isinstance(files, dict)
    return files


async def test_a_python_script_runs(context: FakeTaskContext) -> None:
    result = await run(context, "python.Script", script="print('Hello')\nprint(6 * 7)")

    assert context.texts(LogLevel.INFO) == ["Hello", "42"]
    assert result.outputs["exitCode"] == 0
    assert result.outputs["stdOutLineCount"] == 2


async def test_a_python_script_imports_its_input_files(context: FakeTaskContext) -> None:
    await run(
        context,
        "python.Script",
        script="import rates\nprint(rates.TAX)",
        inputFiles={"rates.py": "TAX = 19", "script.py": "raise SystemExit(1)"},
    )

    assert context.texts(LogLevel.INFO) == ["19"]


async def test_commands_of_one_shell_share_its_state(context: FakeTaskContext) -> None:
    await run(context, "shell.Commands", beforeCommands=["A=1"], commands=["B=2", "echo $A$B"])

    assert context.texts(LogLevel.INFO) == ["12"]


async def test_a_failing_command_ends_the_shell(context: FakeTaskContext) -> None:
    failure = await run_failing(context, "shell.Commands", commands=["false", "echo never"])

    assert failure.cause is FailureCause.EXIT_CODE
    assert failure.message == "The command ended with exit code 1."
    assert context.logged == []


async def test_without_fail_fast_the_last_command_decides(context: FakeTaskContext) -> None:
    result = await run(
        context, "shell.Commands", commands=["false", "echo went on"], failFast=False
    )

    assert result.outputs["exitCode"] == 0


async def test_a_failed_script_keeps_its_outputs_and_files(context: FakeTaskContext) -> None:
    failure = await run_failing(
        context,
        "shell.Script",
        script='echo \'::{"outputs":{"rows":3}}::\'\necho part > part.csv\nexit 7',
        outputFiles=["*.csv"],
    )

    assert failure.outputs["vars"] == {"rows": 3}
    assert failure.outputs["exitCode"] == 7
    assert list(files_of(failure.outputs)) == ["part.csv"]


async def test_the_only_file_of_the_output_folder_is_the_uri(context: FakeTaskContext) -> None:
    result = await run(
        context, "python.Script", script="open('{{LANNER-OUTPUT-DIR}}/a.csv', 'w').write('x')"
    )

    assert files_of(result.outputs) == {"a.csv": result.outputs["uri"]}
    assert context.stored(str(result.outputs["uri"])) == b"x"


async def test_of_two_files_none_is_the_uri(context: FakeTaskContext) -> None:
    result = await run(
        context,
        "shell.Commands",
        commands=["cd $OUTPUT_DIR", "echo 1 > a", "mkdir b", "echo 2 > b/c"],
    )

    assert sorted(files_of(result.outputs)) == ["a", "b/c"]
    assert "uri" not in result.outputs


async def test_artifacts_named_in_texts_become_paths(context: FakeTaskContext) -> None:
    uri = context.put("run/orders.csv", b"id\n1\n")

    await run(
        context,
        "shell.Commands",
        commands=[f"cat {uri}", "cat $ORDERS", "cat list.txt", "basename $ORDERS"],
        env={"ORDERS": uri},
        inputFiles={"list.txt": f"see {uri}.\n"},
    )

    lines = context.texts(LogLevel.INFO)
    assert lines[:4] == ["id", "1", "id", "1"]
    assert lines[4].startswith("see /")
    assert lines[4].endswith("/orders.csv.")
    assert lines[5] == "orders.csv"


async def test_an_input_file_may_be_an_artifact(context: FakeTaskContext) -> None:
    uri = context.put("run/orders.csv", b"id\n1\n")

    await run(
        context,
        "shell.Commands",
        commands=["cat data/in.csv"],
        inputFiles=f'{{"data/in.csv": "{uri}"}}',
    )

    assert context.texts(LogLevel.INFO) == ["id", "1"]


async def test_files_of_the_agent_are_not_stored(context: FakeTaskContext) -> None:
    uri = context.put("run/orders.csv", b"id\n")

    result = await run(context, "python.Script", script=f"open('{uri}')", outputFiles=["**"])

    assert files_of(result.outputs) == {}


async def test_a_missing_artifact_fails_the_task(context: FakeTaskContext) -> None:
    failure = await run_failing(context, "shell.Commands", commands=["cat kestra:///gone.csv"])

    assert failure.cause is FailureCause.ARTIFACT


async def test_stderr_makes_a_warning_where_that_is_asked_for(context: FakeTaskContext) -> None:
    asked = await run(
        context, "shell.Commands", commands=["echo careful >&2"], warningOnStdErr=True
    )
    not_asked = await run(context, "shell.Commands", commands=["echo careful >&2"])

    assert asked.is_warning
    assert not not_asked.is_warning
    assert context.texts(LogLevel.ERROR) == ["careful", "careful"]


async def test_another_interpreter_gets_the_commands_as_one_argument(
    context: FakeTaskContext,
) -> None:
    await run(
        context, "shell.Commands", interpreter=["python3", "-c"], commands=["a = 5", "print(a)"]
    )

    assert context.texts(LogLevel.INFO) == ["5"]


async def test_the_runner_is_told_in_the_outputs(context: FakeTaskContext) -> None:
    result = await run(context, "shell.Commands", commands=["true"])

    assert result.outputs["taskRunner"] == PROCESS


async def test_a_script_may_be_a_list_of_its_lines(context: FakeTaskContext) -> None:
    await run(context, "perl.Script", script=['print "Hello";', 'print "\\n";'])

    assert context.texts(LogLevel.INFO) == ["Hello"]


async def test_a_shell_of_another_kind_gets_its_own_word_to_fail_fast(
    context: FakeTaskContext, tmp_path: Path
) -> None:
    pwsh = tmp_path / "pwsh"
    pwsh.write_text('#!/bin/sh\nshift 3\necho "$@"\n')
    pwsh.chmod(0o755)
    interpreter = [str(pwsh), "-NoProfile", "-NonInteractive", "-Command"]

    await run(context, "powershell.Script", script="Write-Output 'Hello'", interpreter=interpreter)

    assert context.texts(LogLevel.INFO) == ['$ErrorActionPreference = "Stop"', "& ./script.ps1"]


async def test_an_empty_script_is_refused(context: FakeTaskContext) -> None:
    failure = await run_failing(context, "node.Script", script="")

    assert failure.message == "The property `script` is missing or empty."


async def test_namespace_files_are_in_the_working_folder(context: FakeTaskContext) -> None:
    files = {
        "lib/rates.py": context.put("company/_files/lib/rates.py.v2", b"TAX = 19"),
        "given.txt": context.put("company/_files/given.txt", b"of the namespace"),
    }

    await run(
        context,
        "shell.Commands",
        namespaceFiles={"ifExists": "OVERWRITE", "files": files},
        inputFiles={"given.txt": "of the task"},
        commands=["cat lib/rates.py given.txt"],
    )

    assert context.texts(LogLevel.INFO) == ["TAX = 19of the task"]
    assert context.metrics["namespacefiles.count"] == 2


@pytest.mark.parametrize(
    ("if_exists", "content"),
    [("OVERWRITE", "new"), ("WARN", "old"), ("IGNORE", "old"), ("FAIL", "")],
)
async def test_a_file_that_is_there_is_replaced_or_stays(
    context: FakeTaskContext, if_exists: str, content: str
) -> None:
    (context.working_dir / "a.txt").write_text("old")
    wanted = {"ifExists": if_exists, "files": {"a.txt": context.put("company/_files/a", b"new")}}

    if if_exists == "FAIL":
        failed = await run_failing(
            context, "shell.Commands", namespaceFiles=wanted, commands=["true"]
        )
        assert failed.cause is FailureCause.ARTIFACT
        return
    await run(context, "shell.Commands", namespaceFiles=wanted, commands=["cat a.txt"])

    assert context.texts(LogLevel.INFO) == [content]
    assert len(context.texts(LogLevel.WARN)) == (1 if if_exists == "WARN" else 0)
