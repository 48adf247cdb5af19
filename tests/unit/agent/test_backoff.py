from __future__ import annotations

from lanner_agent.backoff import full_jitter_seconds


def longest(failure_count: int) -> float:
    return full_jitter_seconds(failure_count, lambda: 1.0)


def test_the_longest_wait_doubles_with_every_failure() -> None:
    assert [longest(count) for count in (1, 2, 3, 4)] == [0.2, 0.4, 0.8, 1.6]


def test_no_wait_is_longer_than_half_a_minute() -> None:
    assert longest(9) == 30.0
    assert longest(1_000_000) == 30.0


def test_waits_are_spread_over_the_whole_range() -> None:
    assert full_jitter_seconds(3, lambda: 0.0) == 0.0
    assert full_jitter_seconds(3, lambda: 0.25) == 0.2


def test_the_longest_wait_may_be_shorter() -> None:
    assert full_jitter_seconds(9, lambda: 1.0, longest_seconds=0.5) == 0.5
