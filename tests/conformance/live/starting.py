"""Starts an execution as a case says: with raw inputs, whose files are uploaded first."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.conformance.live.cases import FlowKey
from tests.conformance.live.scenario import Scenario


async def start(
    scenario: Scenario,
    key: FlowKey,
    inputs: Mapping[str, Any],
    *,
    name: str | None = None,
    schedule_date: str = "",
) -> None:
    """Start an execution of a flow and remember it.

    Raises:
        LannerError: It is refused.
    """
    execution_id = await scenario.programs.client.create_execution(
        key.namespace,
        key.flow_id,
        inputs=await raw_inputs(scenario, key, inputs),
        labels=scenario.case.data.get("labels") or {},
        schedule_at=datetime.fromisoformat(schedule_date) if schedule_date else None,
    )
    scenario.remember(execution_id, name)


async def raw_inputs(
    scenario: Scenario, key: FlowKey, inputs: Mapping[str, Any]
) -> dict[str, object]:
    """Inputs as a client gives them: files as URIs of what was uploaded."""
    flow = await scenario.programs.client.get_flow(key.namespace, key.flow_id)
    types = {one.id: one.type for one in flow.inputs}
    raw: dict[str, object] = {}
    for name, value in inputs.items():
        if isinstance(value, Mapping) and "$file" in value:
            path = scenario.case.folder / value["$file"]
            is_file = types.get(name) in (None, "FILE")
            raw[name] = await uploaded(scenario, key, path) if is_file else path.read_text()
        elif isinstance(value, Mapping) and "$repeat" in value:
            text, count = value["$repeat"]
            raw[name] = text * count
        elif types.get(name) == "FILE" and not str(value).startswith(("kestra://", "lanner://")):
            raw[name] = await uploaded_bytes(scenario, key, str(value).encode(), f"{name}.txt")
        else:
            raw[name] = value
    return raw


async def uploaded(scenario: Scenario, key: FlowKey, path: Path, name: str = "") -> str:
    """Put a file into the storage and give its URI."""
    response = await scenario.programs.client.upload_artifact(
        path, namespace=key.namespace, flow_id=key.flow_id, name=name
    )
    return response.uri


async def uploaded_bytes(scenario: Scenario, key: FlowKey, content: bytes, name: str) -> str:
    """Put bytes into the storage as a file and give its URI."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        return await uploaded(scenario, key, Path(file.name), name)
