from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from lanner_console.cli.times import (
    TimeFormat,
    duration_text,
    instant_text,
    parse_duration,
    parse_instant,
)

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("distance", "text"),
    [
        (timedelta(0), "now"),
        (timedelta(seconds=-5), "5 s ago"),
        (timedelta(minutes=-3, seconds=-59), "3 m ago"),
        (timedelta(hours=5), "in 5 h"),
        (timedelta(days=-8), "1 w ago"),
    ],
)
def test_a_relative_time_is_its_largest_unit(distance: timedelta, text: str) -> None:
    assert instant_text(NOW + distance, TimeFormat.RELATIVE, NOW) == text


def test_iso_times_are_utc_and_keep_milliseconds_where_there_are_any() -> None:
    assert instant_text(NOW, TimeFormat.ISO, NOW) == "2026-11-23T12:00:00Z"
    later = NOW + timedelta(milliseconds=250)
    assert instant_text(later, TimeFormat.ISO, NOW) == "2026-11-23T12:00:00.250Z"


def test_no_instant_is_no_text() -> None:
    assert instant_text(None, TimeFormat.ISO, NOW) == ""


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.0421, "0.042 s"), (67, "00:01:07"), (90_061, "1 d 01:01:01"), (-1, "0.000 s")],
)
def test_durations_read_as_a_clock(seconds: float, text: str) -> None:
    assert duration_text(timedelta(seconds=seconds)) == text


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90", 90),
        ("250ms", 0.25),
        ("30s", 30),
        ("1h30m", 5400),
        ("2d", 172_800),
        ("PT10S", 10),
        ("P1DT2H", 93_600),
    ],
)
def test_durations_are_read_in_the_usual_forms(text: str, seconds: float) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize("text", ["", "soon", "5 minutes", "1h x", "P", "-5s"])
def test_what_is_no_duration_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="is not a duration; write for example 30s"):
        parse_duration(text)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-11-22T06:00:00Z", datetime(2026, 11, 22, 6, tzinfo=UTC)),
        ("2026-11-22T06:00:00+02:00", datetime(2026, 11, 22, 4, tzinfo=UTC)),
        ("-24h", datetime(2026, 11, 22, 12, tzinfo=UTC)),
        ("now", NOW),
    ],
)
def test_dates_are_read_in_the_usual_forms(text: str, at: datetime) -> None:
    assert parse_instant(text, NOW) == at


def test_today_is_the_local_midnight() -> None:
    assert parse_instant("today", NOW) == NOW.astimezone().replace(hour=0)


def test_what_is_no_date_is_refused_with_an_example() -> None:
    with pytest.raises(ValueError, match="is not a date; write RFC 3339"):
        parse_instant("tomorrowish", NOW)
