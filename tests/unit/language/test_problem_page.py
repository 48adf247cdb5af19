from __future__ import annotations

import re

import pytest

from lanner_coordinator.flow.catalog import TypeDescription
from lanner_coordinator.flow.codes import Code
from lanner_coordinator.flow.diagnostics import Problem, Severity
from lanner_coordinator.flow.known_types import KnownTypes
from lanner_coordinator.flow.model import TaskKind
from lanner_coordinator.flow.reader import read_flow
from lanner_coordinator.flow.reading.subflows import unknown_flow
from lanner_coordinator.flow.update import check_update
from lanner_coordinator.language.checking import check_sources
from lanner_coordinator.language.reference.problems.entry import Entry, Setting
from lanner_coordinator.language.reference.problems.page import SECTIONS, page
from lanner_coordinator.testing.given import Given, GivenFile
from lanner_proto.problem_codes import EXPLANATIONS

_ENTRIES = [entry for _, entries in SECTIONS for entry in entries]
_STORED = (
    "id: demo\nnamespace: company.team\n"
    "tasks:\n  - {id: hello, type: core.log.Log, message: Hello}\n"
)
_SEND = TypeDescription(
    name="com.example.Send",
    kind=TaskKind.AGENT,
    properties_schema={"properties": {"to": {"type": "string", "pattern": "@"}}},
)
_CATALOGS = {Setting.NO_AGENT: KnownTypes(), Setting.PLUGIN: KnownTypes([_SEND])}


def _found(entry: Entry) -> list[tuple[str, bool]]:
    """Code and whether it is a warning, of everything that is found in the example."""
    if entry.setting is Setting.TWICE:
        checked = check_sources([("a", entry.source), ("b", entry.source)], KnownTypes([]))
        return [(one.code, not one.is_error) for source in checked for one in source.problems]
    if entry.setting is Setting.TESTS:
        files = [GivenFile(name="a", source=_STORED), GivenFile(name="b", source=entry.source)]
        (suite,) = Given(files).suites
        return [(one.code, one.severity is Severity.WARNING) for one in suite.problems]
    catalog = _CATALOGS.get(entry.setting, KnownTypes([]))
    result = read_flow(entry.source, catalog)
    problems: list[Problem] = list(result.problems)
    if entry.setting is Setting.UPDATE:
        stored = read_flow(_STORED, catalog).flow
        assert stored is not None
        assert result.flow is not None
        problems += check_update(stored, result.flow)
    if entry.setting is Setting.NOT_STORED:
        problems += [unknown_flow(mention, ()) for mention in result.mentions]
    return [(one.code, one.severity is Severity.WARNING) for one in problems]


@pytest.mark.parametrize("entry", _ENTRIES, ids=lambda entry: entry.code.name)
def test_an_example_has_its_problem_and_no_other(entry: Entry) -> None:
    assert set(_found(entry)) == {(entry.code.value, entry.warns)}


def test_every_code_is_on_the_page_once_and_no_other() -> None:
    headings = re.findall(r"^### (LNR\d{3}): (.*?)(?: \(warning\))?$", page(), re.M)

    assert sorted(code for code, _ in headings) == sorted(code.value for code in Code)
    assert dict(headings) == {code: one.title for code, one in EXPLANATIONS.items()}


def test_every_text_of_the_page_is_sentences() -> None:
    for entry in _ENTRIES:
        assert entry.what.endswith((".", ":")), entry.code
        assert EXPLANATIONS[entry.code].fix.endswith("."), entry.code
