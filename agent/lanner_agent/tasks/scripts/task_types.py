"""The task types of all languages."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import indent

from lanner_agent.tasks.contract import TaskType
from lanner_agent.tasks.scripts.languages import LANGUAGES, Language
from lanner_agent.tasks.scripts.schemas import OUTPUTS, properties_of
from lanner_agent.tasks.scripts.script_task import ScriptTask

PACKAGE = "io.kestra.plugin.scripts"


def _script_type(language: Language) -> TaskType:
    name = f"{PACKAGE}.{language.name}.Script"
    task = ScriptTask(language, is_inline=True)
    return TaskType(
        name=name,
        description=f"Run a {language.title} script that stands in the flow.",
        properties_schema=properties_of(language, is_inline=True),
        outputs_schema=OUTPUTS,
        run=task.run,
        resume=task.resume,
        examples=(
            f"id: hello\ntype: {name}\nscript: |\n{indent(language.example, '  ')}\n",
            f"id: process\ntype: {name}\n"
            "taskRunner:\n  type: io.kestra.plugin.core.runner.Process\n"
            f"script: |\n{indent(language.example, '  ')}\n",
        ),
    )


def _commands_type(language: Language) -> TaskType:
    name = f"{PACKAGE}.{language.name}.Commands"
    task = ScriptTask(language, is_inline=False)
    runs_file = bool(language.programs)
    files = (
        f"inputFiles:\n  main.{language.file_name.partition('.')[2]}: |\n"
        f"{indent(language.example, '    ')}\n"
        if runs_file
        else ""
    )
    ending = language.file_name.partition(".")[2]
    command = (
        f"{language.programs[0]} {language.file_prefix}main.{ending}"
        if runs_file
        else language.example
    )
    # What begins like an anchor of YAML is a text only between quotes.
    written = command if command[0].isalnum() else f"'{command}'"
    return TaskType(
        name=name,
        description=f"Run commands in a shell, where {language.title} is installed.",
        properties_schema=properties_of(language, is_inline=False),
        outputs_schema=OUTPUTS,
        run=task.run,
        resume=task.resume,
        examples=(f"id: hello\ntype: {name}\n{files}commands:\n  - {written}\n",),
    )


TASK_TYPES: Sequence[TaskType] = tuple(
    build(language) for language in LANGUAGES for build in (_script_type, _commands_type)
)
"""All script types, for the entry point."""
