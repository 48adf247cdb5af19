"""What cannot be negative or nothing is refused where the flow is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from lanner_coordinator.flow.schema.document import flow_schema
from tests.support.generated_docs import installed_catalog
from tests.unit.flow.sources import HEAD, TASKS, read

_LOG = "type: core.log.Log, message: x"
_BELOW = f"tasks: [{{id: b, {_LOG}}}]"
_TRIGGER = "triggers:\n  - {id: t, type: core.trigger.Flow, "
_LISTENED = "flows: [{namespace: a, flowId: b}]"
_DEPENDS = "dependsOn: [{namespace: a, flowId: b}]"
_SLA = "id: s, type: MAX_DURATION, behavior: FAIL"


def _task(properties: str) -> str:
    return f"{HEAD}tasks:\n  - {{id: a, {properties}}}\n"


def _flow(part: str) -> str:
    return f"{HEAD}{TASKS}{part}\n"


def _retry(retry: str) -> str:
    return _task(f"{_LOG}, retry: {{{retry}}}")


def _until(frequency: str) -> str:
    until = f"type: core.flow.LoopUntil, condition: 'true', checkFrequency: {{{frequency}}}"
    return _task(f"{until}, {_BELOW}")


def _window(window: str) -> str:
    preconditions = f"{{id: p, timeWindow: {{{window}}}, {_LISTENED}}}"
    return _flow(f"{_TRIGGER}preconditions: {preconditions}}}")


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (_task(f"{_LOG}, timeout: -PT5S"), "`timeout` must not be negative: write `PT5S`"),
        (_task(f"{_LOG}, timeout: PT-5S"), "`timeout` must not be negative: write `PT5S`"),
        (_task(f"{_LOG}, timeout: PT0S"), "`timeout` must be longer than nothing"),
        (_task(f"{_LOG}, maxDisconnect: -PT1M"), "`maxDisconnect` must not be negative"),
        (_retry("type: constant, interval: -PT1S"), "`interval` must not be negative"),
        (
            _retry("type: constant, interval: PT1S, maxDuration: -PT1S"),
            "`maxDuration` must not be negative",
        ),
        (
            _retry("type: constant, interval: PT1S, maxAttempts: 0"),
            "`maxAttempts` must be at least 1, not 0",
        ),
        (
            _retry("type: random, minInterval: -PT1S, maxInterval: PT1S"),
            "`minInterval` must not be negative",
        ),
        (
            _flow("retry: {type: exponential, interval: PT1S, maxInterval: -PT9S}"),
            "`maxInterval` must not be negative",
        ),
        (_flow("concurrency: {limit: 0}"), "`limit` must be at least 1, not 0"),
        (_flow(f"sla: [{{{_SLA}, duration: -PT1S}}]"), "`duration` must not be negative"),
        (_flow(f"sla: [{{{_SLA}, duration: PT0S}}]"), "`duration` must be longer than nothing"),
        (_task("type: core.flow.Sleep, duration: -PT1S"), "`duration` must not be negative"),
        (_task("type: core.flow.Pause, pauseDuration: -PT1S"), "`pauseDuration` must not be"),
        (_task("type: core.flow.Pause, timeout: -PT1S"), "`timeout` must not be negative"),
        (
            _task(f"type: core.flow.Parallel, concurrent: -1, {_BELOW}"),
            "`concurrent` must be at least 0, not -1",
        ),
        (
            _task(f"type: core.flow.ForEach, values: [1], concurrencyLimit: -1, {_BELOW}"),
            "`concurrencyLimit` must be at least 0, not -1",
        ),
        (_until("interval: -PT1S"), "`interval` must not be negative"),
        (_until("maxDuration: -PT1S"), "`maxDuration` must not be negative"),
        (_until("maxIterations: 0"), "`maxIterations` must be at least 1, not 0"),
        (
            _task(
                f"type: core.flow.WorkingDirectory, cache: {{patterns: [x], ttl: -PT1S}}, {_BELOW}"
            ),
            "`ttl` must not be negative",
        ),
        (_task("type: core.kv.Set, key: k, value: 1, ttl: -PT1S"), "`ttl` must not be negative"),
        (
            _flow(
                "triggers: [{id: t, type: core.trigger.Schedule, cron: '0 0 * * *', "
                "lateMaximumDelay: -PT1S}]"
            ),
            "`lateMaximumDelay` must not be negative",
        ),
        (_window("window: -PT1H"), "`window` must not be negative: write `PT1H`"),
        (_window("window: PT0S"), "`window` must be longer than nothing"),
        (
            _flow(f"{_TRIGGER}{_DEPENDS}, window: {{lookback: -PT1H}}}}"),
            "`lookback` must not be negative",
        ),
        (
            _flow(f"{_TRIGGER}{_DEPENDS}, mode: AT_LEAST, minSatisfied: 0}}"),
            "`minSatisfied` must be at least 1, not 0",
        ),
    ],
)
def test_a_length_or_number_that_cannot_be_is_refused(source: str, message: str) -> None:
    (problem,) = read(source).problems

    assert problem.code == "LNR025"
    assert message in problem.message


def test_the_shift_of_a_window_and_the_bounds_of_an_input_may_be_negative() -> None:
    shifted = _window("window: PT6H, windowAdvance: -PT1H")
    bounded = _flow("inputs: [{id: a, type: DURATION, min: -PT1H}]")

    assert read(shifted).problems == ()
    assert read(bounded).problems == ()


_ANY_NUMBER = {"value", "min", "max"}
"""Properties whose numbers may be anything: figures, and bounds of inputs."""


def _numbers(schema: object, name: str) -> Iterator[tuple[str, Mapping[str, object]]]:
    """Every number of a schema with the name of its property."""
    for one in schema if isinstance(schema, list | tuple) else [schema]:
        if not isinstance(one, Mapping):
            continue
        if one.get("type") in ("integer", "number"):
            yield name, one
        for key in ("properties", "definitions"):
            for property_name, own in one.get(key, {}).items():
                yield from _numbers(own, property_name)
        for key in ("items", "anyOf", "oneOf", "allOf", "then"):
            yield from _numbers(one.get(key), name)


def test_every_number_of_the_schema_says_how_small_it_may_be() -> None:
    numbers = list(_numbers(flow_schema(installed_catalog()), "flow"))
    unbounded = {
        name
        for name, schema in numbers
        if "minimum" not in schema and "exclusiveMinimum" not in schema
    }

    assert len(numbers) > 50
    assert unbounded - _ANY_NUMBER == set()
