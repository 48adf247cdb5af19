"""Key-values in memory: found from below, gone when they expire, taken back when not durable."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from lanner_coordinator.flow.types.keeping import Setting
from lanner_coordinator.runtime.key_values.book import KeyValueBook, last_values

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def book() -> KeyValueBook:
    book = KeyValueBook()
    book.know_namespaces(lambda: ["company.team.etl"])
    return book


def test_a_value_is_found_from_the_namespaces_below(book: KeyValueBook) -> None:
    book.set("company", "color", Setting(value="red"), NOW)

    found = book.find("company.team.etl", "color", NOW)

    assert found is not None
    assert (found.namespace, found.value) == ("company", '"red"')
    assert book.get("company.team.etl", "color", NOW) is None


def test_the_nearest_value_counts(book: KeyValueBook) -> None:
    book.set("company", "color", Setting(value="red"), NOW)
    book.set("company.team", "color", Setting(value="blue"), NOW)

    found = book.find("company.team.etl", "color", NOW)

    assert found is not None
    assert found.value == '"blue"'


def test_a_value_is_gone_from_the_instant_that_it_expires(book: KeyValueBook) -> None:
    book.set("company", "a", Setting(value=1, lasts=timedelta(seconds=10)), NOW)

    assert book.get("company", "a", NOW + timedelta(seconds=9.9)) is not None
    assert book.get("company", "a", NOW + timedelta(seconds=10)) is None
    assert book.list("company", "", NOW + timedelta(seconds=10)) == []


def test_an_expired_value_may_be_set_although_none_may_be_overwritten(book: KeyValueBook) -> None:
    book.set("company", "a", Setting(value=1, lasts=timedelta(seconds=1)), NOW)
    later = NOW + timedelta(seconds=2)

    book.set("company", "a", Setting(value=2, may_overwrite=False), later)

    with pytest.raises(ValueError, match="Key already exists and `overwrite` is set to `false`"):
        book.set("company", "a", Setting(value=3, may_overwrite=False), later)


def test_setting_again_counts_versions_and_keeps_date_and_description(book: KeyValueBook) -> None:
    book.set("company", "a", Setting(value=1, description="how many"), NOW)
    later = NOW + timedelta(days=1)

    book.set("company", "a", Setting(value=2), later)

    record = book.get("company", "a", later)
    assert record is not None
    assert (record.version, record.created_at, record.updated_at) == (2, NOW, later)
    assert record.description == "how many"


def test_keys_come_in_order_and_by_their_start(book: KeyValueBook) -> None:
    for key in ("day_2", "night", "day_1", "da"):
        book.set("company", key, Setting(value=1), NOW)

    assert [one.key for one in book.list("company", "day_", NOW)] == ["day_1", "day_2"]
    assert [one.key for one in book.list("company", "", NOW)] == ["da", "day_1", "day_2", "night"]
    assert book.list("company.team", "", NOW) == []


def test_a_namespace_is_known_by_its_flows_and_by_those_below(book: KeyValueBook) -> None:
    book.set("company.team", "a", Setting(value=1), NOW)
    book.set("other", "a", Setting(value=1), NOW, flow_namespace="other.team")

    with pytest.raises(ValueError, match="There is no namespace 'comp'"):
        book.set("comp", "a", Setting(value=1), NOW)


@pytest.mark.parametrize("key", ["", "-a", "a b", "a/b", "a" * 257, "é"])
def test_a_wrong_key_is_refused(book: KeyValueBook, key: str) -> None:
    with pytest.raises(ValueError, match="is no key"):
        book.set("company", key, Setting(value=1), NOW)


def test_a_value_that_is_too_long_is_refused_and_nothing_is_changed(book: KeyValueBook) -> None:
    with pytest.raises(ValueError, match="longer than 1048576 bytes"):
        book.set("company", "a", Setting(value="x" * 1024 * 1024), NOW)

    assert book.list("company", "", NOW) == []


def test_changes_are_taken_back_to_what_was_there(book: KeyValueBook) -> None:
    first = book.set("company", "a", Setting(value=1), NOW)
    second = book.set("company", "a", Setting(value=2), NOW)
    removed = book.delete("company", "a", NOW)
    assert removed is not None

    book.revert([second, removed])

    assert book.get("company", "a", NOW) == first.after


def test_a_change_with_a_newer_one_on_it_is_not_taken_back(book: KeyValueBook) -> None:
    failed = book.set("company", "a", Setting(value=1), NOW)
    newer = book.set("company", "a", Setting(value=2), NOW)

    book.revert([failed])

    assert book.get("company", "a", NOW) == newer.after


def test_of_several_changes_the_last_is_stored(book: KeyValueBook) -> None:
    changes = [
        book.set("company", "a", Setting(value=1), NOW),
        book.set("company", "b", Setting(value=1), NOW),
        book.set("company", "a", Setting(value=2), NOW),
    ]
    removed = book.delete("company", "b", NOW)
    assert removed is not None

    last = last_values([*changes, removed])

    assert last == {("company", "a"): changes[2].after, ("company", "b"): None}
