from __future__ import annotations

import pytest

from lanner_coordinator.flow.nodes import MapNode, ScalarNode
from lanner_coordinator.flow.reading.report import Report
from lanner_coordinator.flow.text_positions import position_of
from lanner_coordinator.flow.yaml_text import read_yaml


def _place_of_mark(source: str) -> tuple[int, int]:
    """Where `@` of the value of `a` is said to stand."""
    root = read_yaml(source, Report())
    assert isinstance(root, MapNode)
    node = root.entries["a"]
    assert isinstance(node, ScalarNode)
    before = node.text[: node.text.index("@")]
    line, column = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
    position = position_of(source, node, line, column)
    return position.line, position.column


@pytest.mark.parametrize(
    "source",
    [
        "a: one @ two\n",
        "a: 'it''s one @ two'\n",
        'a: "tab\\t \\u00e9 \\x41 \\" \\\\ @ two"\n',
        'a: "one \\\n  two @ three"\n',
        "a: |\n  one\n\n    two @\n",
        "a: |2-\n    one\n   @\n",
        "a: >-\n  folded\n  text @ here\n",
        "a: one\n  two @\n  three\n",
        "é: 'ü'\na: 'ö ✓ @'\n",
        "b: 1\r\na: |\r\n  x\r\n  y @\r\n",
    ],
)
def test_a_character_is_found_in_every_style_of_yaml(source: str) -> None:
    index = source.index("@")
    line = source.count("\n", 0, index) + 1
    column = index - source.rfind("\n", 0, index)

    assert _place_of_mark(source) == (line, column)


def test_a_node_from_elsewhere_is_its_own_place() -> None:
    node = ScalarNode("some text", False, 7, 3)

    assert position_of("", node, 1, 5) == node.position
