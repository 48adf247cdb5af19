"""Explains why a source is no YAML, in words of what the author wrote."""

from __future__ import annotations

import re

from ruamel.yaml.error import MarkedYAMLError, YAMLError

from lanner_coordinator.flow.codes import Code
from lanner_coordinator.flow.nodes import ListNode
from lanner_coordinator.flow.reading.report import Report

_UNREADABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_UNQUOTED = re.compile(r"^(?P<before>\s*(?:- +)?(?:[^\s#'\"{\[][^'\"]*?: +)?)(?P<value>\{\{.*)$")
_TAB = re.compile(r"^ *\t[\t ]*(?=\S)")
_KEY_INSIDE = re.compile(
    r"^\s*(?:- +)?[^\s#'\"{\[&*!|>%@`][^:]*: +(?P<value>[^'\"|>{\[#\s].*?: .*)$"
)

_NO_SPACE = re.compile(
    r"^\s*(?:- +)*(?P<key>[A-Za-z][\w.-]*):(?P<value>[^\s:/][^:#]*?)\s*(?:#.*)?$"
)
_NO_COLON = re.compile(r"^\s*(?:- +)*(?P<key>[A-Za-z][\w.-]*) +(?P<value>[^\s:#\"'][^:#]*?)\s*$")
_BEHIND_QUOTES = re.compile(
    r"""^\s*(?:- +)*(?:[^\s'"#][^'"]*?: +)?(?:"(?:[^"\\]|\\.)*"|'[^']*') *$"""
)

_REASONS = (
    ("mapping values are not allowed", "A `:` with a space behind it stands where no key can be",
     "Quote the text, or check the indentation."),
    ("did not find expected key", "Something here is neither a key nor the end of the map",
     "Check the indentation and the quotes of the lines before."),
    ("did not find expected '-' indicator", "A list item does not start with `-` here",
     "Indent the items of a list alike."),
    ("did not find expected ',' or ']'", "A list in `[…]` is not closed with `]`", ""),
    ("did not find expected ',' or '}'", "A map in `{…}` is not closed with `}`", ""),
    ("could not find expected ':'", "A key has no `:` behind it",
     "Write `key: value`; a text over several lines needs `|`."),
    ("found unexpected end of stream", "A quoted text is not closed", "Add the missing quote."),
    ("found unknown escape character", "The text in double quotes has an unknown escape",
     "Double the backslash, or use single quotes."),
    ("cannot start any token", "The character cannot start a text without quotes",
     "Quote the text."),
    ("did not find expected <document start>", "Something stands behind the end of the document",
     "Check the indentation."),
    ("block sequence entries are not allowed", "A list cannot start here",
     "Put the `-` on a line of its own below the key."),
    ("did not find expected node content", "A value is missing", ""),
)  # fmt: skip


def report_unreadable(source: str, report: Report) -> bool:
    """Report a character that YAML cannot hold; tell whether there is one."""
    found = _UNREADABLE.search(source, 1 if source.startswith("\ufeff") else 0)
    if found is None:
        return False
    start = source.rfind("\n", 0, found.start()) + 1
    line = source.count("\n", 0, found.start()) + 1
    report.error(
        Code.UNREADABLE_CHARACTER,
        f"The character U+{ord(found[0]):04X} cannot stand in YAML",
        ListNode(line, found.start() - start + 1),
        hint="Remove it; is the file encoded in UTF-8?",
    )
    return True


def report_syntax(source: str, error: YAMLError, report: Report) -> None:
    """Report why a source cannot be parsed, and every line that is indented with tabs."""
    lines = source.split("\n")
    tabs = _report_tabs(lines, report)
    line, column, problem, start = _facts(error)
    if tabs and line in tabs:
        return
    for candidate in (line, line - 1, start):
        if 1 <= candidate <= len(lines) and _report_unquoted(
            lines[candidate - 1], candidate, report
        ):
            return
    last = len(source.rstrip().split("\n"))
    if line > last:
        line, column = last, len(lines[last - 1].rstrip()) + 1
    text = lines[line - 1]
    if _report_shape(lines, line, start, problem, report):
        return
    glued = _glued(lines, line) if "mapping values" in problem else None
    if glued is not None:
        line, column, key, value = glued
        report.error(
            Code.YAML_SYNTAX,
            f"`{key}:{value}` has no space behind its `:`, so YAML takes it for a text",
            ListNode(line, column),
            hint=f"Write `{key}: {value}`.",
        )
        return
    if _BEHIND_QUOTES.match(text[: column - 1]) and text[column - 1 :].strip():
        message = "A quoted text ends before this, and nothing but a comment can follow it"
        hint = 'Put the quotes around all of it; inside of double quotes write `\\"`.'
    else:
        message, hint = _explain(problem, text)
    report.error(Code.YAML_SYNTAX, message, ListNode(line, column), hint=hint)


def _report_shape(lines: list[str], line: int, start: int, problem: str, report: Report) -> bool:
    """Report an item at another indentation than its list, or a key without its `:`."""
    text = lines[line - 1]
    if "expected '-' indicator" in problem and text.lstrip().startswith("-"):
        own, wanted = _indentation(text), _indentation(lines[start - 1])
        report.error(
            Code.YAML_SYNTAX,
            f"The item is indented by {own} spaces; those of the list from line {start} on by "
            f"{wanted}",
            ListNode(line, own + 1),
            hint=f"Indent it by {wanted}.",
        )
        return True
    before = line - 1
    while before >= 1 and not lines[before - 1].strip():
        before -= 1
    found = _NO_COLON.match(lines[before - 1]) if before >= 1 else None
    if "mapping values" not in problem or found is None:
        return False
    report.error(
        Code.YAML_SYNTAX,
        f"`{found['key']} {found['value']}` has no `:`, so YAML takes it and the next line for one "
        "text",
        ListNode(before, found.start("key") + 1),
        hint=f"Write `{found['key']}: {found['value']}`.",
    )
    return True


def _indentation(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _glued(lines: list[str], line: int) -> tuple[int, int, str, str] | None:
    """Line, column, key and value of a `key:value` before the `:` that the parser stumbled over."""
    for number in (line, line - 1):
        found = _NO_SPACE.match(lines[number - 1]) if number >= 1 else None
        if found is not None:
            return number, found.start("key") + 1, found["key"], found["value"]
    return None


def _facts(error: YAMLError) -> tuple[int, int, str, int]:
    """Line, column, the parser's own words, and the line where the broken part starts."""
    if not isinstance(error, MarkedYAMLError):
        return 1, 1, str(error), 1
    mark = error.problem_mark or error.context_mark
    start = error.context_mark or mark
    problem = str(error.problem or error.context or "")
    if "unexpected end of stream" in problem and error.context_mark is not None:
        # The end is far from the quote that opens the text.
        mark = error.context_mark
    if mark is None or start is None:
        return 1, 1, problem, 1
    return mark.line + 1, mark.column + 1, problem, start.line + 1


def _explain(problem: str, line: str) -> tuple[str, str]:
    for words, message, hint in _REASONS:
        if words in problem:
            inside = _KEY_INSIDE.match(line)
            if inside and words.startswith("mapping values"):
                return message, f'Quote the text: "{inside["value"]}".'
            return message, hint
    return f"The source is no YAML: {problem or 'it cannot be parsed'}", ""


def _report_tabs(lines: list[str], report: Report) -> set[int]:
    found = set()
    for number, line in enumerate(lines, start=1):
        match = _TAB.match(line)
        if match:
            found.add(number)
            report.error(
                Code.TAB_INDENTATION,
                "The line is indented with a tab; YAML takes spaces only",
                ListNode(number, line.index("\t") + 1),
                hint="Replace the tab by spaces.",
            )
    return found


def _report_unquoted(line: str, number: int, report: Report) -> bool:
    match = _UNQUOTED.match(line)
    if match is None:
        return False
    value = match["value"].strip()
    quoted = f'"{value}"' if '"' not in value else f"'{value}'" if "'" not in value else ""
    report.error(
        Code.UNQUOTED_EXPRESSION,
        f"The text `{value}` starts with an expression and is not quoted, "
        "so YAML takes its braces for a map",
        ListNode(number, match.start("value") + 1),
        hint=f"Write {quoted}." if quoted else "Write the text below the key, behind `|`.",
    )
    return True
