from __future__ import annotations

import re
from pathlib import Path

from lanner_coordinator.flow.codes import Code

_DOCUMENT = Path(__file__).parents[3] / "docs" / "problems.md"


def test_every_code_is_documented_and_no_other() -> None:
    documented = re.findall(r"^### (LNR\d{3}): ", _DOCUMENT.read_text(), re.MULTILINE)

    assert documented == sorted(code.value for code in Code)
