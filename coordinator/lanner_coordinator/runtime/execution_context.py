"""What scripts read as data of their execution, when they ask for it.

With `executionContext: true` a script finds `.kestra-execution-context.json` in its working folder,
as in Kestra 2.0. What it holds is rendered like any other property, so that secrets in it are
decrypted on the way and masked in logs.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from lanner_coordinator.runtime.secrets.sealing import masked

PROPERTY = "executionContext"

ROOTS = (
    "inputs",
    "outputs",
    "labels",
    "vars",
    "trigger",
    "flow",
    "execution",
    "task",
    "taskrun",
    "tasks",
    "parents",
    "kestra",
)
"""Variables that scripts see; those of the coordinator's own surroundings are none of theirs."""


def with_execution_context(
    properties: Mapping[str, object], variables: Mapping[str, object]
) -> Mapping[str, object]:
    """Properties with expressions for all that the script is to see in place of the wish."""
    wish = properties.get(PROPERTY)
    if wish is not True and str(wish).strip().lower() != "true":
        return properties
    seen = {root: f"{{{{ {root} }}}}" for root in ROOTS if root in variables}
    return {**properties, PROPERTY: seen}


def shown_context(variables: Mapping[str, object]) -> bytes:
    """What an agent is told of the execution beside the properties, without secrets."""
    names = ("flow", "execution", "task", "taskrun")
    return msgspec.json.encode(
        {name: masked(variables[name]) for name in names if name in variables}
    )
