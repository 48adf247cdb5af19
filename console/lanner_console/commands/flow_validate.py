"""`lanner flow validate`: what is wrong with files, told here or by a coordinator."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import click
from msgspec import structs

from lanner_console.cli.exit_codes import ExitCode
from lanner_console.cli.invocation import Invocation
from lanner_console.cli.language import check_offline
from lanner_console.cli.options import Verb, Word
from lanner_console.cli.problem_texts import fix_of, github_lines, problem_lines, sarif_document
from lanner_console.cli.settings import Output
from lanner_console.cli.sources import read_sources
from lanner_console.cli.table import Column
from lanner_console.commands.version import SOURCE_TREE, installed_version
from lanner_console.models import FlowCheck, FlowProblem, FlowText
from lanner_console.tones import Tone

CHECK_COLUMNS: Sequence[Column[FlowCheck]] = (
    Column(name="source", value=lambda check: check.name),
    Column(name="flow", value=lambda check: f"{check.namespace}/{check.flow_id}"),
    Column(name="valid", value=lambda check: check.is_valid),
    Column(name="problems", value=lambda check: len(check.problems)),
)
FORMATS = ("text", "json", "sarif", "github")


@click.command("validate", cls=Verb)
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("--server", is_flag=True, help="Ask the coordinator, with the types it knows.")
@click.option("--format", "form", type=Word(FORMATS, "FORMAT"), help="text json sarif github")
@click.option("--strict", is_flag=True, help="Warnings make a flow invalid too.")
@click.option(
    "--types",
    "types_file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE",
    help="Types of agents, from `lanner agent types`; else those installed here.",
)
@click.pass_obj
def validate(
    invocation: Invocation,
    paths: tuple[str, ...],
    server: bool,
    form: str | None,
    strict: bool,
    types_file: Path | None,
) -> ExitCode:
    """Check files, folders or - for stdin; exits with 8 when a flow is invalid."""
    texts = read_sources(paths, with_suites=not server)
    if server:
        checks = invocation.run(_ask_coordinator(invocation, texts))
    else:
        is_folder = any(Path(path).is_dir() for path in paths)
        checks = check_offline(texts, types_file, is_folder=is_folder)
    print_checks(invocation, checks, texts, form)
    is_sound = all(check.is_valid and not (strict and check.problems) for check in checks)
    return ExitCode.DONE if is_sound else ExitCode.INVALID_FLOW


async def _ask_coordinator(invocation: Invocation, texts: list[FlowText]) -> list[FlowCheck]:
    async with invocation.client() as client:
        return await client.validate_flows(texts)


def print_checks(
    invocation: Invocation,
    checks: Sequence[FlowCheck],
    texts: Sequence[FlowText],
    form: str | None = None,
) -> None:
    """Print problems for people as a compiler does, else the checks as data."""
    if form == "sarif":
        version = installed_version() or SOURCE_TREE
        invocation.emit(json.dumps(sarif_document(checks, version), ensure_ascii=False, indent=2))
    elif form == "github":
        for line in github_lines(checks):
            invocation.emit(line)
    elif form == "json" or (
        form is None and invocation.settings.output not in (Output.TABLE, Output.WIDE)
    ):
        _print_data(invocation, checks, as_json=form == "json")
    else:
        _print_text(invocation, checks, texts)
    _tell_verdict(invocation, checks)


def _print_text(
    invocation: Invocation, checks: Sequence[FlowCheck], texts: Sequence[FlowText]
) -> None:
    sources = {one.name: one.source for one in texts}
    for check in checks:
        for line in problem_lines(check.name, check.problems, sources.get(check.name)):
            invocation.emit_visible(line)


def _print_data(invocation: Invocation, checks: Sequence[FlowCheck], *, as_json: bool) -> None:
    if as_json:
        invocation = invocation.with_output(Output.JSON)
    told = [structs.replace(one, problems=tuple(map(_with_fix, one.problems))) for one in checks]
    invocation.print_list(
        "FlowCheck", CHECK_COLUMNS, told, total_count=len(told), name=lambda one: one.name
    )


def _with_fix(problem: FlowProblem) -> FlowProblem:
    """A problem that says what to do, if only in general."""
    return structs.replace(problem, hint=fix_of(problem))


def _tell_verdict(invocation: Invocation, checks: Sequence[FlowCheck]) -> None:
    invalid = sum(not check.is_valid for check in checks)
    warnings = sum(not one.is_error for check in checks for one in check.problems)
    verdict = f"{invalid} invalid" if invalid else "all valid"
    if warnings:
        verdict += f", {warnings} warning{'s' if warnings > 1 else ''}"
    invocation.say(f"{len(checks)} checked, {verdict}", Tone.BAD if invalid else Tone.GOOD)
