"""`core.metric.*`: figures of a task run."""

from __future__ import annotations

from collections.abc import Mapping

from lanner_coordinator.flow.catalog import TypeDescription
from lanner_coordinator.flow.duration import parse_duration
from lanner_coordinator.flow.model import TaskKind
from lanner_coordinator.flow.types.native_type import (
    NativeMetric,
    NativeResult,
    NativeType,
    failed,
    shown,
)
from lanner_coordinator.flow.types.schemas import one_of, record, text

_TYPES = ("counter", "timer", "gauge")


def _publish(properties: Mapping[str, object]) -> NativeResult:
    metrics = []
    given = properties.get("metrics") or ()
    if not isinstance(given, list | tuple):
        return failed("`metrics` must be a list of metrics")
    for index, metric in enumerate(given, start=1):
        try:
            metrics.append(_metric(metric))
        except ValueError as error:
            return failed(f"Metric {index}: {error}")
    return NativeResult(metrics=tuple(metrics))


def _metric(metric: object) -> NativeMetric:
    if not isinstance(metric, Mapping):
        raise ValueError("it must be a map with `type`, `name` and `value`")
    kind, name = shown(metric.get("type")), shown(metric.get("name"))
    if kind not in _TYPES:
        raise ValueError(f"the type `{kind}` is unknown; it must be one of {', '.join(_TYPES)}")
    if not name:
        raise ValueError("it has no `name`")
    tags = metric.get("tags") or {}
    if not isinstance(tags, Mapping):
        raise ValueError("its `tags` must be a map")
    return NativeMetric(
        name=name,
        type=kind,
        value=_number(kind, metric.get("value")),
        tags={str(key): shown(value) for key, value in tags.items()},
    )


def _number(kind: str, value: object) -> float:
    written = shown(value).strip()
    if kind == "timer" and written.upper().startswith("P"):
        return parse_duration(written).total_seconds()
    try:
        return float(written)
    except ValueError:
        raise ValueError(f"its value `{written}` is no number") from None


PUBLISH = NativeType(
    description=TypeDescription(
        name="io.kestra.plugin.core.metric.Publish",
        kind=TaskKind.NATIVE,
        description="Publish figures as metrics of the task run.",
        properties_schema=record(
            ["metrics"],
            metrics={
                "type": "array",
                "description": "The figures.",
                "items": record(
                    ["type", "name", "value"],
                    type=one_of("What the figure is.", _TYPES, default="counter"),
                    name=text("Name of the figure."),
                    value={
                        "anyOf": [{"type": "number"}, {"type": "string", "format": "duration"}],
                        "description": "A number; a timer's in seconds or as a duration.",
                    },
                    tags={"type": "object", "description": "What tells figures apart."},
                ),
            },
        ),
        examples=(
            "id: figures\n"
            "type: io.kestra.plugin.core.metric.Publish\n"
            "metrics:\n"
            "  - {type: counter, name: rows, value: 12}\n",
        ),
    ),
    run=_publish,
)

TYPES = (PUBLISH,)
