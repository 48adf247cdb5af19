"""Options that every verb takes, and the kinds of values that options have."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from lanner_console.cli.settings import (
    ColorChoice,
    GivenOptions,
    Output,
    resolve_settings,
    timeout_of,
)
from lanner_console.cli.times import TimeFormat, parse_duration, parse_instant
from lanner_console.clock import system_clock

HELP_NAMES = {"help_option_names": ["-h", "--help"]}


class Word(click.ParamType[str]):
    """One of some words, upper and lower case alike; a near miss is told what it is near to."""

    name = "word"

    def __init__(self, words: Sequence[str], metavar: str) -> None:
        self.words = list(words)
        self.metavar = metavar

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The word as it is spelt here."""
        spelt = {word.lower(): word for word in self.words}
        written = str(value).lower()
        if written not in spelt:
            import difflib

            close = difflib.get_close_matches(written, spelt, n=1)
            hint = f"; did you mean {spelt[close[0]]}?" if close else ""
            self.fail(f'"{value}" is not one of {", ".join(self.words)}{hint}', param, ctx)
        return spelt[written]

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """What help shows for the value."""
        return self.metavar

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[Any]:
        """The words that begin so."""
        from click.shell_completion import CompletionItem

        begun = incomplete.lower()
        return [CompletionItem(word) for word in self.words if word.lower().startswith(begun)]


class Seconds(click.ParamType[float]):
    """A duration: `30s`, `5m`, `1h30m`, `PT10S`."""

    name = "duration"

    def __init__(self, parse: Callable[[str], float] = parse_duration) -> None:
        self._parse = parse

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Its seconds."""
        try:
            return self._parse(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)


class Instant(click.ParamType[datetime]):
    """A date: RFC 3339, `today`, `-24h`."""

    name = "date"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """The aware date."""
        try:
            return parse_instant(str(value), system_clock())
        except ValueError as error:
            self.fail(str(error), param, ctx)


def shared_options() -> list[click.Option]:
    """The options of the program, taken at the program and at each verb."""
    return [
        _shared("--address", metavar="ADDRESS", help="Coordinator: unix:/path or host:port."),
        _shared("-c", "--context", metavar="NAME", help="Context of the config file."),
        _shared("-n", "--namespace", metavar="NS", help="Default namespace."),
        _shared(
            "-o",
            "--output",
            type=Word(list(Output), "FORMAT"),
            help="table wide json jsonl yaml csv name",
        ),
        _shared("--color", type=Word(list(ColorChoice), "WHEN"), help="auto always never"),
        _shared("--time", type=Word(list(TimeFormat), "FORM"), help="relative iso local utc"),
        _shared(
            "--timeout",
            "timeout_seconds",
            type=Seconds(timeout_of),
            metavar="DURATION",
            help="One request (default 30s), or the wait of --wait and --follow.",
        ),
        _shared("--ascii", "is_ascii", is_flag=True, help="ASCII only."),
        _shared("-q", "--quiet", "is_quiet", is_flag=True, help="Say nothing but errors."),
        _shared("-v", "--verbose", "is_verbose", is_flag=True, help="Say more."),
        _shared("--debug", "is_debug", is_flag=True, help="Show the trace of a failure."),
    ]


def given_options(ctx: click.Context) -> GivenOptions:
    """What was given so far in this run."""
    root = ctx.find_root()
    if not isinstance(root.obj, GivenOptions):
        root.obj = GivenOptions()
    return root.obj


def _shared(*names: str, **attributes: Any) -> click.Option:
    return click.Option(names, expose_value=False, callback=_note, **attributes)


def _note(ctx: click.Context, param: click.Parameter, value: Any) -> None:
    if value is not None and value is not False and param.name:
        setattr(given_options(ctx), param.name, value)


class Verb(click.Command):
    """A command that takes the shared options too; its function gets an `Invocation` first."""

    def __init__(self, *args: Any, **attributes: Any) -> None:
        attributes.setdefault("context_settings", {}).update(HELP_NAMES)
        super().__init__(*args, **attributes)
        taken = {name for param in self.params for name in param.opts}
        own = [option for option in shared_options() if not taken.intersection(option.opts)]
        self.shared = own
        self.params.extend(own)

    def invoke(self, ctx: click.Context) -> Any:
        """Settle the settings, then work."""
        # Loaded here, so that help and completion answer without it.
        from lanner_console.cli.invocation import Invocation
        from lanner_console.cli.terminal import this_terminal

        settings = resolve_settings(given_options(ctx), os.environ, Path.cwd())
        invocation = Invocation(settings=settings, terminal=this_terminal(settings, os.environ))
        ctx.obj = invocation
        return super().invoke(ctx)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The verb's own options first, then those that every verb has."""
        own: list[tuple[str, str]] = []
        shared: list[tuple[str, str]] = []
        for param in self.get_params(ctx):
            record = param.get_help_record(ctx)
            # Arguments are in the line of usage.
            if record is not None and not isinstance(param, click.Argument):
                (shared if param in self.shared else own).append(record)
        for title, records in (("Options", own), ("Options of every command", shared)):
            with formatter.section(title):
                formatter.write_dl(records)
