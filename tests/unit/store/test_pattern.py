from __future__ import annotations

import re
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lanner_coordinator.store.filter import FilterError
from lanner_coordinator.store.filter.pattern import compile_pattern

ATOMS = st.sampled_from(
    ["a", "b", ".", r"\d", r"\W", r"\s", r"\.", "[ab]", "[^a-c]", r"[\d_-]", r"[^\s]"]
)
PLACES = st.sampled_from(["^", "$", r"\b", r"\B"])
TIMES = st.sampled_from(["", "", "*", "+", "?", "{2}", "{1,2}", "{2,}", "*?"])


def _wider(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    repeated = st.builds("{}{}".format, ATOMS | inner.map("({})".format), TIMES)
    part = st.one_of(repeated, PLACES, inner.map("(?:{})".format))
    return st.one_of(
        st.lists(part, max_size=3).map("".join), st.builds("{}|{}".format, inner, inner)
    )


PATTERNS = st.recursive(st.just("a") | ATOMS, _wider, max_leaves=6)


# Before 3.14 Python's \B does not hold in an empty text, as it does everywhere else.
@given(pattern=PATTERNS, text=st.text("abc1_ .é\n", min_size=1, max_size=8))
@example(pattern="a|", text="b")
@example(pattern="(a|ab)(c|bcd)$", text="abcd")
def test_a_pattern_agrees_with_the_regular_expressions_of_python(pattern: str, text: str) -> None:
    # Python's $ also matches before a final newline, and its classes know all of Unicode.
    reference = re.compile(pattern.replace("$", r"\Z"), re.ASCII)

    assert compile_pattern(pattern, 1).occurs_in(text) == bool(reference.search(text))


def test_a_hostile_pattern_is_quick() -> None:
    pattern = compile_pattern("(a*)*(a|a)*(a+)+b", 1)
    began = time.process_time()

    assert not pattern.occurs_in("a" * 2_000)

    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    ("pattern", "part"),
    [
        ("(a", 'a "(" is not closed'),
        ("a)", 'a ")" has no "("'),
        ("[a", 'a "[" is not closed'),
        ("[]", "is empty"),
        ("[[:alpha:]]", "write \\["),
        ("[z-a]", "does not go from one character up to another"),
        (r"[\d-z]", "does not go from one character up to another"),
        ("[a-b-c]", "neither in a range nor at an end"),
        ("*a", "nothing before it"),
        ("a**", "a repetition is repeated"),
        ("^*", "cannot be repeated"),
        ("a{x}", "write \\{"),
        ("a{5,2}", "not a repetition"),
        ("a{101}", "not a repetition"),
        ("((a{90}){90})", "too large"),
        ("((){90}){90}", "too large"),
        ("(?=a)", '"(?"'),
        (r"(a)\1", r'"\1" is not known'),
        ("a\\", '"\\" is not known'),
        ("(" * 30 + ")" * 30, "more than 20 groups"),
    ],
)
def test_what_cannot_be_searched_in_bounded_time_is_refused(pattern: str, part: str) -> None:
    with pytest.raises(FilterError, match=r"cannot be read") as refused:
        compile_pattern(pattern, 7)

    assert part in refused.value.message
    assert refused.value.column == 7
