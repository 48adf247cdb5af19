from __future__ import annotations

import pytest

from lanner_coordinator.flow.known_types import KnownTypes
from tests.support.wrong_flows import WRONG_FLOWS, WrongFlow, found_by_lanner


def test_there_are_twenty() -> None:
    assert len({wrong.source for wrong in WRONG_FLOWS}) == 20


@pytest.mark.parametrize("wrong", WRONG_FLOWS, ids=lambda wrong: wrong.title)
def test_the_cause_is_named(wrong: WrongFlow) -> None:
    told = [
        f"{one.message} {one.hint}"
        for one in found_by_lanner(wrong, KnownTypes([]))
        if one.code == wrong.code
    ]

    assert any(wrong.words in text for text in told), told
