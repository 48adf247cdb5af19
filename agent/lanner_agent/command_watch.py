"""Watches one command: reads its lines to the end and takes in what they say."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from datetime import datetime

from lanner_agent.errors import RunnerError
from lanner_agent.log_protocol import Said, parse_line
from lanner_agent.log_stream import LogStream
from lanner_agent.masking import Masker
from lanner_agent.metrics import Metrics
from lanner_agent.runners.contract import CommandEnd, OutputLine, RunningCommand, Stream
from lanner_agent.runners.lines import is_piece
from lanner_agent.tasks.contract import FailureCause, LogLevel, TaskFailed

_SECRET_TYPE = "io.kestra.datatype:aes_encrypted"


class CommandWatch:
    """One command, from its first line to its end; what a task type gets as `FinishedCommand`."""

    def __init__(
        self, running: RunningCommand, logs: LogStream, masker: Masker, metrics: Metrics
    ) -> None:
        self._running = running
        self._logs = logs
        self._masker = masker
        self._metrics = metrics
        self._outputs: dict[str, object] = {}
        self._line_counts = dict.fromkeys(Stream, 0)
        self._unmasked: dict[Stream, str] = {}
        self._last_at: datetime | None = None
        self._end: CommandEnd | None = None
        self._error: Exception | None = None
        self._reading: asyncio.Task[None] | None = None

    @property
    def end(self) -> CommandEnd:
        """How it ended."""
        assert self._end is not None, "the command ended before the task type gets to see it"
        return self._end

    @property
    def running(self) -> RunningCommand:
        """For `collect`."""
        return self._running

    @property
    def outputs(self) -> Mapping[str, object]:
        """Outputs that its lines gave, later keys over earlier ones."""
        return self._outputs

    @property
    def stdout_line_count(self) -> int:
        """Lines of stdout."""
        return self._line_counts[Stream.STDOUT]

    @property
    def stderr_line_count(self) -> int:
        """Lines of stderr."""
        return self._line_counts[Stream.STDERR]

    async def watch(self, group: asyncio.TaskGroup) -> None:
        """Return when the command has ended and its lines are read.

        Cancelling it leaves the reading to `group`, so that what a command says while it is stopped
        is read too.

        Raises:
            TaskFailed: The runner lost sight of the command.
        """
        self._reading = reading = group.create_task(self._read())
        try:
            self._end = await self._running.wait()
        except RunnerError as error:
            reading.cancel()
            raise _lost_sight(error) from error
        # No limit: lines end with the command.
        await asyncio.wait({reading})
        if self._error is not None:
            raise _lost_sight(self._error) from self._error

    async def last_lines(self, within_seconds: float) -> None:
        """Wait for the end of the lines after the command was stopped."""
        if self._reading is not None:
            await asyncio.wait({self._reading}, timeout=within_seconds)
            self._reading.cancel()

    async def _read(self) -> None:
        try:
            async for line in self._running.lines():
                await self._take(line)
            for stream, rest in self._unmasked.items():
                if rest and self._last_at is not None:
                    await self._write(self._last_at, stream, rest)
        except Exception as error:  # noqa: BLE001 (told by `watch`: it must not end the agent)
            self._error = error

    async def _take(self, line: OutputLine) -> None:
        self._line_counts[line.stream] += 1
        said = parse_line(line.text)
        if said is not None:
            await self._take_said(line.at, said)
            return
        text = self._unmasked.pop(line.stream, "") + line.text
        if is_piece(line.text):
            # Its end may be the start of a secret that goes on in the next piece.
            settled = self._masker.settled_length(text)
            text, self._unmasked[line.stream] = text[:settled], text[settled:]
        await self._write(line.at, line.stream, text)

    async def _write(self, at: datetime, stream: Stream, text: str) -> None:
        level = LogLevel.INFO if stream is Stream.STDOUT else LogLevel.ERROR
        self._last_at = at
        await self._logs.write(at, level, text, is_from_command=True)

    async def _take_said(self, at: datetime, said: Said) -> None:
        self._masker.add(_texts(said.secret_outputs))
        self._outputs.update(said.outputs)
        self._outputs.update({name: _secret(value) for name, value in said.secret_outputs.items()})
        left_out = [metric.name for metric in said.metrics if not self._metrics.add(metric)]
        problems = [
            *said.problems,
            *(f'The metric "{name}" is left out: there are too many.' for name in left_out),
        ]
        for level, text in said.logs:
            await self._logs.write(at, level, text, is_from_command=True)
        for problem in problems:
            await self._logs.write(at, LogLevel.WARN, problem, is_from_command=True)


def _secret(value: object) -> object:
    """What stands for secrets among outputs until the coordinator has encrypted them."""
    match value:
        case dict():
            return {name: _secret(inner) for name, inner in value.items()}
        case list():
            return [_secret(inner) for inner in value]
        case bool() | None:
            return value
        case _:
            return {"type": _SECRET_TYPE, "value": str(value), "isClear": True}


def _texts(value: object) -> Iterator[str]:
    """All texts and numbers in a JSON-like value, as they would be printed."""
    match value:
        case dict():
            for inner in value.values():
                yield from _texts(inner)
        case list():
            for inner in value:
                yield from _texts(inner)
        case bool() | None:
            return
        case _:
            yield str(value)


def _lost_sight(error: Exception) -> TaskFailed:
    message = f"The command can no longer be watched: {str(error) or type(error).__name__}"
    return TaskFailed(message, cause=FailureCause.CONTAINER_ENGINE)
