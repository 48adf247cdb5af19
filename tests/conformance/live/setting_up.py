"""Puts in place what a case's set-up names, as far as it is not a setting of the coordinator."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from lanner_proto.v1 import trigger_pb2
from tests.conformance.live.scenario import NotOffered, Scenario
from tests.conformance.live.starting import uploaded_bytes
from tests.conformance.live.typed import content_of, plain

_OF_THE_COORDINATOR = ("env", "globals", "secrets", "encryption_key")


async def set_up(scenario: Scenario) -> None:
    """Do what the set-up says.

    Raises:
        NotOffered: The API has no way to.
    """
    for name, value in scenario.case.setup.items():
        if name in _OF_THE_COORDINATOR:
            continue
        if name == "trigger_state":
            await _set_triggers(scenario, value)
        elif name == "storage":
            await _store(scenario, value)
        elif name == "kv":
            await _set_key_values(scenario, value)
        elif name == "namespace_files":
            await _set_namespace_files(scenario, value)
        elif name == "templates":
            await _apply_templates(scenario, value)
        elif name == "state_store":
            await _clear_key_values(scenario, [scenario.case.flow.key.namespace])
        elif name == "wd_cache":
            continue  # each run of the cases has a storage of its own
        else:
            raise NotOffered(f"the API cannot set up {name}")


async def _store(scenario: Scenario, files: Mapping[str, object]) -> None:
    """Put the files into the storage, and their URIs into the flow in place of those it has."""
    source = scenario.case.flow
    text = source.text
    for path, content in files.items():
        name = path.rpartition("/")[2]
        stored = content_of(scenario.case.folder, content)
        uri = await uploaded_bytes(scenario, source.key, stored, name)
        text = text.replace(f"kestra://{path}", uri)
    await scenario.load([replace(source, text=text)])


async def _apply_templates(scenario: Scenario, templates: Iterable[object]) -> None:
    for template in templates:
        # JSON is YAML, too.
        await scenario.programs.client.apply_template(json.dumps(template))


async def _set_key_values(scenario: Scenario, values: Mapping[str, Mapping[str, object]]) -> None:
    """These values are there and no others."""
    await _clear_key_values(scenario, values)
    for namespace, of_namespace in values.items():
        for key, value in of_namespace.items():
            await scenario.programs.client.set_key_value(namespace, key, plain(value))


async def _clear_key_values(scenario: Scenario, namespaces: Iterable[str]) -> None:
    client = scenario.programs.client
    for namespace in namespaces:
        response = await client.list_key_values(namespace, limit=1000)
        for one in response.key_values:
            await client.delete_key_value(one.namespace, one.key)


async def _set_namespace_files(
    scenario: Scenario, files: Mapping[str, Mapping[str, object]]
) -> None:
    """These files are there and no others."""
    client = scenario.programs.client
    with TemporaryDirectory() as folder:
        local = Path(folder, "file")
        for namespace, of_namespace in files.items():
            there = await client.list_namespace_files(namespace, recursive=True, limit=1000)
            if there.files:
                await client.delete_namespace_files(namespace, [one.path for one in there.files])
            for path, content in of_namespace.items():
                stored = content_of(scenario.case.folder, content)
                await asyncio.to_thread(local.write_bytes, stored)
                await client.put_namespace_file(local, namespace, path.removeprefix("/"))


async def _set_triggers(scenario: Scenario, states: dict[str, dict[str, bool]]) -> None:
    flow = scenario.case.flow.key
    for trigger_id, state in states.items():
        key = trigger_pb2.TriggerKey(
            namespace=flow.namespace, flow_id=flow.flow_id, trigger_id=trigger_id
        )
        await scenario.programs.client.set_trigger_enabled(key, is_enabled=not state["disabled"])
