from __future__ import annotations

import json

import msgspec
import pytest

from lanner_coordinator.language.requests import answer

_FLOW = "id: {}\nnamespace: company\ntasks:\n  - {{id: a, type: {}}}\n"


def _check(types: object, **sources: str) -> list[dict[str, object]]:
    request = {
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


def test_a_request_that_is_none_is_refused() -> None:
    with pytest.raises(msgspec.DecodeError):
        answer("check", b"[]")
