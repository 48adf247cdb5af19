from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from lanner_coordinator.flow.expression import ExpressionValueError
from lanner_coordinator.flow.expression.java.date_format import format_date
from lanner_coordinator.flow.expression.java.date_parse import parse_iso, parse_pattern
from tests.unit.expression.world import text

PARIS = ZoneInfo("Europe/Paris")
MOMENT = dt.datetime(2024, 2, 9, 16, 5, 7, 123456, tzinfo=PARIS)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("yyyy-MM-dd'T'HH:mm:ss.SSSXXX", "2024-02-09T16:05:07.123+01:00"),
        ("yy M d H m s", "24 2 9 16 5 7"),
        ("EEEE d MMMM yyyy", "Friday 9 February 2024"),
        ("EEE, MMM dd", "Fri, Feb 09"),
        ("hh:mm a", "04:05 PM"),
        ("K k h", "4 16 4"),
        ("D Q w e", "40 1 6 6"),
        ("QQQ QQQQ", "Q1 1st quarter"),
        ("SSSSSSSSS", "123456000"),
        ("VV z O X XX XXX x Z ZZZZ", "Europe/Paris CET GMT+1 +01 +0100 +01:00 +01 +0100 GMT+01:00"),
        ("G", "AD"),
        ("'it''s' yyyy", "it's 2024"),
        ("[yyyy]", "2024"),
        ("MMMMM EEEEE", "F F"),
        ("iso_local_date", "2024-02-09"),
        ("iso_instant", "2024-02-09T15:05:07.123456Z"),
        ("iso_zoned_date_time", "2024-02-09T16:05:07.123456+01:00[Europe/Paris]"),
        ("iso_week_date", "2024-W06-5+01:00"),
        ("iso_ordinal_date", "2024-040+01:00"),
        ("rfc_1123_date_time", "Fri, 9 Feb 2024 16:05:07 +0100"),
        ("sql_seq", "2024-02-09 16:05:07"),
        ("short", "2/9/24, 4:05 PM"),
        ("medium", "Feb 9, 2024, 4:05:07 PM"),
    ],
)
def test_dates_are_written_as_in_java(pattern: str, expected: str) -> None:
    assert format_date(MOMENT, pattern) == expected


def test_names_of_months_and_days_follow_the_locale() -> None:
    assert format_date(MOMENT, "EEEE d MMMM", "fr_FR") == "vendredi 9 février"


@pytest.mark.parametrize("pattern", ["bbb", "'open", "[yyyy", "yyyy]", "y" * 30, "y" * 300])
def test_a_pattern_that_is_none_is_refused(pattern: str) -> None:
    with pytest.raises(ExpressionValueError):
        format_date(MOMENT, pattern)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2024-02-09", dt.date(2024, 2, 9)),
        ("2024-02-09T16:05", dt.datetime(2024, 2, 9, 16, 5)),  # noqa: DTZ001 - it has no zone
        ("2024-02-09T16:05:07Z", dt.datetime(2024, 2, 9, 16, 5, 7, tzinfo=dt.UTC)),
        (
            "2024-02-09T16:05:07.5+01:00[Europe/Paris]",
            dt.datetime(2024, 2, 9, 16, 5, 7, 500000, tzinfo=PARIS),
        ),
        (
            "2013-09-08T16:19:00+02",
            dt.datetime(2013, 9, 8, 16, 19, tzinfo=dt.timezone(dt.timedelta(hours=2))),
        ),
    ],
)
def test_iso_texts_are_read(written: str, expected: dt.date) -> None:
    assert parse_iso(written) == expected


@pytest.mark.parametrize("written", ["", "x", "2024-13-01", "2024-02-30", "24-01-01", "2" * 500])
def test_what_is_no_iso_date_is_refused(written: str) -> None:
    with pytest.raises(ExpressionValueError):
        parse_iso(written)


@pytest.mark.parametrize(
    ("written", "pattern", "expected"),
    [
        ("07/24/2001", "MM/dd/yyyy", dt.date(2001, 7, 24)),
        ("July 4, 2001", "MMMM d, yyyy", dt.date(2001, 7, 4)),
        ("24 JUL 01 03:04 PM", "dd MMM yy hh:mm a", dt.datetime(2001, 7, 24, 15, 4)),  # noqa: DTZ001 - it has no zone
        (
            "2001-07-24 03:04:05+02:00",
            "yyyy-MM-dd HH:mm:ssXXX",
            dt.datetime(2001, 7, 24, 1, 4, 5, tzinfo=dt.UTC),
        ),
        ("2001-205", "yyyy-DDD", dt.date(2001, 7, 24)),
    ],
)
def test_texts_in_a_pattern_are_read(written: str, pattern: str, expected: dt.date) -> None:
    assert parse_pattern(written, pattern) == expected


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{{ now() }}", "2026-01-02T03:04:05.678901Z"),
        ("{{ now('yyyy-MM-dd HH:mm', timeZone='Europe/Paris') }}", "2026-01-02 04:04"),
        (
            "{{ now(timeZone='+05:30') | date('iso_sec', timeZone='+05:30') }}",
            "2026-01-02T08:34:05+05:30",
        ),
        ("{{ '2024-02-09T16:05:07Z' | date('HH', timeZone='Asia/Tokyo') }}", "01"),
        ("{{ '2024-02-09' | date('yyyy HH') }}", "2024 00"),
        ("{{ 0 | date('yyyy') }}", "1970"),
        (
            "{{ '9 Feb 2024 16:05 +0100' | date(existingFormat='rfc_1123_date_time') }}",
            "2024-02-09T15:05:00.000000Z",
        ),
        ("{{ '2024-040' | date('yyyy-MM-dd', existingFormat='iso_ordinal_date') }}", "2024-02-09"),
        ("{{ '2024-02-09T00:00:00Z' | dateAdd('-1', 'DAYS', 'yyyy-MM-dd') }}", "2024-02-08"),
        ("{{ '24/07/2001' | date('yyyy-MM-dd', existingFormat='dd/MM/yyyy') }}", "2001-07-24"),
        ("{{ '2024-01-31T00:00:00Z' | dateAdd(1, 'MONTHS', 'iso_local_date') }}", "2024-02-29"),
        ("{{ '2024-03-30T12:00:00Z' | dateAdd(-2, 'DAYS', format='yyyy-MM-dd') }}", "2024-03-28"),
        ("{{ '2024-03-30T23:59:00Z' | dateAdd(2, 'MINUTES', 'HH:mm') }}", "00:01"),
        ("{{ '2024-02-09T16:05:07Z' | timestamp }}", "1707494707"),
        ("{{ '2024-02-09T16:05:07.5Z' | timestampMilli }}", "1707494707500"),
        ("{{ '2024-02-09T16:05:07.000001Z' | timestampMicro }}", "1707494707000000001"),
        ("{{ '2024-02-09T16:05:07Z' | timestampNano }}", "1707494707000000000"),
        ("{{ null | date }}", ""),
        ("{{ moment }}", "2024-02-09T16:05:07.123456+01:00[Europe/Paris]"),
        ("{{ [moment] }}", '["2024-02-09T16:05:07.123456+01:00"]'),
        ("{{ day }}", "2024-02-09"),
        ("{{ span }}", "PT1H2M3.5S"),
        ("{{ moment.getDayOfMonth() }}", "9"),
    ],
)
def test_dates_in_expressions(template: str, expected: str) -> None:
    span = dt.timedelta(hours=1, minutes=2, seconds=3.5)

    assert text(template, moment=MOMENT, day=MOMENT.date(), span=span) == expected


@pytest.mark.parametrize(
    "template",
    [
        "{{ 'x' | date }}",
        "{{ [1] | date }}",
        "{{ 99999999999999 | date }}",
        "{{ now(timeZone='Mars/Olympus') }}",
        "{{ now('qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq') }}",
        "{{ now() | dateAdd(1, 'FORTNIGHTS') }}",
        "{{ now() | dateAdd(99999999999, 'YEARS') }}",
        "{{ now() | dateAdd('one', 'DAYS') }}",
        "{{ '24/07' | date(existingFormat='dd/MM') }}",
        "{{ now(locale='xx') | date('MMMM', locale='xx') }}",
    ],
)
def test_what_is_no_date_zone_or_unit_is_refused(template: str) -> None:
    with pytest.raises(ExpressionValueError):
        text(template)


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{{ dayOfWeek('2026-01-02') }}", "FRIDAY"),
        ("{{ dayOfMonth('2026-01-02') }}{{ monthOfYear('2026-01-02') }}", "21"),
        ("{{ hourOfDay('2026-01-02T23:00:00+09:00') }}", "23"),
        ("{{ isWeekend('2026-01-03') }}", "true"),
        ("{{ isDayWeekInMonth('2026-01-09', 'friday', 'second') }}", "true"),
        ("{{ isDayWeekInMonth('2026-01-30', 'FRIDAY', 'LAST') }}", "true"),
        ("{{ isLastWorkingDay('2026-01-30') }}", "true"),
        ("{{ isLastWorkingDay('2026-01-31', 'SATURDAY SUNDAY') }}", "true"),
        ("{{ isDateAfter('2026-01-02', '2026-01-01T23:59:59Z') }}", "true"),
        ("{{ isDateBefore('2026-01-02', '2026-01-01') }}", "false"),
        (
            "{{ isDateBetween('2026-01-02T00:00:00Z', '2026-01-01T00:00:00Z',"
            " '2026-01-02T00:00:00Z') }}",
            "false",
        ),
        ("{{ isPublicHoliday('2026-05-14', 'FR') }}", "true"),
        ("{{ isPublicHoliday('2026-11-26', 'US') }}", "true"),
        ("{{ isPublicHoliday('2026-06-04', 'DE', 'BY') }}", "true"),
        ("{{ isPublicHoliday('2026-06-04', 'DE') }}", "false"),
    ],
)
def test_functions_that_ask_what_day_it_is(template: str, expected: str) -> None:
    assert text(template) == expected


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("{{ isWeekend() }}", "expects a 'date' argument"),
        ("{{ isWeekend('x') }}", "could not parse 'date'"),
        ("{{ hourOfDay('2026-01-02') }}", "could not parse 'date'"),
        ("{{ isDayWeekInMonth('2026-01-09', 'NODAY', 'FIRST') }}", "invalid 'dayOfWeek'"),
        ("{{ isDayWeekInMonth('2026-01-09', 'MONDAY', 'NINTH') }}", "invalid 'position'"),
        ("{{ isLastWorkingDay('2026-01-09', ',') }}", "at least one valid day"),
        ("{{ isPublicHoliday('2026-01-09', 'ZZ') }}", "not known"),
        ("{{ isDateBetween('2026-01-09', '2026-01-09', '2026-01-09') }}", "no offset"),
    ],
)
def test_functions_of_dates_say_what_they_miss(template: str, message: str) -> None:
    with pytest.raises(ExpressionValueError, match=message):
        text(template)
