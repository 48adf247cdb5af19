"""`lanner flow test`: tests of flows, run here without a coordinator."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from lanner_console.cli.exit_codes import ExitCode
from lanner_console.cli.invocation import Invocation
from lanner_console.cli.junit import junit_document
from lanner_console.cli.options import Verb
from lanner_console.cli.problem_texts import problem_lines
from lanner_console.cli.settings import Output
from lanner_console.cli.suite_report import (
    LETTERS,
    TONES,
    VERDICT_COLUMNS,
    coverage_lines,
    failure_lines,
    summary,
)
from lanner_console.cli.suites import SuiteFile, no_tests, run_suites, suite_files
from lanner_console.models.flow_suite import Collected, FileProblems, FlowVerdict, Ran
from lanner_console.tones import Tone


@click.command("test", cls=Verb)
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option(
    "-k", "words", multiple=True, metavar="TEXT", help="Only tests with TEXT in FILE::SUITE::TEST."
)
@click.option("-x", "--exitfirst", is_flag=True, help="Stop at the first that does not pass.")
@click.option(
    "--flows", "flow_paths", multiple=True, metavar="PATH", help="More files or folders with flows."
)
@click.option(
    "--junit",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write JUnit XML.",
)
@click.option("--with-agent", is_flag=True, help="Run tasks without a fixture on an agent here.")
@click.option("--coverage", is_flag=True, help="Tell which tasks no test has reached.")
@click.pass_obj
def test(
    invocation: Invocation,
    paths: tuple[str, ...],
    words: tuple[str, ...],
    exitfirst: bool,
    flow_paths: tuple[str, ...],
    junit: Path | None,
    with_agent: bool,
    coverage: bool,
) -> ExitCode:
    """Run the tests of files and folders; exits with 1 when one fails, 8 when a file is invalid."""
    began = time.monotonic()
    files = suite_files(paths, flow_paths)
    report = _Report(invocation, files)
    for told in run_suites(files, words=words, stops_at_first=exitfirst, with_agent=with_agent):
        if isinstance(told, Collected):
            report.collected = told
        else:
            report.add(told)
    if not report.verdicts and not report.invalid:
        raise no_tests(paths, words if report.collected.left_out else ())
    report.finish(with_coverage=coverage, seconds=time.monotonic() - began)
    if junit is not None:
        junit.write_text(junit_document(report.verdicts, report.invalid) + "\n", encoding="utf-8")
    return report.exit_code


class _Report:
    """Prints tests as they end, and why at the end."""

    def __init__(self, invocation: Invocation, files: Sequence[SuiteFile]) -> None:
        self.collected = Collected(count=0, left_out=0, problems=(), tasks=())
        self.verdicts: list[FlowVerdict] = []
        self._invocation = invocation
        self._sources = {file.name: file.source for file in files}
        self._is_text = invocation.settings.output in (Output.TABLE, Output.WIDE)
        self._file = ""
        self._letters: list[str] = []

    @property
    def invalid(self) -> Sequence[FileProblems]:
        """Files whose tests could not be run."""
        return [one for one in self.collected.problems if one.has_errors]

    @property
    def exit_code(self) -> ExitCode:
        """Of the command."""
        if any(verdict.flaws for verdict in self.verdicts):
            return ExitCode.FAILED
        return ExitCode.INVALID_FLOW if self.invalid else ExitCode.DONE

    def add(self, ran: Ran) -> None:
        """One test has ended."""
        verdict = ran.verdict
        if verdict.file != self._file:
            self._end_line()
            self._file = verdict.file
        self.verdicts.append(verdict)
        paint = self._invocation.look.paint
        self._letters.append(paint(LETTERS[verdict.outcome], TONES[verdict.outcome]))

    def finish(self, *, with_coverage: bool, seconds: float) -> None:
        """All tests have ended."""
        self._end_line()
        if self._is_text:
            self._emit(self._text_lines(with_coverage=with_coverage))
        else:
            self._invocation.print_list(
                "FlowTest",
                VERDICT_COLUMNS,
                self.verdicts,
                total_count=len(self.verdicts),
                name=lambda one: one.name,
            )
            self._tell_problems()
        invalid, left_out = len(self.invalid), self.collected.left_out
        is_good = self.exit_code is ExitCode.DONE
        told = summary(self.verdicts, invalid, left_out, seconds)
        self._invocation.say(told, Tone.GOOD if is_good else Tone.BAD)

    def _end_line(self) -> None:
        if self._is_text and self._letters:
            self._invocation.emit(f"{self._file} {''.join(self._letters)}")
        self._letters = []

    def _text_lines(self, *, with_coverage: bool) -> Iterable[str]:
        for file in self.collected.problems:
            yield ""
            yield from problem_lines(file.name, file.problems, self._sources.get(file.name))
        for verdict in self.verdicts:
            if verdict.flaws:
                yield ""
                yield from failure_lines(verdict, self._sources[verdict.file])
        if with_coverage:
            yield ""
            yield from coverage_lines(self.collected.tasks, self.verdicts)

    def _tell_problems(self) -> None:
        for file in self.collected.problems:
            for line in problem_lines(file.name, file.problems):
                self._invocation.say_always(line, Tone.BAD)

    def _emit(self, lines: Iterable[str]) -> None:
        for line in lines:
            self._invocation.emit_visible(line)
