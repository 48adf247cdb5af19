from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from lanner_proto.values import from_struct, from_timestamp, to_duration, to_struct, to_timestamp


def test_json_values_come_back_as_they_went() -> None:
    values: dict[str, object] = {
        "a": None,
        "b": True,
        "c": 3,
        "d": 1.5,
        "e": "x",
        "f": [1, {"g": "h"}],
        "i": {},
    }

    assert from_struct(to_struct(values)) == values


def test_whole_numbers_beyond_a_double_travel_as_text() -> None:
    assert from_struct(to_struct({"id": 2**53 + 1})) == {"id": "9007199254740993"}
    assert from_struct(to_struct({"id": 2**53})) == {"id": 9007199254740992}


def test_dates_travel_as_iso_text() -> None:
    values = {
        "at": datetime(2026, 11, 23, 6, tzinfo=UTC),
        "day": date(2026, 11, 23),
        "hour": time(6, 30),
        "wait": timedelta(minutes=2),
    }

    assert from_struct(to_struct(values)) == {
        "at": "2026-11-23T06:00:00+00:00",
        "day": "2026-11-23",
        "hour": "06:30:00",
        "wait": "PT120S",
    }


def test_what_has_no_json_form_is_refused() -> None:
    with pytest.raises(TypeError, match="an input cannot be a object"):
        to_struct({"a": object()})


def test_instants_and_durations_keep_their_microseconds() -> None:
    at = datetime(2026, 11, 23, 6, 0, 0, 123456, tzinfo=UTC)

    assert from_timestamp(to_timestamp(at)) == at
    assert to_duration(1.25).ToMilliseconds() == 1250
