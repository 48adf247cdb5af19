from __future__ import annotations

from lanner_agent.metrics import MAX_COUNT, Metrics
from lanner_agent.reports import Metric
from lanner_agent.tasks.contract import MetricKind


def metric(kind: MetricKind, value: float, name: str = "m", **tags: str) -> Metric:
    return Metric(name=name, kind=kind, value=value, tags=tags)


def test_counters_of_one_name_and_tags_add_up() -> None:
    metrics = Metrics()
    for value, region in ((1, "eu"), (2, "us"), (3, "eu")):
        metrics.add(metric(MetricKind.COUNTER, value, region=region))

    assert metrics.all() == (
        metric(MetricKind.COUNTER, 4, region="eu"),
        metric(MetricKind.COUNTER, 2, region="us"),
    )


def test_the_last_value_of_a_gauge_counts() -> None:
    metrics = Metrics([metric(MetricKind.GAUGE, 1), metric(MetricKind.GAUGE, 5)])

    assert metrics.all() == (metric(MetricKind.GAUGE, 5),)


def test_every_value_of_a_timer_is_kept() -> None:
    metrics = Metrics([metric(MetricKind.TIMER, 1), metric(MetricKind.TIMER, 5)])

    assert metrics.all() == (metric(MetricKind.TIMER, 1), metric(MetricKind.TIMER, 5))


def test_a_name_may_be_used_with_several_kinds() -> None:
    metrics = Metrics([metric(MetricKind.GAUGE, 1), metric(MetricKind.COUNTER, 5)])

    assert metrics.all() == (metric(MetricKind.GAUGE, 1), metric(MetricKind.COUNTER, 5))


def test_too_many_metrics_are_left_out() -> None:
    metrics = Metrics()

    kept = [
        metrics.add(metric(MetricKind.GAUGE, number, name=f"m{number}"))
        for number in range(MAX_COUNT + 1)
    ]

    assert kept.count(False) == 1
    assert len(metrics.all()) == MAX_COUNT
