"""`core.execution.SetVariables` and `UnsetVariables`: tasks that change `vars.*`."""

from __future__ import annotations

from collections.abc import Mapping

from lanner_coordinator.flow.catalog import TypeDescription
from lanner_coordinator.flow.expression import is_truthy
from lanner_coordinator.flow.model import TaskKind
from lanner_coordinator.flow.types.native_type import (
    NativeResult,
    NativeType,
    VariableWish,
    failed,
    shown,
)
from lanner_coordinator.flow.types.schemas import any_map, boolean, record

SET_VARIABLES = "io.kestra.plugin.core.execution.SetVariables"
"""The type whose `variables` exist from then on."""


def _set(properties: Mapping[str, object]) -> NativeResult:
    values = properties.get("variables")
    if not isinstance(values, Mapping):
        return failed("`variables` must be a map")
    return NativeResult(
        variables=VariableWish(
            values={shown(name): value for name, value in values.items()},
            may_replace=is_truthy(properties.get("overwrite", True)),
        )
    )


def _unset(properties: Mapping[str, object]) -> NativeResult:
    names = properties.get("variables")
    if not isinstance(names, list | tuple):
        return failed("`variables` must be a list of names")
    return NativeResult(
        variables=VariableWish(
            removed=tuple(shown(name) for name in names),
            may_be_missing=is_truthy(properties.get("ignoreMissing", False)),
        )
    )


SET = NativeType(
    description=TypeDescription(
        name=SET_VARIABLES,
        kind=TaskKind.NATIVE,
        description="Set variables of the execution, which `vars.*` gives from then on.",
        properties_schema=record(
            ["variables"],
            variables=any_map("Values by name; maps are merged into those that exist."),
            overwrite=boolean("Give new values to variables that exist.", default=True),
        ),
        examples=(
            "id: remember\n"
            "type: io.kestra.plugin.core.execution.SetVariables\n"
            "variables:\n"
            '  rows: "{{ outputs.load.size }}"\n',
        ),
    ),
    run=_set,
)

UNSET = NativeType(
    description=TypeDescription(
        name="io.kestra.plugin.core.execution.UnsetVariables",
        kind=TaskKind.NATIVE,
        description="Remove variables of the execution.",
        properties_schema=record(
            ["variables"],
            variables={
                "type": "array",
                "items": {"type": "string"},
                "description": "Names, with dots for what is inside of a map.",
            },
            ignoreMissing=boolean("Names that do not exist are no failure."),
        ),
        examples=(
            "id: forget\ntype: io.kestra.plugin.core.execution.UnsetVariables\nvariables: [rows]\n",
        ),
    ),
    run=_unset,
)

TYPES = (SET, UNSET)
