from __future__ import annotations

import random

import pytest

from lanner_coordinator.runtime.errands.files.last_items import LastItems


def chosen_of(keys: list[str], together: int, keys_in_memory: int) -> set[int]:
    with LastItems(keys_in_memory) as last:
        for start in range(0, len(keys), together):
            last.add(keys[start : start + together])
        chosen = last.chosen()
        assert last.item_count == len(keys)
    found = {number for number in range(len(keys) + 20) if number in chosen}
    assert chosen.count == len(found)
    return found


@pytest.mark.parametrize("keys_in_memory", [1, 7, 1_000_000])
def test_the_last_item_of_each_key_is_chosen_wherever_keys_are_kept(keys_in_memory: int) -> None:
    keys = [str(random.Random(seed).randrange(300)) for seed in range(2_000)]

    found = chosen_of(keys, 9, keys_in_memory)

    assert found == set({key: number for number, key in enumerate(keys)}.values())


def test_of_no_items_none_is_chosen() -> None:
    assert chosen_of([], 1, 1) == set()
