"""Runs a script or commands of a language, and ends its attempt."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from lanner_agent.runners.contract import Command
from lanner_agent.tasks.command.container_labels import labels_of
from lanner_agent.tasks.command.environment import CommandEnvironment, read_environment
from lanner_agent.tasks.command.input_files import fetch_named, place_artifacts
from lanner_agent.tasks.command.namespace_files import place_namespace_files
from lanner_agent.tasks.command.outcome import Wanted, conclude
from lanner_agent.tasks.command.task_runner import ChosenRunner, read_runner
from lanner_agent.tasks.contract import FinishedCommand, Properties, TaskContext, TaskResult
from lanner_agent.tasks.properties import PropertyReader
from lanner_agent.tasks.scripts.languages import Language
from lanner_agent.tasks.scripts.python.packages import Packages, installed
from lanner_agent.tasks.scripts.python.wishes import PackageWish, read_wish
from lanner_agent.tasks.scripts.schemas import CONTEXT_FILE, CONTEXT_PROPERTY, TARGET_SYSTEMS

FAILING_FAST = {
    **dict.fromkeys(("sh", "ash", "bash", "dash", "ksh", "zsh"), "set -e"),
    **dict.fromkeys(("pwsh", "powershell"), '$ErrorActionPreference = "Stop"'),
}
"""What makes a shell end at the first command that fails, by its program."""

_ENDING = re.compile(r"\.?\w[\w.]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A script task as its properties say.

    Attributes:
        text: The inline script, or empty.
        lines: Commands of the shell; an inline shell script is one.
        before: Commands to run before.
        interpreter: Program and arguments before the commands.
        fail_fast: End at the first command that fails.
        warning_on_stderr: Lines on stderr make a WARNING.
        environment: Variables and files.
        runner: Where it runs.
        file_name: Of the file that holds the inline script, where the language runs files.
        is_quiet: The program is not to tell what it does.
        packages: Packages of Python to be installed before it; absent: none.
        seen: What it reads of its execution; absent: nothing.
    """

    text: str
    lines: Sequence[str]
    before: Sequence[str]
    interpreter: Sequence[str]
    fail_fast: bool
    warning_on_stderr: bool
    environment: CommandEnvironment
    runner: ChosenRunner
    file_name: str
    is_quiet: bool
    packages: PackageWish | None
    seen: Mapping[str, object] | None = field(repr=False)

    @property
    def texts(self) -> list[str]:
        """All texts that may name artifacts."""
        return [self.text, *self.lines, *self.before, *self.environment.texts]

    @property
    def shell_prefix(self) -> list[str]:
        """What comes before the commands."""
        program = PurePosixPath(self.interpreter[0]).name if self.interpreter else ""
        fails_fast = FAILING_FAST.get(program) if self.fail_fast else None
        return [*([fails_fast] if fails_fast else []), *self.before]


class ScriptTask:
    """The work of one script type: `run` and `resume` of its task type."""

    def __init__(self, language: Language, *, is_inline: bool) -> None:
        self._language = language
        self._is_inline = is_inline

    async def run(self, context: TaskContext, properties: Properties) -> TaskResult:
        """Fetch files, run the command, store files."""
        script = self._read(PropertyReader(properties), context)
        runner = context.chosen_runner(script.runner.name)
        packages = await _packages(context, script, runner)
        command, wanted = await self._command(context, script, packages)
        finished = await context.run(command, runner, wanted.to_json())
        return await conclude(context, finished, wanted)

    async def resume(
        self, context: TaskContext, finished: FinishedCommand, kept: Mapping[str, object]
    ) -> TaskResult:
        """Store files of a command that was found again."""
        return await conclude(context, finished, Wanted.from_json(kept))

    def _read(self, reader: PropertyReader, context: TaskContext) -> Script:
        if reader.choice("targetOS", TARGET_SYSTEMS, "AUTO") == "WINDOWS":
            reader.refuse("The property `targetOS` is WINDOWS, but agents run commands for LINUX.")
        # Kestra takes a list of lines too.
        text = "\n".join(reader.texts("script")) if self._is_inline else ""
        script = Script(
            text=text,
            lines=[text] if self._is_inline else reader.texts("commands"),
            before=[
                *(self._language.before if self._is_inline else ()),
                *reader.texts("beforeCommands"),
            ],
            interpreter=_interpreter(reader, self._language),
            fail_fast=reader.flag("failFast", default=True),
            warning_on_stderr=reader.flag("warningOnStdErr"),
            environment=read_environment(reader, context.working_dir_token),
            runner=read_runner(reader, self._language.image, user=self._language.user),
            file_name=self._file_name(reader),
            is_quiet=reader.flag("quiet", default=True) if self._can_be_quiet else True,
            packages=read_wish(reader) if self._language.has_packages else None,
            seen=_read_seen(reader),
        )
        if script.seen is not None and CONTEXT_FILE in script.environment.input_files:
            reader.refuse(
                f"The file {CONTEXT_FILE} is the execution's own: `inputFiles` may not bring it."
            )
        if not any(script.lines):
            name = "script" if self._is_inline else "commands"
            reader.refuse(f"The property `{name}` is missing or empty.")
        reader.finish()
        return script

    async def _command(
        self, context: TaskContext, script: Script, packages: Packages
    ) -> tuple[Command, Wanted]:
        artifacts = await fetch_named(context, script.texts)
        given = script.environment
        await place_namespace_files(context, given.namespace_files)
        files = await place_artifacts(context, given.input_files)
        there = [path.name for path in context.working_dir.iterdir()]
        files |= (own_files := self._script_file(script, [*given.input_files, *there]))
        seen = {} if script.seen is None else {CONTEXT_FILE: json.dumps(script.seen)}
        runs = [self._language.command_for(name, is_quiet=script.is_quiet) for name in own_files]
        lines = runs or script.lines
        command = Command(
            attempt_id=context.identity.attempt_id,
            argv=_argv(script.interpreter, map(artifacts.fill, [*script.shell_prefix, *lines])),
            environment={
                **self._language.environment,
                **{name: artifacts.fill(text) for name, text in given.variables.items()},
                **packages.environment,
            },
            working_dir=context.working_dir,
            output_dir=context.output_dir,
            text_files={**{path: artifacts.fill(text) for path, text in files.items()}, **seen},
            working_dir_token=context.working_dir_token,
            output_dir_token=context.output_dir_token,
            libraries=packages.libraries,
            labels=labels_of(context.identity),
            container=script.runner.container,
        )
        wanted = Wanted(
            output_files=given.output_files,
            hidden_files=(*own_files, *seen),
            warning_on_stderr=script.warning_on_stderr,
        )
        return command, wanted

    def _script_file(self, script: Script, taken: Collection[str]) -> dict[str, str]:
        """The file that holds the inline script, where the language runs files."""
        if not (self._is_inline and self._language.programs):
            return {}
        return {_free_name(script.file_name, taken): script.text}

    @property
    def _can_be_quiet(self) -> bool:
        return bool(self._is_inline and self._language.quiet_option)

    def _file_name(self, reader: PropertyReader) -> str:
        name = self._language.file_name
        given = reader.text("extension") if self._can_be_quiet else None
        if not given:
            return name
        if _ENDING.fullmatch(given) is None:
            reader.refuse("The property `extension` must be an ending such as `.java` or `.kt`.")
        return f"{name.partition('.')[0]}.{given.removeprefix('.')}"


def _read_seen(reader: PropertyReader) -> Mapping[str, object] | None:
    given = reader.value(CONTEXT_PROPERTY)
    if isinstance(given, Mapping):
        return given
    if given not in (None, False, "false"):
        reader.refuse(f"The property `{CONTEXT_PROPERTY}` must be true or false, written out.")
    return None


async def _packages(context: TaskContext, script: Script, runner: str) -> Packages:
    if script.packages is None:
        return Packages()
    image = script.runner.container.image if runner == "docker" else None
    return await installed(context, script.packages, image, script.environment.variables)


def _interpreter(reader: PropertyReader, language: Language) -> list[str]:
    if "interpreter" not in reader:
        return list(language.interpreter)
    return [word for word in reader.texts("interpreter") if word]


def _argv(interpreter: Sequence[str], lines: Iterable[str]) -> list[str]:
    """The commands as one last argument, or as they are where there is no interpreter."""
    return [*interpreter, "\n".join(lines)] if interpreter else list(lines)


def _free_name(file_name: str, taken: Collection[str]) -> str:
    """A name for the script's file that no file of the working folder has."""
    stem, dot, ending = file_name.partition(".")
    name = file_name
    number = 1
    while name in taken:
        number += 1
        name = f"{stem}_{number}{dot}{ending}"
    return name
