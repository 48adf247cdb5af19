"""Units of one task, or of tasks one after the other, as cases of a flow made for them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.conformance.live.cases import Case, FlowKey, Source
from tests.conformance.live.typed import plain

Unit = Mapping[str, Any]

KINDS = ("task", "task_steps")
"""Units that need a coordinator."""

_NAMESPACE = "io.kestra.unittest"
_OWN_VARIABLES = ("flow", "execution", "task", "taskrun", "inputs")
_COPIED = ("logs", "metrics", "kv", "namespace_files")
_FOLDER_ID = "folder"
"""The WorkingDirectory around a task whose working folder the unit tells of."""
_INPUT_TYPES: Sequence[tuple[type, str]] = ((bool, "BOOLEAN"), (int, "INT"), (str, "STRING"))


def case_of_unit(unit: Unit, folder: Path) -> Case:
    """A case whose flow has the tasks of the unit."""
    context = unit.get("context") or {}
    flow = context.get("flow") or {}
    namespace = str(flow.get("namespace", _NAMESPACE))
    flow_id = str(flow.get("id", unit["id"]))
    inputs = {name: plain(value) for name, value in (context.get("inputs") or {}).items()}
    variables = {name: plain(one) for name, one in context.items() if name not in _OWN_VARIABLES}
    source = {
        "id": flow_id,
        "namespace": namespace,
        "inputs": [{"id": name, "type": _type(value)} for name, value in inputs.items()],
        "variables": variables,
        "tasks": [_with_variables(task, variables) for task in _tasks(unit)],
    }
    return Case(
        case_id=unit["id"],
        folder=folder,
        data={
            "needs": unit.get("needs"),
            "inputs": inputs,
            "setup": _setup(unit, namespace),
            "expect": dict(_expectations(unit)),
        },
        flow=Source(
            key=FlowKey(namespace=namespace, flow_id=flow_id),
            # JSON is YAML. Empty parts are left out, as flows may not have them.
            text=json.dumps({key: value for key, value in source.items() if value}),
            is_listening=False,
        ),
        others=(),
    )


def _tasks(unit: Unit) -> Iterator[Mapping[str, Any]]:
    if unit["kind"] == "task" and _has_folder(unit):
        yield {
            "id": _FOLDER_ID,
            "type": "io.kestra.plugin.core.flow.WorkingDirectory",
            "inputFiles": (unit.get("setup") or {}).get("working_dir") or {},
            "outputFiles": ["**"],
            "tasks": [unit["task"]],
        }
        return
    if unit["kind"] == "task":
        yield unit["task"]
        return
    for number, step in enumerate(unit["steps"]):
        yield {**step["task"], "id": f"step-{number}"}


def _expectations(unit: Unit) -> Iterator[tuple[str, object]]:
    if unit["kind"] == "task_steps":
        yield "state", "SUCCESS"
        yield (
            "outputs",
            {
                f"step-{number}.{path}": value
                for number, step in enumerate(unit["steps"])
                for path, value in step["expect"]["outputs"].items()
            },
        )
        return
    expect, task_id = unit["expect"], unit["task"]["id"]
    error = expect.get("error")
    yield "state", "FAILED" if error else "SUCCESS"
    if isinstance(error, str):
        yield "fails_with", error
    outputs = expect.get("outputs") or {}
    wanted = {f"{task_id}.{path}": value for path, value in outputs.items()}
    if "working_dir" in expect:
        wanted[f"{_FOLDER_ID}.outputFiles"] = _files(expect["working_dir"])
    yield "outputs", wanted
    for name in _COPIED:
        if name in expect:
            yield name, expect[name]


def _setup(unit: Unit, namespace: str) -> Mapping[str, object]:
    setup = dict(unit.get("setup") or {})
    setup.pop("working_dir", None)
    if "kv" in (unit.get("needs") or ()):
        setup.setdefault("kv", {namespace: {}})
    if unit["kind"] == "task_steps":
        setup["state_store"] = "empty"
    return setup


def _has_folder(unit: Unit) -> bool:
    return "working_dir" in (unit.get("setup") or {}) or "working_dir" in unit["expect"]


def _files(folder: Mapping[str, object]) -> Mapping[str, object]:
    """What is asked of a folder, as it is asked of stored files."""
    matchers = {name: value for name, value in folder.items() if name.startswith("$")}
    files = {name: value for name, value in folder.items() if name not in matchers}
    return {**matchers, "$file_content": files}


def _with_variables(task: Mapping[str, Any], names: Mapping[str, object]) -> Mapping[str, Any]:
    """The task with names that only the unit has looked up among the flow's variables."""
    text = json.dumps(task)
    for name in names:
        text = re.sub(rf"\{{\{{(\s*){re.escape(name)}\b", rf"{{{{\1vars.{name}", text)
    changed: Mapping[str, Any] = json.loads(text)
    return changed


def _type(value: object) -> str:
    return next((name for kind, name in _INPUT_TYPES if isinstance(value, kind)), "JSON")
