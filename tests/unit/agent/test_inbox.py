from __future__ import annotations

import asyncio

import pytest

from lanner_agent.errors import ProtocolViolation
from lanner_agent.inbox import Inbox

pytestmark = pytest.mark.looptime


def received(inbox: Inbox, *sequences: int) -> list[bool]:
    return [inbox.is_news(sequence) for sequence in sequences]


async def test_a_repeated_message_is_no_news() -> None:
    inbox = Inbox()

    assert received(inbox, 1, 2, 2, 1, 3) == [True, True, False, False, True]
    assert inbox.last_received == 3


async def test_a_missing_message_breaks_the_rules() -> None:
    inbox = Inbox()
    received(inbox, 1)

    with pytest.raises(ProtocolViolation, match="Message 3 came after 1"):
        inbox.is_news(3)


async def test_only_what_is_durable_without_a_gap_is_acknowledged() -> None:
    inbox = Inbox()
    received(inbox, 1, 2, 3)
    inbox.is_durable(3)
    inbox.is_durable(1)
    await asyncio.sleep(0.06)

    assert inbox.take_ack() == 1

    inbox.is_durable(2)
    await asyncio.sleep(0.06)

    assert inbox.take_ack() == 3


async def test_acknowledgements_wait_fifty_milliseconds_for_each_other() -> None:
    wakes: list[float] = []
    inbox = Inbox()
    loop = asyncio.get_running_loop()
    inbox.linked(lambda: wakes.append(loop.time()))
    begin = loop.time()
    for sequence in (1, 2, 3):
        received(inbox, sequence)
        inbox.is_durable(sequence)
        await asyncio.sleep(0.01)
    await asyncio.sleep(1)

    assert [round(wake - begin, 3) for wake in wakes] == [0.05]
    assert inbox.take_ack() == 3


async def test_the_hundredth_message_is_acknowledged_at_once() -> None:
    wakes: list[int] = []
    inbox = Inbox()
    inbox.linked(lambda: wakes.append(inbox.last_received))
    for sequence in range(1, 101):
        received(inbox, sequence)
        inbox.is_durable(sequence)

    assert wakes == [100]
    assert inbox.take_ack() == 100


async def test_a_repeated_message_is_acknowledged_again() -> None:
    inbox = Inbox()
    received(inbox, 1)
    inbox.is_durable(1)
    await asyncio.sleep(0.06)
    inbox.take_ack()

    received(inbox, 1)

    assert inbox.take_ack() == 1
    assert inbox.take_ack() is None


async def test_a_repeated_message_is_not_acknowledged_before_it_is_durable() -> None:
    inbox = Inbox()
    received(inbox, 1, 1)

    assert inbox.take_ack() is None


async def test_what_is_durable_is_acknowledged_in_the_next_session() -> None:
    inbox = Inbox()
    inbox.linked(lambda: None)
    received(inbox, 1)
    inbox.is_durable(1)
    inbox.unlinked()

    inbox.linked(lambda: None)

    assert inbox.take_ack() == 1
