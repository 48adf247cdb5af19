"""`core.debug.*`: values to look at."""

from __future__ import annotations

from collections.abc import Mapping

from lanner_coordinator.flow.catalog import TypeDescription
from lanner_coordinator.flow.model import TaskKind
from lanner_coordinator.flow.types.log import log_lines
from lanner_coordinator.flow.types.native_type import (
    NativeMetric,
    NativeResult,
    NativeType,
    shown,
)
from lanner_coordinator.flow.types.schemas import LEVELS, one_of, record, text


def _return(properties: Mapping[str, object]) -> NativeResult:
    value = properties.get("format")
    length = len(shown(value).encode()) if value is not None else 0
    return NativeResult(
        outputs={"value": value},
        metrics=(NativeMetric(name="length", type="counter", value=length),),
    )


def _echo(properties: Mapping[str, object]) -> NativeResult:
    return log_lines(properties.get("format"), properties.get("level"))


RETURN = NativeType(
    description=TypeDescription(
        name="io.kestra.plugin.core.debug.Return",
        kind=TaskKind.NATIVE,
        description="Give a rendered text as the output `value`.",
        properties_schema=record(format=text("The text.")),
        outputs_schema=record(value=text("The rendered text.")),
        examples=(
            "id: greeting\n"
            "type: io.kestra.plugin.core.debug.Return\n"
            "format: Hello {{ inputs.name }}\n",
        ),
    ),
    run=_return,
    takes_texts=True,
)

ECHO = NativeType(
    description=TypeDescription(
        name="io.kestra.plugin.core.debug.Echo",
        kind=TaskKind.NATIVE,
        description="Write a line into the log. Deprecated: use `io.kestra.plugin.core.log.Log`.",
        properties_schema=record(
            ["format"],
            format=text("The text."),
            level=one_of("How important the line is.", LEVELS, default="INFO"),
        ),
        examples=("id: echo\ntype: io.kestra.plugin.core.debug.Echo\nformat: Hello\n",),
    ),
    run=_echo,
)

TYPES = (RETURN, ECHO)
