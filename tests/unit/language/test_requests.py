from __future__ import annotations

import json

import msgspec
import pytest

from lanner_coordinator.language.requests import answer

_FLOW = "id: {}\nnamespace: company\ntasks:\n  - {{id: a, type: {}}}\n"


def _check(types: object, *, is_folder: bool = False, **sources: str) -> list[dict[str, object]]:
    request = {
        "is_folder": is_folder,
        "types": types,
        "sources": [{"name": name, "source": source} for name, source in sources.items()],
    }
    found: list[dict[str, object]] = json.loads(answer("check", json.dumps(request).encode()))[
        "checks"
    ]
    return found


def _codes(check: dict[str, object]) -> list[object]:
    problems = check["problems"]
    assert isinstance(problems, list)
    return [one["code"] for one in problems]


def test_types_of_agents_are_given_with_the_request() -> None:
    types = [{"name": "io.kestra.plugin.my.Task", "propertiesSchema": {"type": "object"}}]

    (known,) = _check(types, a=_FLOW.format("one", "my.Task"))
    (unknown,) = _check([], a=_FLOW.format("one", "my.Task"))
    (nobody_knows,) = _check(None, a=_FLOW.format("one", "my.Task"))

    assert _codes(known) == []
    assert _codes(unknown) == ["LNR040"]
    assert _codes(nobody_knows) == ["LNR042"]


def test_a_flow_that_stands_in_two_sources_is_an_error_of_the_second() -> None:
    source = _FLOW.format("one", "core.execution.Fail")

    first, second = _check([], a=source, b=source)

    assert (_codes(first), _codes(second)) == ([], ["LNR083"])
    assert (second["namespace"], second["flow_id"]) == ("company", "one")


_CALLS = """
id: one
namespace: company
tasks:
  - {{id: a, type: core.flow.Subflow, namespace: company, flowId: {}}}
  - {{id: b, type: core.flow.Subflow, namespace: elsewhere, flowId: other}}
"""
_OTHER = _FLOW.format("load", "core.execution.Fail")


def test_a_flow_that_a_folder_with_its_namespace_does_not_have_is_a_warning() -> None:
    calling, _ = _check([], is_folder=True, a=_CALLS.format("laod"), b=_OTHER)
    right, _ = _check([], is_folder=True, a=_CALLS.format("load"), b=_OTHER)

    assert _codes(calling) == ["LNR087"]
    problems = calling["problems"]
    assert isinstance(problems, list)
    assert problems[0]["hint"] == "Did you mean `load`?"
    assert _codes(right) == []


def test_of_flows_that_may_be_elsewhere_nothing_is_said() -> None:
    (alone,) = _check([], is_folder=True, a=_CALLS.format("load"))
    named, _ = _check([], a=_CALLS.format("laod"), b=_OTHER)
    unreadable, _ = _check([], is_folder=True, a=_CALLS.format("laod"), b="tasks: [")
    wrong, _ = _check([], is_folder=True, a=_CALLS.format("load"), b=f"{_OTHER}nothing: 1\n")

    assert [_codes(one) for one in (alone, named, unreadable, wrong)] == [[], [], [], []]


def test_a_request_that_is_none_is_refused() -> None:
    with pytest.raises(msgspec.DecodeError):
        answer("check", b"[]")
