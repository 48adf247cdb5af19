"""Runs case files: `scripts/conformance --cases DIR`, which calls `python -m tests.conformance`."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.conformance.exceptions import read_exceptions, write_page
from tests.conformance.live.cases import case_of
from tests.conformance.live.running import run_stages
from tests.conformance.live.stages import staged
from tests.conformance.live.unit_flows import KINDS as KINDS_OF_TASKS
from tests.conformance.live.unit_flows import case_of_unit
from tests.conformance.outcomes import Report
from tests.conformance.selection import KINDS, LIVE, Selection
from tests.conformance.suites import direct_outcomes, selected


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what was asked for; 0: all passed, 1: some failed, 2: nothing was selected."""
    options = _parser().parse_args(arguments)
    exceptions = read_exceptions()
    if options.write_docs:
        write_page(exceptions)
        return 0
    if options.cases is None:
        sys.stderr.write("conformance: name the folder of the cases: --cases DIR\n")
        return 2
    selection = Selection(
        kinds=frozenset(options.only), tags=frozenset(options.tag), names=frozenset(options.case)
    )
    report = Report(write=_write, exceptions={one.case_id: one.reason for one in exceptions})
    for outcome in direct_outcomes(options.cases, selection):
        report.add(outcome)
    _run_live(options.cases, selection, report)
    return report.finish()


def _run_live(folder: Path, selection: Selection, report: Report) -> None:
    cases = [
        case_of(case, folder)
        for case in selected(folder / "cases.json", selection)
        if case["action"] in LIVE and selection.wants_kind(case["action"])
    ]
    cases += [
        case_of_unit(unit, folder)
        for unit in selected(folder / "units.json", selection, "units")
        if unit["kind"] in KINDS_OF_TASKS
    ]
    if cases:
        # As Ctrl+C does: the programs that were started are stopped first.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        asyncio.run(run_stages(staged(cases), report.add))


def _write(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


def _kinds(text: str) -> list[str]:
    kinds = text.split(",")
    for kind in kinds:
        if kind not in KINDS:
            raise argparse.ArgumentTypeError(f"{kind} is none of {', '.join(KINDS)}")
    return kinds


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="scripts/conformance",
        description="Runs conformance cases and says what differs from what they expect.",
    )
    add = parser.add_argument
    add("--cases", type=Path, metavar="DIR", help="folder with cases.json and what it names")
    add("--only", type=_kinds, default=(), metavar="KIND,…", help=", ".join(KINDS))
    add("--tag", action="append", default=[], help="only cases with this tag; repeatable")
    add("--case", action="append", default=[], metavar="NAME", help="only this case; repeatable")
    add(
        "--write-docs", action="store_true", help="write the page about the exceptions, run nothing"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
