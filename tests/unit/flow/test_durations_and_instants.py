from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lanner_coordinator.flow.duration import format_duration, parse_duration
from lanner_coordinator.flow.instants import (
    format_instant,
    format_time,
    parse_date,
    parse_instant,
    parse_time,
)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("PT30S", 30),
        ("PT1H30M", 5400),
        ("P1D", 86_400),
        ("P1DT1H", 90_000),
        ("P2W", 1_209_600),
        ("pt0.5s", 0.5),
        ("PT1,5S", 1.5),
        ("PT0S", 0),
        ("-PT5M", -300),
        ("PT-5M", -300),
        (" PT1S ", 1),
    ],
)
def test_a_duration_is_parsed(text: str, seconds: float) -> None:
    assert parse_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "text", ["", "P", "PT", "5", "PT5", "5s", "P1H", "PT1D", "P1Y", "P2M", "PT9999999999999999999S"]
)
def test_what_is_no_duration_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match="`"):
        parse_duration(text)


def test_months_and_years_are_told_apart_from_nonsense() -> None:
    with pytest.raises(ValueError, match="years or months"):
        parse_duration("P1M")
    with pytest.raises(ValueError, match="longer than"):
        parse_duration("PT999999999999999H")


@pytest.mark.parametrize(
    ("duration", "text"),
    [
        (timedelta(0), "PT0S"),
        (timedelta(days=1, hours=2), "PT26H"),
        (timedelta(minutes=90), "PT1H30M"),
        (timedelta(milliseconds=1500), "PT1.5S"),
        (timedelta(seconds=-61), "PT-1M-1S"),
    ],
)
def test_a_duration_is_printed_in_hours_minutes_and_seconds(duration: timedelta, text: str) -> None:
    assert format_duration(duration) == text


@given(st.timedeltas())
def test_printing_and_parsing_a_duration_changes_nothing(duration: timedelta) -> None:
    assert parse_duration(format_duration(duration)) == duration


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("2019-10-06T18:27:49Z", "2019-10-06T18:27:49Z"),
        ("2019-10-06T18:27:49+02:00", "2019-10-06T16:27:49Z"),
        ("2019-10-06T18:27:49.123Z", "2019-10-06T18:27:49.123Z"),
        ("2019-10-06T18:27:49.123456789Z", "2019-10-06T18:27:49.123456Z"),
    ],
)
def test_an_instant_is_printed_in_utc(text: str, printed: str) -> None:
    assert format_instant(parse_instant(text)) == printed


@pytest.mark.parametrize(
    ("parse", "text"),
    [
        (parse_instant, "2019-10-06T18:27:49"),
        (parse_instant, "yesterday"),
        (parse_instant, "0001-01-01T00:00:00+10:00"),
        (parse_date, "2019-13-01"),
        (parse_time, "25:00"),
        (parse_time, "10:00:00Z"),
    ],
)
def test_a_wrong_date_or_time_is_refused_with_a_sentence(
    parse: Callable[[str], object], text: str
) -> None:
    with pytest.raises(ValueError, match=f"`{text}`".replace("+", r"\+")):
        parse(text)


def test_dates_and_times_are_parsed() -> None:
    assert parse_instant("2024-12-20T10:00:00Z") == datetime(2024, 12, 20, 10, tzinfo=UTC)
    assert parse_date("2024-12-20") == date(2024, 12, 20)
    assert parse_time("10:00:05") == time(10, 0, 5)


@pytest.mark.parametrize(
    ("moment", "text"),
    [(time(1), "01:00"), (time(0, 0, 1), "00:00:01"), (time(1, 2, 0, 5000), "01:02:00.005")],
)
def test_a_time_leaves_out_seconds_that_are_zero(moment: time, text: str) -> None:
    assert format_time(moment) == text
