"""Problems of flows for people (as a compiler prints them) and for other programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from lanner_console.models import FlowCheck, FlowProblem
from lanner_proto.problem_codes import DOCUMENT, EXPLANATIONS

SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LONGEST_LINE = 160


def problem_lines(
    name: str, problems: Sequence[FlowProblem], source: str | None = None
) -> Iterator[str]:
    """Problems as a compiler prints them: place and sentence, the line, why, what to do."""
    lines = source.split("\n") if source is not None else []
    for problem in problems:
        place = f":{problem.line}:{problem.column}" if problem.line else ""
        yield f"{name}{place}: {_severity(problem)} {problem.code}: {problem.message}"
        yield from frame_lines(problem.line, problem.column, problem.length, lines)
        explained = EXPLANATIONS.get(problem.code)
        if explained is not None and source is not None:
            yield f"    why: {explained.why}"
        if problem.hint or (explained is not None and source is not None):
            yield f"    fix: {fix_of(problem)}"


def frame_lines(line: int, column: int, length: int, lines: Sequence[str]) -> Iterator[str]:
    """A line of a source with a mark below what is meant; nothing where there is no such line.

    Args:
        line: From 1.
        column: From 1.
        length: Characters; 0: unknown.
        lines: Of the source.
    """
    if not 1 <= line <= len(lines):
        return
    text = lines[line - 1].replace("\t", " ").rstrip("\r")
    # A very long line is cut so that what is wrong stays in sight.
    cut = max(0, column - _LONGEST_LINE // 2) if len(text) > _LONGEST_LINE else 0
    shown = text[cut : cut + _LONGEST_LINE]
    at = max(column - 1 - cut, 0)
    width = max(1, min(length, len(shown) - at))
    number = str(line)
    yield f"  {number} | {shown}"
    yield f"  {' ' * len(number)} | {' ' * at}{'^' * width}"


def github_lines(checks: Sequence[FlowCheck]) -> Iterator[str]:
    """Problems as commands of a GitHub workflow, which annotates the files with them."""
    for check in checks:
        for problem in check.problems:
            end = problem.column + max(problem.length, 1)
            place = f"file={_property(check.name)}"
            if problem.line:
                place += f",line={problem.line},col={problem.column},endColumn={end}"
            text = "\n".join(filter(None, (problem.message, fix_of(problem))))
            yield f"::{_severity(problem)} {place},title={problem.code}::{_escaped(text)}"


def sarif_document(checks: Sequence[FlowCheck], version: str) -> dict[str, Any]:
    """Problems in SARIF 2.1.0, for code scanning."""
    used = sorted({problem.code for check in checks for problem in check.problems})
    driver = {
        "name": "lanner",
        "version": version,
        "informationUri": DOCUMENT,
        "rules": [_rule(code) for code in used],
    }
    results = [_result(check.name, problem) for check in checks for problem in check.problems]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return {"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}


def fix_of(problem: FlowProblem) -> str:
    """What to do about it; empty: nobody knows."""
    explained = EXPLANATIONS.get(problem.code)
    return problem.hint or (explained.fix if explained is not None else "")


def _severity(problem: FlowProblem) -> str:
    return "error" if problem.is_error else "warning"


def _rule(code: str) -> Mapping[str, Any]:
    explained = EXPLANATIONS.get(code)
    if explained is None:
        return {"id": code}
    return {
        "id": code,
        "shortDescription": {"text": explained.title},
        "fullDescription": {"text": explained.why},
        "help": {"text": explained.fix},
        "helpUri": f"{DOCUMENT}#{_anchor(code, explained.title)}",
    }


def _anchor(code: str, title: str) -> str:
    words = "".join(one for one in title.lower() if one.isalnum() or one in " -")
    return f"{code.lower()}-{words.replace(' ', '-')}"


def _result(name: str, problem: FlowProblem) -> Mapping[str, Any]:
    fix = fix_of(problem)
    text = f"{problem.message}. {fix}" if fix else problem.message
    location: dict[str, Any] = {"artifactLocation": {"uri": quote(name)}}
    if problem.line:
        location["region"] = {
            "startLine": problem.line,
            "startColumn": problem.column,
            "endColumn": problem.column + max(problem.length, 1),
        }
    return {
        "ruleId": problem.code,
        "level": _severity(problem),
        "message": {"text": text},
        "locations": [{"physicalLocation": location}],
    }


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")
