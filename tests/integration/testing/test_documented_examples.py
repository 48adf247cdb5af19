from __future__ import annotations

import re
from pathlib import Path

from lanner_coordinator.testing.given import GivenFile
from lanner_coordinator.testing.program import Request
from lanner_coordinator.testing.verdict import Outcome
from tests.support.suites import tell

_ROOT = Path(__file__).parents[3]


def _all_pass(files: tuple[GivenFile, ...], count: int) -> None:
    found, verdicts = tell(Request(files=files))

    assert not [one for file in found.problems for one in file.problems if one.is_error]
    assert [one for one in verdicts if one.outcome is not Outcome.PASSED] == []
    assert len(verdicts) == count


def test_the_tests_of_the_documentation_pass() -> None:
    page = (_ROOT / "docs" / "testing-flows.md").read_text()
    blocks = re.findall(r"^```yaml\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    files = tuple(
        GivenFile(name=f"{number}.yaml", source=source) for number, source in enumerate(blocks)
    )

    _all_pass(files, 3)


def test_the_tests_of_the_examples_pass() -> None:
    files = tuple(
        GivenFile(name=file.name, source=file.read_text())
        for file in sorted((_ROOT / "examples").glob("*.yaml"))
    )

    _all_pass(files, 2)
