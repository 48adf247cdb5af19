"""No text makes the language raise anything but its own errors."""

from __future__ import annotations

import contextlib

from hypothesis import given, settings
from hypothesis import strategies as st

from lanner_coordinator.flow.expression import (
    ExpressionError,
    NoEffects,
    check,
    references,
    render,
    render_typed,
)
from lanner_coordinator.flow.expression.java.date_format import format_date
from lanner_coordinator.flow.expression.java.date_parse import parse_iso, parse_pattern
from lanner_coordinator.flow.expression.java.decimal_format import format_number
from lanner_coordinator.flow.expression.registry import FILTERS, FUNCTIONS, TESTS
from tests.unit.expression.world import NOW, World

VARIABLES: dict[str, object] = {
    "a": {"b": [1, "x", None, 2.5], "c": {"d": True}},
    "s": "text",
    "n": -3,
    "nothing": None,
    "now_": NOW,
}
_WORDS = r"""
{{ }} {% %} {# #} {{- -}} {%- -%} ( ) [ ] { } . , : ? | ~ + - * / % == != < >= ?? ??? .. =
is not and or in contains equals isIn if else elseif endif for endfor set macro endmacro filter
endfilter block endblock raw endraw verbatim true false null none a b s n nothing now_ a.b a.c.d
'x' "y" "#{s}" "#{ 1 5 2.5 10L @ \ ' " é upper first jq render date loop.index missing
"""
PIECES = st.sampled_from([*_WORDS.split(), "\n"])
TEMPLATES = st.one_of(
    st.text(max_size=40),
    st.lists(PIECES, max_size=25).map(" ".join),
    st.lists(PIECES, max_size=12).map(lambda pieces: "{{ " + " ".join(pieces) + " }}"),
)
LITERALS = st.sampled_from(
    [
        "1",
        "-1",
        "2.5",
        "'x'",
        "''",
        "null",
        "true",
        "[1, 'a']",
        "{'a': 1}",
        "a",
        "now_",
        "s",
        "9223372036854775807",
        "'2026-01-02'",
        "'.a'",
        "'(['",
        "'yyyy'",
        "'#,##0'",
        "[[], [null]]",
    ]
)
CALLS = st.one_of(
    st.builds(
        lambda value, name, arguments: f"{{{{ {value} | {name}({', '.join(arguments)}) }}}}",
        LITERALS,
        st.sampled_from(sorted(FILTERS)),
        st.lists(LITERALS, max_size=3),
    ),
    st.builds(
        lambda name, arguments: f"{{{{ {name}({', '.join(arguments)}) }}}}",
        st.sampled_from(sorted(FUNCTIONS)),
        st.lists(LITERALS, max_size=4),
    ),
    st.builds(
        lambda value, name: f"{{{{ {value} is {name} }}}}", LITERALS, st.sampled_from(sorted(TESTS))
    ),
    st.builds(
        lambda left, operator, right: f"{{{{ {left} {operator} {right} }}}}",
        LITERALS,
        st.sampled_from(
            [
                "+",
                "-",
                "*",
                "/",
                "%",
                "~",
                "==",
                "<",
                ">=",
                "contains",
                "in",
                "..",
                "and",
                "or",
                "??",
                "???",
                "isIn",
                "not in",
            ]
        ),
        LITERALS,
    ),
    st.builds(
        lambda value, name, arguments: f"{{{{ {value}.{name}({', '.join(arguments)}) }}}}",
        st.sampled_from(["s", "a", "a.b", "now_", "'x'"]),
        st.sampled_from(
            [
                "size",
                "get",
                "substring",
                "replace",
                "contains",
                "equals",
                "charAt",
                "indexOf",
                "getHour",
                "toString",
                "keySet",
                "getOrDefault",
            ]
        ),
        st.lists(LITERALS, max_size=3),
    ),
)
_JQ_WORDS = r"""
. .a .b [] [0] [1:] ( ) { } : , | + - * / % // == and or not if then else end reduce foreach as
$x ; def f try catch ? label break 1 "s" "\( length keys map( select( range(3) .[] recurse first
tojson @csv test("a") sort_by(.a) |= += path(
"""
_PROGRAMS = st.one_of(
    st.text(max_size=30),
    st.lists(st.sampled_from(_JQ_WORDS.split()), max_size=15).map(" ".join),
)


@given(template=TEMPLATES)
@settings(max_examples=400, deadline=None)
def test_any_text_is_checked_and_rendered_or_refused_with_our_own_error(template: str) -> None:
    problems = check(template)
    references(template)
    for work in (render, render_typed):
        with contextlib.suppress(ExpressionError):
            work(template, VARIABLES, NoEffects())

    assert all(problem.line >= 1 and problem.column >= 1 for problem in problems)


@given(template=CALLS)
@settings(max_examples=600, deadline=None)
def test_any_arguments_are_taken_or_refused_with_our_own_error(template: str) -> None:
    problems = check(template)
    with contextlib.suppress(ExpressionError):
        render(template, VARIABLES, World(files={"s": "x", "x": "y"}))
        # Filters do not look at their arguments where there is nothing to work on.
        assert problems == () or "null" in template or "none" in template

    assert not any("Unknown" in problem.message for problem in problems)


@given(program=_PROGRAMS)
@settings(max_examples=400, deadline=None)
def test_any_jq_program_runs_or_is_refused_with_our_own_error(program: str) -> None:
    with contextlib.suppress(ExpressionError):
        render("{{ a | jq(p) }}", {"a": VARIABLES["a"], "p": program}, World())


@given(pattern=st.text(alphabet="yMdHhmsSaEzXxVOQwWeDGkKAnNYLqcB'[] -:/", max_size=15))
@settings(max_examples=300, deadline=None)
def test_any_date_pattern_writes_and_reads_or_is_refused(pattern: str) -> None:
    with contextlib.suppress(ExpressionError):
        parse_pattern(format_date(NOW, pattern), pattern)


@given(pattern=st.text(alphabet="0#,.;%E'$-+x", max_size=10), number=st.floats() | st.integers())
@settings(max_examples=300, deadline=None)
def test_any_number_pattern_writes_or_is_refused(pattern: str, number: float) -> None:
    with contextlib.suppress(ExpressionError):
        format_number(number, pattern)


@given(written=st.text(alphabet="0123456789-T:.Z+[]", max_size=30))
@settings(max_examples=300, deadline=None)
def test_any_text_is_a_date_or_refused(written: str) -> None:
    with contextlib.suppress(ExpressionError):
        parse_iso(written)


def _values(texts: st.SearchStrategy[str]) -> st.SearchStrategy[object]:
    return st.recursive(
        st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | texts,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
        max_leaves=15,
    )


@given(value=_values(st.text(max_size=10)))
@settings(max_examples=200, deadline=None)
def test_json_and_ion_are_read_back_as_they_were_written(value: object) -> None:
    template = "{{ fromJson(v | toJson) == v and fromIon(v | toIon) == v }}"

    assert render(template, {"v": value}, World()).value == "true"


# YAML writes a text that looks like a number without quotes, as Kestra does.
_NO_NUMBERS = st.text(
    st.characters(exclude_categories=("Cs", "Nd"), exclude_characters="\r\ufeff"), max_size=10
)


@given(value=_values(_NO_NUMBERS))
@settings(max_examples=200, deadline=None)
def test_yaml_is_read_back_as_it_was_written(value: object) -> None:
    assert render("{{ yaml(v | yaml) == v }}", {"v": value}, World()).value == "true"
