from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lanner_coordinator.flow.cron import (
    NICKNAMES,
    complaint_about_cron,
    next_date,
    previous_date,
)
from lanner_coordinator.flow.schedule import Timing, scheduled_date


def _following(cron: str, zone: str, after: datetime, count: int) -> list[str]:
    dates = []
    for _ in range(count):
        date = next_date(cron, zone, after)
        assert date is not None
        dates.append(date.strftime("%m-%d %H:%M %z"))
        after = date
    return dates


@pytest.mark.parametrize(
    "cron",
    ["* * * * *", "0 6 * * 1-5", "*/5 0,12 1 jan MON", "0 0 * * 7", "0 0 * * FRI-SUN", *NICKNAMES],
)
def test_a_valid_expression_has_no_complaint(cron: str) -> None:
    assert complaint_about_cron(cron) == ""


@pytest.mark.parametrize(
    ("cron", "reason"),
    [
        ("", "it has 0 fields"),
        ("* * *", "it has 3 fields, 5 are needed"),
        ("* * * * * *", "withSeconds"),
        ("@never", "known names are @yearly"),
        ("60 * * * *", "`60` is no minute; it goes from 0 to 59"),
        ("* 0-24 * * *", "`0-24` is no hour; it goes from 0 to 23"),
        ("0 0 0 * *", "`0` is no day of the month"),
        ("0 0 * DEC-JAN *", "`DEC-JAN` goes backwards"),
        ("5-1 * * * *", "`5-1` goes backwards"),
        ("*/0 * * * *", "the step in `*/0` must be a number above 0"),
        ("1,,2 * * * *", "`` is no minute"),
        ("a * * * *", "`a` is no minute"),
        ("* * L * *", "`L` is no day of the month"),
        ("* * * smarch *", "`smarch` is no month"),
        ("* * * * 1#2", "`1#2` is no day of the week"),
        ("? * * * *", "`?` is no minute"),
        ("0 0 30 2 *", "no date ever matches it"),
    ],
)
def test_a_wrong_expression_is_explained(cron: str, reason: str) -> None:
    complaint = complaint_about_cron(cron)

    assert "invalid cron expression" in complaint
    assert reason in complaint


def test_seconds_are_a_sixth_field_in_front() -> None:
    assert complaint_about_cron("30 * * * * *", with_seconds=True) == ""
    assert "6 are needed" in complaint_about_cron("* * * * *", with_seconds=True)
    after = datetime(2024, 5, 1, 12, 0, 31, tzinfo=UTC)
    assert next_date("30 * * * * *", "UTC", after) == datetime(2024, 5, 1, 12, 1, 30, tzinfo=UTC)


def test_dates_are_in_the_time_zone_of_the_schedule() -> None:
    after = datetime(2024, 1, 1, tzinfo=UTC)

    assert _following("0 6 * * *", "Europe/Paris", after, 1) == ["01-01 06:00 +0100"]


def test_a_run_in_the_hour_that_is_skipped_comes_as_much_later() -> None:
    after = datetime(2024, 3, 30, 12, tzinfo=UTC)

    assert _following("30 2 * * *", "Europe/Paris", after, 2) == [
        "03-31 03:30 +0200",
        "04-01 02:30 +0200",
    ]


def test_a_run_in_the_skipped_hour_is_not_forgotten_when_asked_after_the_change() -> None:
    after = datetime(2024, 3, 31, 1, 10, tzinfo=UTC)

    assert _following("30 2 * * *", "Europe/Paris", after, 1) == ["03-31 03:30 +0200"]


def test_a_daily_run_in_the_repeated_hour_comes_once() -> None:
    after = datetime(2024, 10, 26, 12, tzinfo=UTC)

    assert _following("30 2 * * *", "Europe/Paris", after, 2) == [
        "10-27 02:30 +0200",
        "10-28 02:30 +0100",
    ]


def test_runs_of_every_hour_go_on_through_both_changes() -> None:
    spring = datetime(2024, 3, 31, 0, 0, tzinfo=UTC)
    autumn = datetime(2024, 10, 26, 23, 30, tzinfo=UTC)

    assert _following("*/30 * * * *", "Europe/Paris", spring, 3) == [
        "03-31 01:30 +0100",
        "03-31 03:00 +0200",
        "03-31 03:30 +0200",
    ]
    assert _following("*/30 * * * *", "Europe/Paris", autumn, 5) == [
        "10-27 02:00 +0200",
        "10-27 02:30 +0200",
        "10-27 02:00 +0100",
        "10-27 02:30 +0100",
        "10-27 03:00 +0100",
    ]


def test_the_day_is_either_that_of_the_month_or_that_of_the_week() -> None:
    after = datetime(2024, 5, 1, tzinfo=UTC)

    assert _following("0 0 13 * FRI", "UTC", after, 3) == [
        "05-03 00:00 +0000",
        "05-10 00:00 +0000",
        "05-13 00:00 +0000",
    ]


@pytest.mark.parametrize("cron", ["*/20 * * * *", "15 2 * * *", "0 */6 * * *", "0 12 1 * *"])
@given(
    minutes=st.integers(0, 60 * 24 * 365),
    zone=st.sampled_from(["UTC", "Europe/Paris", "US/Pacific"]),
)
def test_the_previous_of_the_next_date_is_not_after_the_start(
    cron: str, minutes: int, zone: str
) -> None:
    start = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)

    following = next_date(cron, zone, start)

    assert following is not None
    before = previous_date(cron, zone, following)
    assert before is not None
    assert before <= start < following
    assert next_date(cron, zone, before) == following


def test_a_schedule_tells_its_date_and_the_ones_around_it() -> None:
    planned = datetime(2021, 8, 2, 10, 0, tzinfo=UTC)

    date = scheduled_date(Timing(cron="0 12 * * 1", timezone="Europe/Paris"), planned)

    assert date is not None
    assert date.date.isoformat() == "2021-08-02T12:00:00+02:00"
    assert date.next is not None
    assert date.next.isoformat() == "2021-08-09T12:00:00+02:00"
    assert date.previous is not None
    assert date.previous.isoformat() == "2021-07-26T12:00:00+02:00"


def test_a_planned_date_that_no_longer_fits_becomes_the_next_that_does() -> None:
    planned = datetime(2024, 5, 1, 0, 45, tzinfo=UTC)

    date = scheduled_date(Timing(cron="30 0 1 * *", timezone="UTC"), planned)

    assert date is not None
    assert date.date == datetime(2024, 6, 1, 0, 30, tzinfo=UTC)
