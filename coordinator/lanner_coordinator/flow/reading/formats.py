"""Checks texts that have a format: durations, cron expressions, time zones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from zoneinfo import ZoneInfo

from lanner_coordinator.flow.codes import Code
from lanner_coordinator.flow.duration import Sign, parse_duration, sign_complaint
from lanner_coordinator.flow.expression import (
    complaint_about_pattern,
    complaint_about_regular_expression,
)
from lanner_coordinator.flow.instants import parse_date, parse_instant, parse_time
from lanner_coordinator.flow.nodes import Node, ScalarNode
from lanner_coordinator.flow.reading.report import Report


def check(name: str, node: ScalarNode, what: str, report: Report) -> None:
    """Report a text that does not have the format of a name; unknown formats take any text."""
    if name in _SIGNS:
        read_duration(node.text, _SIGNS[name], node, what, report)
    known = _FORMATS.get(name)
    if known is None:
        return
    code, complain = known
    complaint = complain(node.text)
    if complaint:
        report.error(code, f"{what}: {complaint}", node)


def read_duration(text: str, sign: Sign, node: Node, what: str, report: Report) -> timedelta | None:
    """The length of a duration; absent: it is wrong, which is reported."""
    try:
        length = parse_duration(text)
    except ValueError as error:
        report.error(Code.BAD_DURATION, f"{what}: {error}", node)
        return None
    complaint = sign_complaint(length, sign)
    if complaint:
        report.error(Code.OUT_OF_RANGE, f"{what} {complaint}", node)
        return None
    return length


def bad_time_zone(text: str) -> str:
    """What is wrong with the name of a time zone; empty: nothing."""
    try:
        ZoneInfo(text)
    except (ValueError, OSError, KeyError):
        return f"`{text}` is no time zone; write it like `Europe/Paris` or `UTC`"
    return ""


def bad_regular_expression(text: str) -> str:
    """What is wrong with a regular expression; empty: nothing."""
    complaint = complaint_about_regular_expression(text)
    return f"`{text}` is an invalid pattern: {complaint}" if complaint else ""


def _no_json_list(text: str) -> str:
    if text.lstrip().startswith(("[", "{")):
        return ""
    return f"`{text}` is no list: write `[{text}]`, or an expression that gives a list"


def _complaint(parse: Callable[[str], object], text: str) -> str:
    try:
        parse(text)
    except ValueError as error:
        return str(error)
    return ""


_SIGNS: Mapping[str, Sign] = {"duration": Sign.NOT_NEGATIVE, "signed-duration": Sign.ANY}
"""Formats of durations."""

_FORMATS: Mapping[str, tuple[Code, Callable[[str], str]]] = {
    "timezone": (Code.BAD_TIME_ZONE, bad_time_zone),
    "date-time": (Code.BAD_DATE, lambda text: _complaint(parse_instant, text)),
    "date": (Code.BAD_DATE, lambda text: _complaint(parse_date, text)),
    "time": (Code.BAD_DATE, lambda text: _complaint(parse_time, text)),
    "date-pattern": (Code.BAD_DATE, complaint_about_pattern),
    "json": (Code.WRONG_TYPE, _no_json_list),
    "regex": (Code.BAD_REGULAR_EXPRESSION, bad_regular_expression),
}
