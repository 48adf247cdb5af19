from __future__ import annotations

import fnmatch
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lanner_coordinator.store.filter.glob import Glob, Wildcard, fold, literal_glob

PARTS = st.lists(st.sampled_from(["a", "b", Wildcard.ANY, Wildcard.ONE]), max_size=8)


@given(parts=PARTS, text=st.text("abc", max_size=10))
def test_a_glob_agrees_with_shell_patterns(parts: list[str | Wildcard], text: str) -> None:
    glob = Glob(parts=tuple(parts))

    assert glob.matches(text) == fnmatch.fnmatchcase(text, glob.text)
    assert glob.occurs_in(text) == fnmatch.fnmatchcase(text, f"*{glob.text}*")


def test_a_hostile_glob_is_quick() -> None:
    glob = Glob(parts=(*(("a", Wildcard.ANY) * 30), "b"))
    began = time.process_time()

    assert not glob.matches("a" * 2_000)

    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    ("text", "folded"), [("ÀB", "àb"), ("\u0391\u03a3", "\u03b1\u03c3"), ("\u0130", "i")]
)
def test_folding_goes_character_by_character(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_a_literal_glob_has_no_wildcards() -> None:
    assert literal_glob("a*b").matches("a*b")
    assert not literal_glob("a*b").matches("axb")
    assert literal_glob("").matches("")
