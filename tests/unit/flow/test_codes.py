from __future__ import annotations

import re
from pathlib import Path

from lanner_coordinator.flow.codes import Code
from lanner_proto.problem_codes import EXPLANATIONS

_DOCUMENT = Path(__file__).parents[3] / "docs" / "problems.md"


def test_every_code_is_explained_and_no_other() -> None:
    assert list(EXPLANATIONS) == sorted(code.value for code in Code)


def test_every_code_is_documented_under_its_title_and_no_other() -> None:
    headings = re.findall(r"^### (LNR\d{3}): (.*?)(?: \(warning\))?$", _DOCUMENT.read_text(), re.M)

    assert headings == [(code, explained.title) for code, explained in EXPLANATIONS.items()]


def test_why_is_one_sentence() -> None:
    for code, explained in EXPLANATIONS.items():
        assert explained.why.endswith("."), code
        assert explained.why.count(". ") == 0, code
