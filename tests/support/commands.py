"""Commands for tests of runners, and a way to run one to its end."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path

from lanner_agent.runners.contract import (
    Command,
    CommandEnd,
    ContainerOptions,
    OutputLine,
    Runner,
    RunningCommand,
)

WORKING = "{{LANNER-WORKING-DIR}}"
OUTPUT = "{{LANNER-OUTPUT-DIR}}"


def shell_command(
    folder: Path,
    text: str,
    *,
    attempt_id: str = "attempt-1",
    environment: Mapping[str, str] | None = None,
    text_files: Mapping[str, str] | None = None,
    container: ContainerOptions | None = None,
) -> Command:
    """A command that runs `text` in a shell, with its folders below `folder`."""
    return Command(
        attempt_id=attempt_id,
        argv=("/bin/sh", "-c", text),
        environment=environment or {},
        working_dir=folder / attempt_id / "work",
        output_dir=folder / attempt_id / "output",
        text_files=text_files or {},
        working_dir_token=WORKING,
        output_dir_token=OUTPUT,
        container=container,
    )


async def all_lines(running: RunningCommand) -> list[OutputLine]:
    """All lines to the end."""
    return [line async for line in running.lines()]


async def run_to_end(runner: Runner, command: Command) -> tuple[Sequence[OutputLine], CommandEnd]:
    """Start a command, read all its lines, wait for its end and discard it."""
    running = await runner.start(command)
    try:
        async with asyncio.timeout(60), asyncio.TaskGroup() as group:
            lines = group.create_task(all_lines(running))
            end = group.create_task(running.wait())
        return lines.result(), end.result()
    finally:
        await running.discard()
