"""The runner of conformance cases, on its own small folder of them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
OWN = ROOT / "tests" / "conformance" / "own"


def conformance(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tests.conformance", "--cases", str(OWN), *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )


def test_cases_that_hold_pass_and_are_counted_by_tag() -> None:
    result = conformance("--tag", "own")

    lines = result.stdout.splitlines()
    assert lines[-1] == "6 passed, 0 failed", result.stdout + result.stderr
    assert "own                                      6       0" in lines
    assert result.returncode == 0


def test_a_case_that_does_not_hold_is_told_in_one_line_with_what_was_seen() -> None:
    result = conformance("--case", "own-wrong")

    assert result.stdout.splitlines()[0] == (
        "FAILED own-wrong: state is SUCCESS, expected FAILED; "
        "state of nowhere is absent, expected SUCCESS; "
        "output greet.value is Hello Ada, expected Hello Bob"
    )
    assert result.stdout.splitlines()[-1] == "0 passed, 1 failed"
    assert result.returncode == 1


def test_expressions_need_no_coordinator() -> None:
    result = conformance("--only", "expressions")

    assert result.stdout.splitlines()[-1] == "2 passed, 0 failed"


def test_a_selection_without_a_case_is_an_error() -> None:
    result = conformance("--case", "nowhere")

    assert result.stdout == "no case is selected\n"
    assert result.returncode == 2
