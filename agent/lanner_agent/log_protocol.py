"""Lines by which a script talks to the engine: `::{"outputs":{…},"metrics":[…],"logs":[…]}::`.

The same notation as Kestra's, on stdout and stderr. Other lines are plain log lines.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import msgspec

from lanner_agent.reports import Metric
from lanner_agent.tasks.contract import LogLevel, MetricKind

_LINE = re.compile(r"::(\{.*\})::")
_DURATION = re.compile(
    r"P(?:(?P<days>\d+(?:\.\d+)?)D)?"
    r"(?:T(?:(?P<hours>\d+(?:\.\d+)?)H)?(?:(?P<minutes>\d+(?:\.\d+)?)M)?"
    r"(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?"
)
_UNIT_SECONDS = {"days": 86_400, "hours": 3_600, "minutes": 60, "seconds": 1}
_LEVEL_NAMES = {"WARNING": LogLevel.WARN, "FATAL": LogLevel.ERROR, "CRITICAL": LogLevel.ERROR}

_decode = msgspec.json.Decoder().decode


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What one line of the notation says.

    Attributes:
        outputs: Values by name.
        secret_outputs: Values by name that are masked in logs from now on.
        metrics: Values to publish.
        logs: Lines to log.
        problems: What in the line makes no sense; sentences.
    """

    outputs: Mapping[str, object] = field(default_factory=dict)
    secret_outputs: Mapping[str, object] = field(default_factory=dict, repr=False)
    metrics: tuple[Metric, ...] = ()
    logs: tuple[tuple[LogLevel, str], ...] = ()
    problems: tuple[str, ...] = ()


def parse_line(line: str) -> Said | None:
    """Read a line; absent: it is a plain log line."""
    if not line.startswith("::{"):
        return None
    match = _LINE.fullmatch(line.rstrip())
    if match is None:
        return None
    try:
        content = _decode(match[1])
    except msgspec.DecodeError as error:
        return Said(problems=(f"Invalid outputs: {error}.",))
    return _read(content)


def _read(content: dict[str, object]) -> Said:
    problems: list[str] = []
    return Said(
        outputs=_mapping(content, "outputs", problems),
        secret_outputs=_mapping(content, "encryptedOutputs", problems),
        metrics=tuple(_metrics(content, problems)),
        logs=tuple(_logs(content, problems)),
        problems=tuple(problems),
    )


def _mapping(content: dict[str, object], key: str, problems: list[str]) -> Mapping[str, object]:
    value = content.get(key)
    if isinstance(value, dict):
        return value
    if value is not None:
        problems.append(f'Invalid outputs: "{key}" is not an object.')
    return {}


def _items(
    content: dict[str, object], key: str, problems: list[str]
) -> Iterator[dict[str, object]]:
    value = content.get(key)
    if value is None:
        return
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        problems.append(f'Invalid outputs: "{key}" is not a list of objects.')
        return
    yield from value


def _metrics(content: dict[str, object], problems: list[str]) -> Iterator[Metric]:
    for item in _items(content, "metrics", problems):
        name, kind, value = item.get("name"), _kind(item.get("type")), _number(item.get("value"))
        tags = item.get("tags") or {}
        if not isinstance(name, str) or kind is None or value is None or not isinstance(tags, dict):
            problems.append("Invalid metric: it needs a name, a type and a value that is a number.")
            continue
        texts = {str(key): str(tag) for key, tag in tags.items()}
        yield Metric(name=name, kind=kind, value=value, tags=texts)


def _kind(value: object) -> MetricKind | None:
    try:
        return MetricKind(str(value).lower())
    except ValueError:
        return None


def _number(value: object) -> float | None:
    """A plain number, or the seconds of an ISO 8601 duration."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, str) and len(value) > 1 and (match := _DURATION.fullmatch(value)):
        parts = match.groupdict(default="0")
        return sum(float(parts[unit]) * seconds for unit, seconds in _UNIT_SECONDS.items())
    return None


def _logs(content: dict[str, object], problems: list[str]) -> Iterator[tuple[LogLevel, str]]:
    for item in _items(content, "logs", problems):
        message = item.get("message")
        if not isinstance(message, str):
            problems.append("Invalid log line: it needs a message.")
            continue
        yield _level(item.get("level")), message


def _level(value: object) -> LogLevel:
    name = str(value).upper()
    if name in LogLevel.__members__:
        return LogLevel[name]
    return _LEVEL_NAMES.get(name, LogLevel.INFO)
