"""The values that one attempt publishes; sent with its end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from lanner_agent.masking import Masker
from lanner_agent.reports import Metric
from lanner_agent.tasks.contract import MetricKind

MAX_COUNT = 10_000

_Key = tuple[str, tuple[tuple[str, str], ...]]


class Metrics:
    """Values in the order of their first publication; counters of one name and tags add up."""

    def __init__(self, metrics: Iterable[Metric] = ()) -> None:
        self._metrics: list[Metric] = []
        self._index_by_key: dict[_Key, int] = {}
        for metric in metrics:
            self.add(metric)

    def add(self, metric: Metric) -> bool:
        """Publish a value.

        Returns:
            False where it is left out because there are too many.
        """
        key = (metric.name, tuple(sorted(metric.tags.items())))
        index = self._index_by_key.get(key)
        if index is not None and metric.kind is not MetricKind.TIMER:
            earlier = self._metrics[index]
            if earlier.kind is metric.kind:
                adds_up = metric.kind is MetricKind.COUNTER
                value = metric.value + (earlier.value if adds_up else 0)
                self._metrics[index] = replace(metric, value=value)
                return True
        if len(self._metrics) >= MAX_COUNT:
            return False
        self._index_by_key[key] = len(self._metrics)
        self._metrics.append(metric)
        return True

    def all(self) -> Sequence[Metric]:
        """What was published so far."""
        return tuple(self._metrics)


def masked_metric(metric: Metric, masker: Masker) -> Metric:
    """A metric without secrets in its name and its tags."""
    if not masker.hides_anything:
        return metric
    return replace(
        metric,
        name=masker.mask(metric.name),
        tags={name: masker.mask(text) for name, text in metric.tags.items()},
    )
