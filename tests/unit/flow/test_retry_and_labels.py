from __future__ import annotations

from datetime import timedelta

import pytest

from lanner_coordinator.flow.model import Retry, RetryBehavior, RetryType
from tests.unit.flow.sources import HEAD, TASKS, good, read


def _retry(body: str) -> Retry | None:
    return good(f"{HEAD}{TASKS}retry: {body}\n").retry


def _codes(body: str) -> list[str]:
    return [one.code for one in read(f"{HEAD}{TASKS}{body}\n").problems]


def test_a_constant_retry_is_read() -> None:
    body = (
        "{type: constant, interval: PT5S, maxAttempts: 3, maxDuration: PT1M, warningOnRetry: true,"
        " behavior: CREATE_NEW_EXECUTION}"
    )

    assert _retry(body) == Retry(
        type=RetryType.CONSTANT,
        interval=timedelta(seconds=5),
        max_attempts=3,
        max_duration=timedelta(minutes=1),
        warn_on_retry=True,
        behavior=RetryBehavior.CREATE_NEW_EXECUTION,
    )


def test_an_exponential_retry_grows_by_two_unless_told() -> None:
    retry = _retry("{type: exponential, interval: PT1S, maxInterval: PT1M}")

    assert retry is not None
    assert (retry.delay_factor, retry.max_interval) == (2.0, timedelta(minutes=1))


def test_a_random_retry_has_a_lower_and_an_upper_bound() -> None:
    retry = _retry("{type: random, minInterval: PT1S, maxInterval: PT3S}")

    assert retry is not None
    assert (retry.interval, retry.max_interval) == (timedelta(seconds=1), timedelta(seconds=3))


@pytest.mark.parametrize(
    ("body", "codes"),
    [
        ("{interval: PT1S}", ["LNR021"]),
        ("{type: linear, interval: PT1S}", ["LNR024"]),
        ("{type: constant, interval: 5}", ["LNR050"]),
        ("{type: constant, interval: PT1S, maxInterval: PT2S}", ["LNR020"]),
        ("{type: constant, interval: PT1S, maxAttempts: 0}", ["LNR025"]),
        ("{type: constant, interval: -PT1S}", ["LNR025"]),
        ("{type: constant, interval: PT5S, maxDuration: PT5S}", ["LNR025"]),
        ("{type: exponential, interval: PT5S, maxInterval: PT1S}", ["LNR025"]),
        ("{type: exponential, interval: PT1S, maxInterval: PT2S, delayFactor: 0.5}", ["LNR025"]),
        ("{type: random, minInterval: PT3S, maxInterval: PT1S}", ["LNR025"]),
        ("constant", ["LNR022"]),
    ],
)
def test_a_wrong_retry_is_shown(body: str, codes: list[str]) -> None:
    assert _codes(f"retry: {body}") == codes


def test_labels_are_a_map_or_a_list() -> None:
    as_map = good(f"{HEAD}{TASKS}labels: {{a: 1, b: yes}}\n").labels
    as_list = good(f"{HEAD}{TASKS}labels: [{{key: a, value: 1}}, {{key: b, value: yes}}]\n").labels

    assert as_map == as_list == {"a": "1", "b": "yes"}


@pytest.mark.parametrize(
    ("labels", "code"),
    [
        ("{system.x: 1}", "LNR034"),
        ("[{key: system.id, value: x}]", "LNR034"),
        ("[{key: a}]", "LNR021"),
        ("[{key: a, value: b, more: c}]", "LNR020"),
        ("{a: null}", "LNR021"),
        ("{a: [b]}", "LNR022"),
        ("text", "LNR022"),
    ],
)
def test_wrong_labels_are_shown(labels: str, code: str) -> None:
    assert _codes(f"labels: {labels}") == [code]


def test_a_flow_may_say_that_it_is_read_only() -> None:
    assert good(f"{HEAD}{TASKS}labels: {{system.readOnly: true}}\n").labels == {
        "system.readOnly": "true"
    }
