from __future__ import annotations

from lanner_coordinator.flow.codes import Code
from lanner_proto.problem_codes import EXPLANATIONS


def test_every_code_is_explained_and_no_other() -> None:
    assert list(EXPLANATIONS) == sorted(code.value for code in Code)


def test_why_is_one_sentence() -> None:
    for code, explained in EXPLANATIONS.items():
        assert explained.why.endswith("."), code
        assert explained.why.count(". ") == 0, code
