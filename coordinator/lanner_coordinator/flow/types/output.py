"""`core.output.*`: outputs made of expressions."""

from __future__ import annotations

from collections.abc import Mapping

from lanner_coordinator.flow.catalog import TypeDescription
from lanner_coordinator.flow.model import TaskKind
from lanner_coordinator.flow.types.native_type import NativeResult, NativeType
from lanner_coordinator.flow.types.schemas import any_map, record


def _values(properties: Mapping[str, object]) -> NativeResult:
    return NativeResult(outputs={"values": properties.get("values") or {}})


OUTPUT_VALUES = NativeType(
    description=TypeDescription(
        name="io.kestra.plugin.core.output.OutputValues",
        kind=TaskKind.NATIVE,
        description="Give any values as outputs: `outputs.<id>.values.<key>`.",
        properties_schema=record(values=any_map("The values by key.")),
        outputs_schema=record(values=any_map("The rendered values by key.")),
        examples=(
            "id: numbers\n"
            "type: io.kestra.plugin.core.output.OutputValues\n"
            "values:\n"
            '  rows: "{{ outputs.load.size }}"\n',
        ),
    ),
    run=_values,
    takes_texts=True,
)

TYPES = (OUTPUT_VALUES,)
