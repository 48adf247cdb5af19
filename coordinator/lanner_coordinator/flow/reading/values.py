"""Reads single values: texts, numbers, booleans, durations, names.

Each function gives the value, or None after it has reported what is wrong. A null value is None
without a report: a key without a value counts as absent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import timedelta
from enum import StrEnum
from typing import TypeVar

from lanner_coordinator.flow.codes import Code
from lanner_coordinator.flow.duration import Sign
from lanner_coordinator.flow.names import NameRule
from lanner_coordinator.flow.nodes import MapNode, Node, ScalarNode, describe, plain
from lanner_coordinator.flow.reading import formats
from lanner_coordinator.flow.reading.report import Report
from lanner_coordinator.flow.suggest import choices, did_you_mean

_Choice = TypeVar("_Choice", bound=StrEnum)

_LONGEST_SHOWN = 60

_EXPRESSION = re.compile(r"\{\{|\{%|\{#")


def has_expression(text: str) -> bool:
    """Whether a text is rendered before it is used."""
    return "{" in text and _EXPRESSION.search(text) is not None


def is_expression(node: Node) -> bool:
    """Whether a node is a text that is rendered before it is used."""
    return isinstance(node, ScalarNode) and has_expression(node.text)


def text(node: Node | None, what: str, report: Report) -> str | None:
    """A text; numbers and booleans count as written."""
    if node is None:
        return None
    if isinstance(node, ScalarNode):
        return None if node.value is None else node.text
    report.error(Code.WRONG_TYPE, f"{what} must be a text, not {describe(node)}", node)
    return None


def boolean(node: Node | None, what: str, report: Report) -> bool | None:
    """A boolean, also written as a quoted text."""
    if node is None:
        return None
    if isinstance(node, ScalarNode):
        if isinstance(node.value, bool) or node.value is None:
            return node.value
        if node.text.strip().lower() in ("true", "false"):
            return node.text.strip().lower() == "true"
    report.error(Code.WRONG_TYPE, f"{what} must be `true` or `false`, not {describe(node)}", node)
    return None


def integer(
    node: Node | None, what: str, report: Report, *, at_least: int | None = None
) -> int | None:
    """A whole number, also written as a quoted text."""
    if node is None:
        return None
    number = _number(node)
    if number is None and isinstance(node, ScalarNode) and node.value is None:
        return None
    if not isinstance(number, int):
        report.error(Code.WRONG_TYPE, f"{what} must be a whole number, not {describe(node)}", node)
        return None
    if at_least is not None and number < at_least:
        message = f"{what} must be at least {at_least}, not {number}"
        report.error(Code.OUT_OF_RANGE, message, node)
        return None
    return number


def number(node: Node | None, what: str, report: Report) -> float | None:
    """A number, also written as a quoted text."""
    if node is None:
        return None
    found = _number(node)
    if found is None:
        report.error(Code.WRONG_TYPE, f"{what} must be a number, not {describe(node)}", node)
    return found


def duration(
    node: Node | None, what: str, report: Report, sign: Sign = Sign.NOT_NEGATIVE
) -> timedelta | None:
    """An ISO 8601 duration."""
    written = text(node, what, report)
    if written is None or node is None:
        return None
    return formats.read_duration(written, sign, node, what, report)


def choice(
    node: Node | None,
    what: str,
    report: Report,
    options: type[_Choice],
    *,
    aliases: Mapping[str, _Choice] | None = None,
) -> _Choice | None:
    """One of the values of an enumeration; `aliases` are further spellings."""
    written = text(node, what, report)
    if written is None or node is None:
        return None
    if aliases and written in aliases:
        return aliases[written]
    try:
        return options(written)
    except ValueError:
        refuse_choice(written, what, [str(option) for option in options], node, report)
        return None


def refuse_choice(
    written: str, what: str, options: Iterable[str], node: Node, report: Report
) -> None:
    """Report that a text is not one of those allowed."""
    allowed = list(options)
    report.error(
        Code.NOT_A_CHOICE,
        f"{what} must be {choices(allowed)}, not `{written}`",
        node,
        hint=did_you_mean(written, allowed),
    )


def name(
    node: Node | None, what: str, rule: NameRule, report: Report, code: Code = Code.BAD_ID
) -> str | None:
    """A text that follows a rule for names."""
    written = text(node, what, report)
    if written is None or node is None:
        return None
    complaint = rule.complaint(written)
    if complaint:
        shown = written if len(written) <= _LONGEST_SHOWN else f"{written[:_LONGEST_SHOWN]}…"
        report.error(code, f"{what} `{shown}` is no valid name: {complaint}", node)
        return None
    return written


def regular_expression(node: Node | None, what: str, report: Report) -> str | None:
    """A regular expression."""
    written = text(node, what, report)
    if written is None or node is None:
        return None
    complaint = formats.bad_regular_expression(written)
    if complaint:
        report.error(Code.BAD_REGULAR_EXPRESSION, f"{what}: {complaint}", node)
        return None
    return written


def text_map(node: Node | None, what: str, report: Report) -> Mapping[str, str]:
    """A map of texts; numbers and booleans count as written."""
    if node is None:
        return {}
    if not isinstance(node, MapNode):
        report.error(Code.WRONG_TYPE, f"{what} must be a map, not {describe(node)}", node)
        return {}
    found = {}
    for key, value in node.entries.items():
        written = text(value, f"{what}: `{key}`", report)
        if written is not None:
            found[key] = written
    return found


def any_map(node: Node | None, what: str, report: Report) -> Mapping[str, object]:
    """A map of any values."""
    if node is None:
        return {}
    if not isinstance(node, MapNode):
        report.error(Code.WRONG_TYPE, f"{what} must be a map, not {describe(node)}", node)
        return {}
    return {key: plain(value) for key, value in node.entries.items()}


def _number(node: Node) -> int | float | None:
    if not isinstance(node, ScalarNode):
        return None
    value = node.value
    if isinstance(value, str):
        value = ScalarNode(value.strip(), True, node.line, node.column).value
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value
