"""`lanner flow schema`, `migrate` and `expand`: texts made of flows, without a coordinator."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import msgspec

from lanner_console.cli.exit_codes import ExitCode
from lanner_console.cli.includes import expand as expanded
from lanner_console.cli.invocation import Invocation
from lanner_console.cli.language import ask, known_types
from lanner_console.cli.options import Verb
from lanner_console.cli.sources import STDIN, read_sources
from lanner_console.models import FlowText
from lanner_console.tones import Tone

_TYPES = click.option(
    "--types",
    "types_file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE",
    help="Types of agents, from `lanner agent types`; else those installed here.",
)


class Migrated(msgspec.Struct, frozen=True, kw_only=True):
    """A source in its newest form.

    Attributes:
        name: Of the source.
        source: The new text.
        unreadable: Why it is no YAML map; empty: it is one.
        changes: Sentences.
        kept: Sentences about what is old and stays.
    """

    name: str
    source: str
    unreadable: str
    changes: tuple[str, ...]
    kept: tuple[str, ...]


class Migrations(msgspec.Struct, frozen=True, kw_only=True):
    """Answer of `migrate`.

    Attributes:
        sources: In the order asked.
    """

    sources: tuple[Migrated, ...]


@click.command("schema", cls=Verb)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE")
@click.option("--tests", is_flag=True, help="That of suites of tests instead.")
@_TYPES
@click.pass_obj
def schema(invocation: Invocation, out: Path | None, tests: bool, types_file: Path | None) -> None:
    """Print the JSON Schema of flows, for editors."""
    if tests:
        found = ask("suite-schema", dict[str, Any])
    else:
        found = ask("schema", dict[str, Any], types=known_types(types_file))
    text = json.dumps(found, ensure_ascii=False, indent=2)
    if out is None:
        invocation.emit(text)
        return
    out.write_text(f"{text}\n", encoding="utf-8")
    invocation.say(f"wrote {out}", Tone.GOOD)


@click.command("migrate", cls=Verb)
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("--write", is_flag=True, help="Rewrite the files; else only show what would change.")
@click.option("--check", is_flag=True, help="Exit with 8 when something would change.")
@_TYPES
@click.pass_obj
def migrate(
    invocation: Invocation,
    paths: tuple[str, ...],
    write: bool,
    check: bool,
    types_file: Path | None,
) -> ExitCode:
    """Rewrite flows into the newest form; comments and layout stay.

    What is old and has no newer form that does the same is told on stderr, with the reason.
    """
    texts = read_sources(paths)
    answer = ask(
        "migrate",
        Migrations,
        types=known_types(types_file),
        sources=[{"name": one.name, "source": one.source} for one in texts],
    )
    changed = 0
    for text, new in zip(texts, answer.sources, strict=True):
        if new.unreadable:
            invocation.say_always(f"{text.name} stays as it is: {new.unreadable}", Tone.BAD)
        changed += bool(new.changes)
        _tell(invocation, text, new, write=write)
        for sentence in new.kept:
            invocation.say_always(f"{text.name}: {sentence}", Tone.WARN)
    invocation.say(f"{len(texts)} read, {changed} {'rewritten' if write else 'to be rewritten'}")
    is_refused = any(new.unreadable for new in answer.sources)
    return ExitCode.INVALID_FLOW if is_refused or (check and changed) else ExitCode.DONE


def _tell(invocation: Invocation, text: FlowText, new: Migrated, *, write: bool) -> None:
    if text.name == STDIN:
        invocation.emit(new.source.rstrip("\n"))
    elif new.changes and write:
        Path(text.name).write_text(new.source, encoding="utf-8")
        for sentence in new.changes:
            invocation.emit_visible(f"{text.name}: {sentence}")
    else:
        for line in diff_lines(text.source, new.source, text.name):
            invocation.emit_visible(line)


def diff_lines(old: str, new: str, name: str) -> Iterator[str]:
    """What differs, as a unified diff."""
    return difflib.unified_diff(
        old.splitlines(),
        new.splitlines(),
        f"a/{name.lstrip('/')}",
        f"b/{name.lstrip('/')}",
        lineterm="",
    )


@click.command("expand", cls=Verb)
@click.argument("path", metavar="FILE")
@click.pass_obj
def expand(invocation: Invocation, path: str) -> None:
    """Print a flow with every `[[> file]]` replaced by what the file holds."""
    (text,) = read_sources((path,))
    folder = Path.cwd() if text.name == STDIN else Path(text.name).parent
    invocation.emit(expanded(text.source, folder, text.name).rstrip("\n"))
