from __future__ import annotations

from datetime import timedelta

from lanner_coordinator.runtime.ids import ID_LENGTH, TimeOrderedIds
from tests.support.fake_clock import FakeClock


def test_ids_of_one_instant_sort_as_they_were_made() -> None:
    ids = TimeOrderedIds(FakeClock())

    made = [ids.new_id() for _ in range(1_000)]

    assert made == sorted(set(made))
    assert {len(one) for one in made} == {ID_LENGTH}


def test_ids_go_on_sorting_when_the_clock_is_set_back() -> None:
    clock = FakeClock()
    ids = TimeOrderedIds(clock)
    first = ids.new_id()

    clock.advance(-timedelta(hours=1))
    second = ids.new_id()
    clock.advance(timedelta(hours=2))

    assert first < second < ids.new_id()
