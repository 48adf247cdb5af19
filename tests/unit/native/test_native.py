from __future__ import annotations

from datetime import UTC, datetime

import pytest

from lanner_coordinator.flow.types.native import NativeMetric, NativeResult, run_native
from lanner_coordinator.runtime.key_values.book import KeyValueBook
from lanner_coordinator.runtime.key_values.task_view import TaskKeyValues

_CORE = "io.kestra.plugin.core"


def key_values() -> TaskKeyValues:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    return TaskKeyValues(KeyValueBook(), namespace="company", flow_id="etl", now=now)


def _run(name: str, **properties: object) -> NativeResult:
    return run_native(f"{_CORE}.{name}", properties, key_values())


def test_log_writes_one_line_for_a_text_and_one_for_each_item_of_a_list() -> None:
    assert _run("log.Log", message="Hello").logs == (("INFO", "Hello"),)
    several = _run("log.Log", message=["a", 1, None, {"k": True}], level="WARN")
    assert several.logs == (("WARN", "a"), ("WARN", "1"), ("WARN", ""), ("WARN", '{"k":true}'))


def test_log_fails_for_an_unknown_level() -> None:
    result = _run("log.Log", message="x", level="LOUD")

    assert (result.state, result.logs) == ("FAILED", ())
    assert "`LOUD`" in result.error


def test_echo_writes_its_format() -> None:
    assert _run("debug.Echo", format="Hello", level="DEBUG").logs == (("DEBUG", "Hello"),)


def test_return_gives_its_text_and_its_length_in_bytes() -> None:
    result = _run("debug.Return", format="é!")

    assert result.outputs == {"value": "é!"}
    assert result.metrics == (NativeMetric(name="length", type="counter", value=3),)


def test_return_without_text_gives_null() -> None:
    assert _run("debug.Return").outputs == {"value": None}


def test_fail_fails_always_without_a_condition() -> None:
    assert (_run("execution.Fail").state, _run("execution.Fail").error) == (
        "FAILED",
        "Task failure",
    )
    assert _run("execution.Fail", errorMessage="No rows").error == "No rows"


@pytest.mark.parametrize(
    ("condition", "state"),
    [("true", "FAILED"), ("no", "FAILED"), ("false", "SUCCESS"), ("0", "SUCCESS"), ("", "SUCCESS")],
)
def test_fail_fails_if_its_condition_is_true(condition: str, state: str) -> None:
    assert _run("execution.Fail", condition=condition).state == state


def test_assert_counts_what_holds_and_fails_if_anything_does_not() -> None:
    good = _run("execution.Assert", conditions=["true", "1"])
    bad = _run("execution.Assert", conditions=["true", "false", ""])

    assert good.state == "SUCCESS"
    assert (bad.state, bad.error) == ("FAILED", "Of 3 conditions, these do not hold: 2, 3")
    assert {one.name: one.value for one in bad.metrics} == {"failed": 2, "success": 1}
    assert _run("execution.Assert", conditions=["0"], errorMessage="Sad").error == "Sad"


@pytest.mark.parametrize(
    "labels",
    [
        {"a": "x", "n": 1},
        [{"key": "a", "value": "x"}, {"key": "n", "value": 1}],
        '{"a": "x", "n": 1}',
        '[{"key": "a", "value": "old"}, {"key": "a", "value": "x"}, {"key": "n", "value": 1}]',
    ],
)
def test_labels_are_taken_from_maps_lists_and_their_json(labels: object) -> None:
    assert _run("execution.Labels", labels=labels).labels == {"a": "x", "n": "1"}


@pytest.mark.parametrize(
    "labels",
    [{"system.x": "1"}, {"": "x"}, {"a": None}, [{"key": "a"}], ["a"], "text", None, 5],
)
def test_labels_that_are_none_fail(labels: object) -> None:
    result = _run("execution.Labels", labels=labels)

    assert result.state == "FAILED"
    assert result.error
    assert result.labels == {}


def test_output_values_gives_its_values() -> None:
    assert _run("output.OutputValues", values={"a": [1]}).outputs == {"values": {"a": [1]}}
    assert _run("output.OutputValues").outputs == {"values": {}}


def test_publish_gives_metrics() -> None:
    result = _run(
        "metric.Publish",
        metrics=[
            {"type": "counter", "name": "rows", "value": "3", "tags": {"t": 1}},
            {"type": "timer", "name": "took", "value": "PT1.5S"},
            {"type": "gauge", "name": "load", "value": 0.5},
        ],
    )

    assert result.metrics == (
        NativeMetric(name="rows", type="counter", value=3.0, tags={"t": "1"}),
        NativeMetric(name="took", type="timer", value=1.5),
        NativeMetric(name="load", type="gauge", value=0.5),
    )


@pytest.mark.parametrize(
    "metrics",
    [
        "text",
        ["text"],
        [{"type": "sum", "name": "a", "value": 1}],
        [{"type": "counter", "value": 1}],
        [{"type": "counter", "name": "a", "value": "many"}],
        [{"type": "timer", "name": "a", "value": "P1Y"}],
        [{"type": "counter", "name": "a", "value": 1, "tags": ["t"]}],
    ],
)
def test_publish_fails_for_what_is_no_metric(metrics: object) -> None:
    result = _run("metric.Publish", metrics=metrics)

    assert result.state == "FAILED"
    assert result.metrics == ()


def test_a_type_that_is_not_native_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(KeyError):
        run_native("io.kestra.plugin.core.flow.If", {}, key_values())
