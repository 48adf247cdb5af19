from __future__ import annotations

import pytest

from lanner_agent.log_protocol import Said, parse_line
from lanner_agent.reports import Metric
from lanner_agent.tasks.contract import LogLevel, MetricKind


def said(line: str) -> Said:
    found = parse_line(line)
    assert found is not None
    return found


@pytest.mark.parametrize(
    "line",
    ["", "plain", '{"outputs":{}}', ' ::{"outputs":{}}::', '::{"outputs":{}}', '::["a"]::', ":::"],
)
def test_other_lines_are_plain(line: str) -> None:
    assert parse_line(line) is None


def test_outputs_are_any_json() -> None:
    assert said('::{"outputs":{"rows":3,"names":["a"],"nested":{"x":null}}}::').outputs == {
        "rows": 3,
        "names": ["a"],
        "nested": {"x": None},
    }


def test_encrypted_outputs_are_told_apart() -> None:
    found = said('::{"encryptedOutputs":{"token":"abc"}}::')

    assert found.outputs == {}
    assert found.secret_outputs == {"token": "abc"}


def test_metrics_have_kind_value_and_tags() -> None:
    line = (
        '::{"metrics":[{"name":"rows","type":"counter","value":3,"tags":{"db":"eu","shard":7}}]}::'
    )

    assert said(line).metrics == (
        Metric(name="rows", kind=MetricKind.COUNTER, value=3.0, tags={"db": "eu", "shard": "7"}),
    )


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("1.5", 1.5), ('"PT1.5S"', 1.5), ('"PT1M30S"', 90.0), ('"P1DT2H"', 93_600.0), ("0", 0.0)],
)
def test_a_timer_is_in_seconds_or_a_duration(value: str, seconds: float) -> None:
    found = said(f'::{{"metrics":[{{"name":"t","type":"timer","value":{value}}}]}}::')

    assert found.metrics == (Metric(name="t", kind=MetricKind.TIMER, value=seconds, tags={}),)


@pytest.mark.parametrize(
    "metric",
    ["{}", '{"name":"x","type":"sum","value":1}', '{"name":"x","type":"gauge","value":"much"}'],
)
def test_a_metric_that_makes_no_sense_is_a_problem(metric: str) -> None:
    found = said(f'::{{"metrics":[{metric}]}}::')

    assert found.metrics == ()
    assert found.problems == (
        "Invalid metric: it needs a name, a type and a value that is a number.",
    )


def test_logs_have_levels() -> None:
    line = (
        '::{"logs":[{"level":"WARN","message":"careful"},{"level":"warning","message":"too"},'
        '{"message":"fine"},{"level":"SILLY","message":"so"}]}::'
    )

    assert said(line).logs == (
        (LogLevel.WARN, "careful"),
        (LogLevel.WARN, "too"),
        (LogLevel.INFO, "fine"),
        (LogLevel.INFO, "so"),
    )


def test_invalid_json_is_a_problem() -> None:
    (problem,) = said('::{"outputs":{"rows":}}::').problems

    assert problem.startswith("Invalid outputs: JSON is malformed")


def test_parts_of_the_wrong_shape_are_problems_and_the_others_count() -> None:
    found = said('::{"outputs":[1],"logs":"text","encryptedOutputs":{"a":"b"}}::')

    assert found.secret_outputs == {"a": "b"}
    assert found.problems == (
        'Invalid outputs: "outputs" is not an object.',
        'Invalid outputs: "logs" is not a list of objects.',
    )


def test_unknown_parts_are_ignored() -> None:
    assert said('::{"assets":[{"id":"x"}]}::') == Said()
