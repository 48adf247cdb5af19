"""Compares what a case leaves behind outside its executions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lanner_proto.errors import NotFound
from lanner_proto.values import from_value
from tests.conformance.live.cases import Expectation
from tests.conformance.live.scenario import Scenario
from tests.conformance.live.values import ABSENT, agrees, shown


async def kept_values_differ(scenario: Scenario, expect: Expectation) -> list[str]:
    """A sentence for each value or file of a namespace that is not as expected."""
    values = [
        f"key {key} of {namespace} is {shown(found)}, expected {shown(dict(wanted))}"
        for namespace, values in (expect.get("kv") or {}).items()
        for key, wanted in values.items()
        if not _agrees(found := await _kept(scenario, namespace, key), wanted)
    ]
    files = [
        f"the files of {namespace} are {there}, expected {list(wanted)}"
        for namespace, wanted in (expect.get("namespace_files") or {}).items()
        if (there := await _files(scenario, namespace)) != sorted(wanted)
    ]
    return values + files


async def _files(scenario: Scenario, namespace: str) -> list[str]:
    listed = await scenario.programs.client.list_namespace_files(
        namespace, recursive=True, limit=1000
    )
    return [f"/{one.path}" for one in listed.files]


async def _kept(scenario: Scenario, namespace: str, key: str) -> Mapping[str, object] | str:
    try:
        found = await scenario.programs.client.get_key_value(namespace, key)
    except NotFound:
        return ABSENT
    expires = found.expires_at.ToJsonString() if found.HasField("expires_at") else None
    return {"value": from_value(found.value), "expirationDate": expires}


def _agrees(found: Mapping[str, object] | str, wanted: Mapping[str, Any]) -> bool:
    return isinstance(found, Mapping) and all(
        agrees(found[name], value) for name, value in wanted.items()
    )
