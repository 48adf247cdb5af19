"""Types of key-values: what is stored of a value and what is read again."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from lanner_coordinator.flow.key_values import KeyValueType, read_value, typed_value

DAY = datetime(2024, 12, 20, 10, 11, 12, 345000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "kind", "stored"),
    [
        ("red", KeyValueType.STRING, '"red"'),
        ("1", KeyValueType.STRING, '"1"'),
        (1, KeyValueType.NUMBER, "1"),
        (1.5, KeyValueType.NUMBER, "1.5"),
        (True, KeyValueType.BOOLEAN, "true"),
        (DAY, KeyValueType.DATETIME, '"2024-12-20T10:11:12.345Z"'),
        (date(2024, 12, 20), KeyValueType.DATE, '"2024-12-20"'),
        (timedelta(minutes=90), KeyValueType.DURATION, '"PT1H30M"'),
        (None, KeyValueType.JSON, "null"),
        ({"at": DAY, "n": [1]}, KeyValueType.JSON, '{"at":"2024-12-20T10:11:12.345Z","n":[1]}'),
    ],
)
def test_a_value_has_a_type_by_itself(value: object, kind: KeyValueType, stored: str) -> None:
    assert typed_value(value) == (kind, stored)


@pytest.mark.parametrize(
    ("value", "kind", "read"),
    [
        ("123.45", KeyValueType.NUMBER, 123.45),
        ("TRUE", KeyValueType.BOOLEAN, True),
        ('{"a": 1}', KeyValueType.JSON, {"a": 1}),
        (7, KeyValueType.STRING, "7"),
        ("2024-12-20T11:11:12.345+01:00", KeyValueType.DATETIME, DAY),
        ("2024-12-20", KeyValueType.DATE, date(2024, 12, 20)),
        ("PT90M", KeyValueType.DURATION, "PT1H30M"),
    ],
)
def test_a_text_becomes_what_it_must_be(value: object, kind: KeyValueType, read: object) -> None:
    stored_kind, stored = typed_value(value, kind)

    assert read_value(stored_kind, stored) == read


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("abc", KeyValueType.NUMBER),
        ("true", KeyValueType.NUMBER),
        ("yes", KeyValueType.BOOLEAN),
        ("{", KeyValueType.JSON),
        ("2024-12-20T10:00:00", KeyValueType.DATETIME),
        ("20th", KeyValueType.DATE),
        ("soon", KeyValueType.DURATION),
    ],
)
def test_a_value_that_is_not_what_it_must_be_is_refused(value: str, kind: KeyValueType) -> None:
    with pytest.raises(ValueError, match=r"."):
        typed_value(value, kind)
