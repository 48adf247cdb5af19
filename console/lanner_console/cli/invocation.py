"""One run of the program: its settings, its terminal, its link, and how it prints."""

from __future__ import annotations

import asyncio
import gc
import json
from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar

from lanner_console.cli.documents import document, list_document
from lanner_console.cli.errors import Refused, UsageProblem
from lanner_console.cli.interruption import interruptible
from lanner_console.cli.settings import Output, Settings
from lanner_console.cli.table import Column, Look, csv_text, table_lines
from lanner_console.cli.terminal import Terminal
from lanner_console.cli.times import TimeFormat
from lanner_console.cli.visible import visible
from lanner_console.cli.yaml_text import yaml_text
from lanner_console.clock import Clock, system_clock
from lanner_console.tones import Tone

if TYPE_CHECKING:
    from lanner_console.client import ConsoleClient
    from lanner_proto.link import LinkState

Row = TypeVar("Row")
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What a list is to show.

    Attributes:
        columns: Names of the columns, in order; empty: the usual ones.
        has_header: Whether the titles are printed.
    """

    columns: tuple[str, ...] = ()
    has_header: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Invocation:
    """What a verb works with.

    Attributes:
        settings: Of this run.
        terminal: Its streams.
        clock: Time of day.
    """

    settings: Settings
    terminal: Terminal
    clock: Clock = field(default=system_clock)

    def run(self, work: Coroutine[Any, Any, Answer]) -> Answer:
        """Do the asynchronous work of a verb; Ctrl+C cancels it and raises KeyboardInterrupt."""
        # What is loaded by now stays: the collector need not look at it again.
        gc.freeze()
        gc.enable()
        return asyncio.run(interruptible(work))

    def client(self) -> ConsoleClient:
        """A client of the coordinator; to be held by `async with`."""
        from lanner_console.grpc_client import connect

        return connect(
            self.settings.address,
            timeout_seconds=self.settings.request_seconds,
            on_link=self._tell_link,
        )

    def with_output(self, output: Output) -> Invocation:
        """The same invocation with another form of output."""
        return replace(self, settings=replace(self.settings, output=output))

    @property
    def look(self) -> Look:
        """How cells on stdout are written."""
        is_tty = self.terminal.is_out_tty
        usual = TimeFormat.RELATIVE if is_tty else TimeFormat.ISO
        return Look(
            time=self.settings.time or usual,
            now=self.clock(),
            is_ascii=self.settings.is_ascii,
            line_width=self.terminal.width if is_tty else None,
            paint=self.terminal.out_paint,
        )

    @property
    def err_look(self) -> Look:
        """How cells in text for `say` are written: without colours, which `say` would show."""
        return replace(self.look, paint=lambda text, _tone: text)

    def say(self, text: str, tone: Tone = Tone.PLAIN) -> None:
        """Tell something to a person, on stderr; nothing with --quiet."""
        if not self.settings.is_quiet:
            self.say_always(text, tone)

    def say_always(self, text: str, tone: Tone = Tone.PLAIN) -> None:
        """Tell what must be seen, on stderr."""
        lines = (visible(line, ascii_only=self.settings.is_ascii) for line in text.split("\n"))
        written = "\n".join(self.terminal.err_paint(line, tone) for line in lines)
        print(written, file=self.terminal.err, flush=True)

    def emit(self, text: str) -> None:
        """Print data on stdout as it is."""
        print(text, file=self.terminal.out, flush=True)

    def emit_visible(self, text: str) -> None:
        """Print one line for people on stdout, its control characters visible."""
        self.emit(visible(text, ascii_only=self.settings.is_ascii))

    def ask(self, question: str, expected: str) -> None:
        """Ask a person to type a word.

        Raises:
            Refused: Nobody can answer, or the answer is another one.
        """
        if not self.terminal.is_in_tty:
            raise Refused(
                "nothing was done: this needs a confirmation and nobody can give it here",
                fix="give --yes to go ahead without a question",
            )
        print(f"{question} ", end="", file=self.terminal.err, flush=True)
        if input().strip() != expected:
            raise Refused("nothing was done: the answer was another one")

    def print_list(
        self,
        kind: str,
        columns: Sequence[Column[Row]],
        rows: Sequence[Row],
        *,
        total_count: int,
        name: Callable[[Row], str],
        listing: Listing | None = None,
    ) -> None:
        """Print rows in the form that was asked for; tells when there are more."""
        wanted = listing or Listing()
        match self.settings.output:
            case Output.JSON:
                self.emit(_json(list_document(kind, rows, total_count)))
            case Output.JSONL:
                self._emit_lines(_json(document(kind, row), indent=None) for row in rows)
            case Output.YAML:
                self.emit(yaml_text(list_document(kind, rows, total_count)).rstrip("\n"))
            case Output.NAME:
                self._emit_lines(map(name, rows))
            case Output.CSV:
                shown = chosen_columns(columns, wanted.columns, with_wide=True)
                self.emit(csv_text(shown, rows, has_header=wanted.has_header).rstrip("\n"))
            case Output.TABLE | Output.WIDE:
                is_wide = self.settings.output is Output.WIDE
                shown = chosen_columns(columns, wanted.columns, with_wide=is_wide)
                if rows:
                    lines = table_lines(shown, rows, self.look, has_header=wanted.has_header)
                    self._emit_lines(lines)
        if len(rows) < total_count:
            self.say(f"{len(rows)} of {total_count:,} shown; see --limit and --all", Tone.DIM)

    def print_one(self, kind: str, view: object, *, name: str, lines: Iterable[str]) -> None:
        """Print one thing: `lines` for people, otherwise the form that was asked for."""
        match self.settings.output:
            case Output.JSON:
                self.emit(_json(document(kind, view)))
            case Output.JSONL:
                self.emit(_json(document(kind, view), indent=None))
            case Output.YAML:
                self.emit(yaml_text(document(kind, view)).rstrip("\n"))
            case Output.NAME:
                self.emit(name)
            case Output.CSV:
                raise UsageProblem(
                    "one thing has no CSV form", fix="choose -o json, yaml, name or table"
                )
            case Output.TABLE | Output.WIDE:
                self._emit_lines(lines)

    def _emit_lines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.emit(line)

    def _tell_link(self, state: LinkState) -> None:
        if state.is_up:
            self.say(f"the link to {self.settings.address} is back", Tone.DIM)
        elif state.failed_tries == 1:
            self.say(f"no link to {self.settings.address}, trying again: {state.reason}", Tone.WARN)


def chosen_columns(
    columns: Sequence[Column[Row]], names: Sequence[str], *, with_wide: bool
) -> list[Column[Row]]:
    """The columns of these names, or the usual ones.

    Raises:
        UsageProblem: There is no such column.
    """
    if not names:
        return [column for column in columns if with_wide or not column.is_wide]
    by_name = {column.name.lower(): column for column in columns}
    for name in names:
        if name.lower() not in by_name:
            raise UsageProblem(
                f'there is no column "{name}"', fix=f"choose from {', '.join(by_name)}"
            )
    return [by_name[name.lower()] for name in names]


def _json(value: Any, *, indent: int | None = 2) -> str:
    return json.dumps(value, ensure_ascii=False, indent=indent)
