from __future__ import annotations

import asyncio

import pytest

from lanner_agent.errors import ProtocolViolation
from lanner_agent.inbox import Inbox

pytestmark = pytest.mark.looptime


def received(inbox: Inbox, *sequences: int) -> list[bool]:
    """Receive messages that are not durable; whether each is to be acted on."""
    return [inbox.receive(sequence) is not None for sequence in sequences]


def received_and_kept(inbox: Inbox, *sequences: int) -> None:
    for mark_durable in [inbox.receive(sequence) for sequence in sequences]:
        assert mark_durable is not None
        mark_durable()


async def test_a_repeated_message_is_no_news() -> None:
    inbox = Inbox()

    assert received(inbox, 1, 2, 2, 1, 3) == [True, True, False, False, True]
    assert inbox.last_received == 3


async def test_a_missing_message_breaks_the_rules() -> None:
    inbox = Inbox()
    received(inbox, 1)

    with pytest.raises(ProtocolViolation, match="Message 3 came after 1"):
        inbox.receive(3)


async def test_only_what_is_durable_without_a_gap_is_acknowledged() -> None:
    inbox = Inbox()
    marks = [inbox.receive(sequence) for sequence in (1, 2, 3)]
    first, second, third = (mark for mark in marks if mark is not None)
    third()
    first()
    await asyncio.sleep(0.06)

    assert inbox.take_ack() == 1

    second()
    await asyncio.sleep(0.06)

    assert inbox.take_ack() == 3


async def test_acknowledgements_wait_fifty_milliseconds_for_each_other() -> None:
    wakes: list[float] = []
    inbox = Inbox()
    loop = asyncio.get_running_loop()
    inbox.linked(lambda: wakes.append(loop.time()))
    begin = loop.time()
    for sequence in (1, 2, 3):
        received_and_kept(inbox, sequence)
        await asyncio.sleep(0.01)
    await asyncio.sleep(1)

    assert [round(wake - begin, 3) for wake in wakes] == [0.05]
    assert inbox.take_ack() == 3


async def test_the_hundredth_message_is_acknowledged_at_once() -> None:
    wakes: list[int] = []
    inbox = Inbox()
    inbox.linked(lambda: wakes.append(inbox.last_received))
    for sequence in range(1, 101):
        received_and_kept(inbox, sequence)

    assert wakes == [100]
    assert inbox.take_ack() == 100


async def test_a_repeated_message_is_acknowledged_again() -> None:
    inbox = Inbox()
    received_and_kept(inbox, 1)
    await asyncio.sleep(0.06)
    inbox.take_ack()

    received(inbox, 1)

    assert inbox.take_ack() == 1
    assert inbox.take_ack() is None


async def test_a_repeated_message_is_not_acknowledged_before_it_is_durable() -> None:
    inbox = Inbox()
    received(inbox, 1, 1)

    assert inbox.take_ack() is None


async def test_a_new_session_may_begin_with_what_came_before() -> None:
    inbox = Inbox()
    received_and_kept(inbox, 1, 2, 3)
    inbox.unlinked()

    inbox.linked(lambda: None)
    received_and_kept(inbox, 2, 3, 4)
    await asyncio.sleep(0.06)

    assert inbox.take_ack() == 4


async def test_a_coordinator_that_restarted_counts_from_one() -> None:
    inbox = Inbox()
    received_and_kept(inbox, 1, 2, 3)
    inbox.unlinked()

    inbox.linked(lambda: None)
    received_and_kept(inbox, 1)
    await asyncio.sleep(0.06)

    assert inbox.take_ack() == 1
    assert inbox.last_received == 1


async def test_what_becomes_durable_late_does_not_count_for_other_numbers() -> None:
    inbox = Inbox()
    late = inbox.receive(1)
    assert late is not None
    inbox.unlinked()
    inbox.linked(lambda: None)
    received(inbox, 1)

    late()
    await asyncio.sleep(0.06)

    assert inbox.take_ack() is None


async def test_later_in_a_session_a_number_that_came_before_is_a_repetition() -> None:
    inbox = Inbox()
    received_and_kept(inbox, 1, 2)
    inbox.linked(lambda: None)
    received_and_kept(inbox, 3)

    assert received(inbox, 2) == [False]
