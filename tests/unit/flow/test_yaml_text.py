from __future__ import annotations

import pytest

from lanner_coordinator.flow.nodes import ListNode, MapNode, plain
from lanner_coordinator.flow.reading.report import Report
from lanner_coordinator.flow.yaml_text import LARGEST_SOURCE, read_yaml


def _read(source: str) -> tuple[object, list[str]]:
    report = Report()
    root = read_yaml(source, report)
    problems = report.problems(root or ListNode(1, 1))
    shown = [f"{one.code} {one.position.line}:{one.position.column}" for one in problems]
    return (None if root is None else plain(root)), shown


def _hint(source: str) -> str:
    report = Report()
    read_yaml(source, report)
    return report.first().hint


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("yes", True),
        ("Off", False),
        ("y", "y"),
        ("~", None),
        ("", None),
        ("null", None),
        ("nUll", "nUll"),
        ("12", 12),
        ("-12", -12),
        ("1_000", 1000),
        ("0755", 493),
        ("0x1F", 31),
        ("0b101", 5),
        ("089", "089"),
        ("1.5", 1.5),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("12:30:00", "12:30:00"),
        ("2024-12-20", "2024-12-20"),
        ("1e999", "1e999"),
        (".inf", ".inf"),
        ("'12'", "12"),
        ('"yes"', "yes"),
        ("9" * 400, "9" * 400),
    ],
)
def test_an_unquoted_text_stands_for_what_kestra_reads(written: str, value: object) -> None:
    assert _read(f"a: {written}\n") == ({"a": value}, [])


def test_keys_are_texts_whatever_they_look_like() -> None:
    assert _read("on: 1\ntrue: 2\n3: 4\n") == ({"on": 1, "true": 2, "3": 4}, [])


def test_every_node_knows_its_line_and_column() -> None:
    root = read_yaml("a:\n  - b: 'c'\n", Report())

    assert isinstance(root, MapNode)
    items = root.entries["a"]
    assert isinstance(items, ListNode)
    holder = items.items[0]
    assert isinstance(holder, MapNode)
    assert (holder.line, holder.column) == (2, 5)
    assert (holder.entries["b"].line, holder.entries["b"].column) == (2, 8)


def test_an_unquoted_expression_is_named_and_kept_as_a_text() -> None:
    value, problems = _read("a: {{ inputs.x }}\nb: {{ f(1, 2) }}\n")

    assert value == {"a": "{{ inputs.x }}", "b": "{{ f(1, 2) }}"}
    assert problems == ["LNR002 1:4", "LNR002 2:4"]
    assert _hint("a: {{ inputs.x }}\n") == 'Write "{{ inputs.x }}".'


@pytest.mark.parametrize(
    ("source", "hint"),
    [
        ("a: {{ x }} and more\n", 'Write "{{ x }} and more".'),
        ("- {{ x['y'] }}/z\n", "Write \"{{ x['y'] }}/z\"."),
        ('a: {{ x["y"] }}/z\n', "Write '{{ x[\"y\"] }}/z'."),
    ],
)
def test_a_text_that_starts_with_an_expression_needs_quotes(source: str, hint: str) -> None:
    assert _read(source)[1][0].startswith("LNR002 1:")
    assert _hint(source) == hint


def test_a_colon_in_an_unquoted_text_is_explained() -> None:
    assert _read("a: b: c\n") == (None, ["LNR001 1:5"])
    assert _hint("a: b: c\n") == 'Quote the text: "b: c".'


def test_every_line_with_a_tab_is_shown() -> None:
    assert _read("a:\n\t- b\n\t- c\n")[1] == ["LNR004 2:1", "LNR004 3:1"]


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("a: [1, 2\n", "LNR001 1:9"),
        ('a: "\\q"\n', "LNR001 1:5"),
        ("a: %b\n", "LNR001 1:4"),
        ("a: 'open\n", "LNR001 1:4"),
        ("a: 1\nb\n", "LNR001 2:2"),
        ("a: \x07\n", "LNR010 1:4"),
        ("a: \ud800\n", "LNR010 1:4"),
        ("a: 1\n---\nb: 2\n", "LNR007 2:1"),
        ("a: " + "[" * 100, "LNR008 1:83"),
        ("x" * (LARGEST_SOURCE + 1), "LNR008 1:1"),
    ],
)
def test_what_cannot_be_read_at_all_has_one_problem(source: str, problem: str) -> None:
    assert _read(source) == (None, [problem])


def test_several_problems_of_one_document_are_found_at_once() -> None:
    source = "a: 1\na: 2\nb: !!str 3\nc: *nowhere\n? [x]\n: 4\n"

    assert _read(source)[1] == ["LNR003 2:1", "LNR005 3:4", "LNR006 4:4", "LNR011 5:3"]


def test_aliases_and_merge_keys_are_resolved() -> None:
    source = "base: &b {x: 1, y: 2}\nlist: [*b]\nmerged:\n  <<: *b\n  y: 3\n"

    value, problems = _read(source)

    assert value == {
        "base": {"x": 1, "y": 2},
        "list": [{"x": 1, "y": 2}],
        "merged": {"y": 3, "x": 1},
    }
    assert problems == []


def test_an_alias_inside_of_what_it_names_is_refused() -> None:
    assert _read("a: &x [*x]\n")[1] == ["LNR006 1:8"]


def test_aliases_cannot_blow_up_a_document() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]

    assert _read("\n".join(lines))[1][0].startswith("LNR008")


def test_a_byte_order_mark_is_no_part_of_the_first_key() -> None:
    assert _read("\ufeffa: 1\n") == ({"a": 1}, [])


def test_problems_name_the_path_to_the_node() -> None:
    report = Report()
    root = read_yaml("a:\n  - b: !!str c\n", report)

    assert root is not None
    assert [one.path for one in report.problems(root)] == ["a[0].b"]


@pytest.mark.parametrize(
    "value", ['"{{ inputs.a }}" and more', "'it's'", '"one "line""', '"a" : b # c']
)
def test_text_behind_a_closing_quote_is_told_as_such(value: str) -> None:
    report = Report()

    read_yaml(f"id: demo\ntext: {value}\n", report)

    assert report.first().message.startswith("A quoted text ends before this")
    assert report.first().position.line == 2


@pytest.mark.parametrize(
    ("source", "line", "message"),
    [
        (
            "tasks:\n  - id: a\n    type: x\n   - id: b\n",
            4,
            "The item is indented by 3 spaces; those of the list from line 2 on by 2",
        ),
        (
            "tasks:\n  - id: a\n  - id b\n\n    type: x\n",
            3,
            "`id b` has no `:`, so YAML takes it and the next line for one text",
        ),
    ],
)
def test_a_line_of_another_shape_is_told_by_its_own_line(
    source: str, line: int, message: str
) -> None:
    report = Report()

    read_yaml(source, report)

    assert report.first().message == message
    assert report.first().position.line == line
