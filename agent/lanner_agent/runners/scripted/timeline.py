"""What a script does and when, worked out before it is played."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import isinf
from pathlib import Path

from lanner_agent.errors import RunnerError
from lanner_agent.runners.contract import Command, CommandEnd, EndCause, OutputLine, Stream
from lanner_agent.runners.scripted.script import (
    End,
    Ending,
    Save,
    Show,
    Sleep,
    Statement,
    Write,
)

END_CAUSES = {
    Ending.EXIT: EndCause.EXITED,
    Ending.OUT_OF_MEMORY: EndCause.OUT_OF_MEMORY,
    Ending.LOST: EndCause.LOST,
}
MESSAGES = {
    Ending.EXIT: "",
    Ending.OUT_OF_MEMORY: "out of memory (limit 512 MiB)",
    Ending.LOST: "The scripted command is gone.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedLine:
    """A line and when it is written, in seconds after the start."""

    after_seconds: float
    line: OutputLine


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedFile:
    """A file's content from an instant on, in seconds after the start."""

    after_seconds: float
    path: Path
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """All that a command does.

    Attributes:
        lines: In order of time.
        files: In order of time.
        end_after_seconds: When it ends by itself; infinite: never.
        end: How it ends by itself.
    """

    lines: Sequence[TimedLine]
    files: Sequence[TimedFile]
    end_after_seconds: float
    end: CommandEnd

    def files_at(self, after_seconds: float) -> dict[Path, str]:
        """Content of each file at an instant."""
        return {file.path: file.text for file in self.files if file.after_seconds <= after_seconds}


def work_out(statements: Sequence[Statement], command: Command, started_at: datetime) -> Timeline:
    """Work out what `statements` do.

    Raises:
        RunnerError: A file that is shown does not exist.
    """
    plan = _Plan(command, started_at)
    for statement in statements:
        if plan.is_over:
            break
        plan.add(statement)
    return plan.timeline()


class _Plan:
    def __init__(self, command: Command, started_at: datetime) -> None:
        self._command = command
        self._started_at = started_at
        self._now = 0.0
        self._lines: list[TimedLine] = []
        self._files: list[TimedFile] = []
        self._end = End(ending=Ending.EXIT, exit_code=0)
        self.is_over = False

    def add(self, statement: Statement) -> None:
        match statement:
            case Write(stream=stream, text=text):
                self._write(stream, text)
            case Save(path=path, text=text, appends=appends):
                self._save(self._place(path), f"{text}\n", appends=appends)
            case Show(path=path):
                for line in self._content(self._place(path)).splitlines():
                    self._write(Stream.STDOUT, line)
            case Sleep(seconds=seconds):
                self._now += seconds
                self.is_over = isinf(seconds)
            case End():
                self._end = statement
                self.is_over = True

    def timeline(self) -> Timeline:
        ending = self._end.ending
        return Timeline(
            lines=self._lines,
            files=self._files,
            end_after_seconds=self._now,
            end=CommandEnd(
                exit_code=self._end.exit_code,
                cause=END_CAUSES[ending],
                message=MESSAGES[ending],
            ),
        )

    def _write(self, stream: Stream, text: str) -> None:
        at = self._started_at + timedelta(seconds=self._now)
        line = OutputLine(at=at, stream=stream, text=text)
        self._lines.append(TimedLine(after_seconds=self._now, line=line))

    def _save(self, path: Path, text: str, *, appends: bool) -> None:
        before = self._content(path) if appends and self._exists(path) else ""
        self._files.append(TimedFile(after_seconds=self._now, path=path, text=before + text))

    def _exists(self, path: Path) -> bool:
        return path.exists() or any(file.path == path for file in self._files)

    def _content(self, path: Path) -> str:
        saved = [file.text for file in self._files if file.path == path]
        if saved:
            return saved[-1]
        try:
            return path.read_text()
        except OSError as cause:
            raise RunnerError(f"The script shows {path}, which cannot be read.") from cause

    def _place(self, path: str) -> Path:
        """Where a path of the script is; refuses what leaves the attempt's folders."""
        place = (self._command.working_dir / path).resolve()
        roots = (self._command.working_dir, self._command.output_dir)
        if not any(place.is_relative_to(root.resolve()) for root in roots):
            raise RunnerError(f"The script's file \"{path}\" is not in the attempt's folders.")
        return place
