from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lanner_agent.command_watch import CommandWatch
from lanner_agent.errors import RunnerUnavailable
from lanner_agent.ids import AttemptId
from lanner_agent.log_stream import LogStream
from lanner_agent.masking import Masker
from lanner_agent.metrics import Metrics
from lanner_agent.reports import Logs, Metric
from lanner_agent.runners.contract import CommandEnd, EndCause, OutputLine, Stream
from lanner_agent.runners.lines import LONGEST_LINE_BYTES
from lanner_agent.spool_record import Progress
from lanner_agent.tasks.contract import FailureCause, LogLevel, MetricKind, TaskFailed

pytestmark = pytest.mark.looptime

NOW = datetime(2026, 1, 5, tzinfo=UTC)
EXITED = CommandEnd(exit_code=0, cause=EndCause.EXITED)


class Said:
    """A command that says what it is given, and ends or breaks."""

    def __init__(self, *lines: tuple[Stream, str], breaks: Exception | None = None) -> None:
        self._lines = lines
        self._breaks = breaks

    @property
    def description(self) -> str:
        return "said"

    @property
    def warnings(self) -> Sequence[str]:
        """None."""
        return ()

    @property
    def handle(self) -> Mapping[str, str]:
        return {}

    async def lines(self) -> AsyncIterator[OutputLine]:
        for stream, text in self._lines:
            await asyncio.sleep(1)
            yield OutputLine(at=NOW, stream=stream, text=text)
        if self._breaks is not None:
            raise self._breaks

    async def wait(self) -> CommandEnd:
        return EXITED

    async def stop(self, grace: timedelta) -> None:
        """It ends by itself."""

    async def collect(self, patterns: Sequence[str]) -> Sequence[Path]:
        return []

    async def discard(self) -> None:
        """Nothing is left."""


class Heard:
    """Everything that was taken in."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, str]] = []
        self.metrics = Metrics()
        self.masker = Masker()

    def send(self, logs: Logs, progress: Progress) -> None:
        self.lines += [(line.level.value, line.text) for line in logs.lines]

    async def room(self) -> None:
        """There always is."""

    async def watch(self, said: Said) -> CommandWatch:
        stream = LogStream(
            AttemptId("a"), LogLevel.TRACE, self.masker, self.send, self.room, Progress()
        )
        watch = CommandWatch(said, stream, self.masker, self.metrics)
        failure: TaskFailed | None = None
        async with asyncio.TaskGroup() as group:
            try:
                await watch.watch(group)
            except TaskFailed as failed:
                failure = failed
        if failure is not None:
            raise failure
        stream.flush()
        return watch


def out(text: str) -> tuple[Stream, str]:
    return Stream.STDOUT, text


def err(text: str) -> tuple[Stream, str]:
    return Stream.STDERR, text


async def test_stdout_is_info_and_stderr_is_error() -> None:
    heard = Heard()

    watch = await heard.watch(Said(out("fine"), err("bad"), out("fine again")))

    assert heard.lines == [("INFO", "fine"), ("ERROR", "bad"), ("INFO", "fine again")]
    assert (watch.stdout_line_count, watch.stderr_line_count) == (2, 1)
    assert watch.end == EXITED


async def test_later_outputs_count_more() -> None:
    watch = await Heard().watch(
        Said(out('::{"outputs":{"a":1,"b":1}}::'), err('::{"outputs":{"b":2}}::'))
    )

    assert watch.outputs == {"a": 1, "b": 2}


async def test_lines_of_the_protocol_are_not_logged_but_what_they_log_is() -> None:
    heard = Heard()

    await heard.watch(
        Said(
            out('::{"outputs":{"a":1}}::'),
            out('::{"logs":[{"level":"DEBUG","message":"from the library"}]}::'),
            out("::{broken}::"),
        )
    )

    assert heard.lines[0] == ("DEBUG", "from the library")
    assert heard.lines[1][0] == "WARN"
    assert heard.lines[1][1].startswith("Invalid outputs")
    assert len(heard.lines) == 2


async def test_metrics_are_taken_in() -> None:
    heard = Heard()

    await heard.watch(Said(out('::{"metrics":[{"name":"n","type":"counter","value":2}]}::')))

    assert heard.metrics.all() == (Metric(name="n", kind=MetricKind.COUNTER, value=2.0, tags={}),)


async def test_encrypted_outputs_are_masked_deep_down() -> None:
    heard = Heard()

    watch = await heard.watch(
        Said(
            out('::{"encryptedOutputs":{"login":{"user":"ada","pins":[4711]}}}::'),
            out("ada has the pin 4711"),
        )
    )

    marked = {"type": "io.kestra.datatype:aes_encrypted", "isClear": True}
    assert watch.outputs == {
        "login": {"user": {**marked, "value": "ada"}, "pins": [{**marked, "value": "4711"}]}
    }
    assert heard.lines == [("INFO", "******** has the pin ********")]


async def test_a_command_that_can_no_longer_be_watched_fails_its_task() -> None:
    gone = RunnerUnavailable("Docker went away.")

    with pytest.raises(TaskFailed, match="can no longer be watched: Docker went away") as failure:
        await Heard().watch(Said(out("fine"), breaks=gone))

    assert failure.value.cause is FailureCause.CONTAINER_ENGINE


async def test_a_runner_that_breaks_in_any_way_fails_the_task_only() -> None:
    with pytest.raises(TaskFailed, match="ZeroDivisionError"):
        await Heard().watch(Said(breaks=ZeroDivisionError()))


@pytest.mark.parametrize("before", range(10))
async def test_a_secret_that_an_overlong_line_is_cut_in_is_masked(before: int) -> None:
    """`before`: how much of the secret is in the first piece."""
    secret = "swordfish"
    start = "x" * (LONGEST_LINE_BYTES - before) + secret[:before]
    heard = Heard()
    heard.masker.add([secret])

    await heard.watch(Said(out(start), err("between"), out(secret[before:] + "y" * 50), out("z")))

    text = "".join(text for level, text in heard.lines if level == "INFO")
    assert text == "x" * (LONGEST_LINE_BYTES - before) + "********" + "y" * 50 + "z"
    assert ("ERROR", "between") in heard.lines


async def test_an_overlong_line_at_the_very_end_is_whole() -> None:
    heard = Heard()
    heard.masker.add(["swordfish"])

    await heard.watch(Said(out("x" * (LONGEST_LINE_BYTES - 5) + "sword")))

    assert "".join(text for _, text in heard.lines) == "x" * (LONGEST_LINE_BYTES - 5) + "sword"


async def test_overlong_lines_without_secrets_stay_as_they_are() -> None:
    heard = Heard()

    await heard.watch(Said(out("x" * LONGEST_LINE_BYTES), out("y" * 10)))

    assert [len(text) for _, text in heard.lines] == [LONGEST_LINE_BYTES, 10]
