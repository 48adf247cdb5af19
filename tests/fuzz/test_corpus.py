"""Texts that the fuzzer starts from, and those it once found something with."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzz.targets import TARGETS

_TEXTS = sorted(path for path in (Path(__file__).parent / "corpus").rglob("*") if path.is_file())


@pytest.mark.parametrize("path", _TEXTS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_text_raises_nothing_and_takes_no_second(path: Path) -> None:
    TARGETS[path.parent.name](path.read_text(errors="replace"))
