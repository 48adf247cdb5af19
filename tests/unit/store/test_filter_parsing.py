from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from lanner_coordinator.engine.state import State
from lanner_coordinator.store.filter import ExecutionFilter, FilterError, parse_filter
from lanner_coordinator.store.records import ExecutionSummary

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
RUNNING = ExecutionSummary(
    id="5ZkQ81x",
    namespace="company.team1",
    flow_id="etl_orders",
    flow_revision=12,
    state=State.RUNNING,
    created_at=NOW - timedelta(hours=2),
    started_at=NOW - timedelta(hours=1),
    labels={"env": "prod"},
)


def matches(text: str, summary: ExecutionSummary = RUNNING) -> bool:
    return parse_filter(text, NOW).matches(summary, NOW)


@pytest.mark.parametrize("text", ["", "   ", "*", "state:running", "dur>59m", "dur<=1h"])
def test_a_live_execution_matches(text: str) -> None:
    assert matches(text)


@pytest.mark.parametrize("text", ["dur>1h", "ended>-24h", "5zkq", "state:SUCCESS", "ns:company"])
def test_a_live_execution_does_not_match(text: str) -> None:
    assert not matches(text)


def test_an_empty_filter_has_no_conditions() -> None:
    assert parse_filter("  ", NOW) == ExecutionFilter()


def test_relative_dates_are_absolute_once_the_filter_is_read() -> None:
    where = parse_filter("started>-2h", NOW)

    assert where.matches(RUNNING, NOW + timedelta(days=1))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("created:2026-11-20", True),
        ("created<2026-11-20", False),
        ("created<=2026-11-20", True),
        ("created>2026-11-20", False),
        ("created>2026-11-19", True),
        ("created>=2026-11-21", False),
        ("created:2026-11-19,2026-11-20", True),
        ("created:2026-11-20T10:00Z", True),
        ("created:2026-11-20T11:00:00.0+01:00", True),
        ("created<2026-11-20T10:00:00.000001", True),
    ],
)
def test_a_day_is_compared_as_a_whole_and_an_instant_exactly(text: str, expected: bool) -> None:
    assert matches(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('flow:"etl_orders"', True),
        ('flow:"etl_*"', False),
        ("flow:etl_*", True),
        ('flow:etl"_"*', True),
        ("flow:et?_orders", True),
        ("flow:ETL_*", False),
        ("flow:a,b,etl_orders", True),
        ("-flow:a,etl_orders", False),
        ("TEAM1", True),
        ('"etl_o"', True),
        ('etl_x,"team1"', True),
        ("-team1", False),
        ("label.env:p*", True),
        ("label.ENV:p*", False),
        ("LABEL.env:prod", True),
        ('label.env:""', False),
    ],
)
def test_texts_are_compared(text: str, expected: bool) -> None:
    assert matches(text) is expected


@pytest.mark.parametrize(
    ("text", "column", "part"),
    [
        ("sate:FAILED", 1, 'did you mean "state"?'),
        ("ns:a  -stat:x", 8, 'did you mean "state"?'),
        ("http://x", 1, "known: state, ns"),
        ("lable.env:x", 1, 'did you mean "label.NAME"?'),
        ("state:FAILED,RUNING", 14, 'did you mean "RUNNING"?'),
        ("trigger:cron", 9, "known: manual, schedule"),
        ("scope:me", 7, "known: user, system"),
        ("state:", 7, "a value is missing"),
        ("state:A,,B", 9, "a value is missing"),
        (":x", 1, "a key is missing"),
        ('error:"x', 7, "not closed"),
        ("rev:latest", 5, "not a whole number"),
        ("rev:99999999999", 5, "not a whole number"),
        ("dur>10", 5, "not a duration"),
        ("dur>999999999w", 5, "too long a duration"),
        ("dur:10m", 1, "write dur<, dur<="),
        ("ns>a", 1, "write ns:"),
        ("started>2026-13-01", 9, "not a date"),
        ("started>yesterday", 9, "not a date"),
        ("started>-5", 10, "not a duration"),
        ("started>-999999w", 9, "not a date"),
        ("started>9999-12-31", 9, "not a date"),
        ('error~"a("', 7, "is not closed"),
        ("x" * 5_000, 4_097, "longer than"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_column(text: str, column: int, part: str) -> None:
    with pytest.raises(FilterError) as refused:
        parse_filter(text, NOW)

    assert refused.value.column == column
    assert part in refused.value.message
    assert f"(column {column})" in str(refused.value)
