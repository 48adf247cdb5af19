from __future__ import annotations

from tests.support.stage import flow_of, script, stage
from tests.support.stage_agent import connected, hello


async def test_a_restarted_coordinator_numbers_on_after_what_the_agent_received() -> None:
    async with stage(flow_of(script("work"))) as on:
        agent = await connected(on, hello(received=7))
        await on.create()

        await agent.assignment()

        assert agent.received[-1].sequence == 8


async def test_what_a_restarted_coordinator_sent_is_sent_again_when_it_got_lost() -> None:
    async with stage(flow_of(script("work"))) as on:
        agent = await connected(on, hello(received=7))
        await on.create()
        first = await agent.assignment()

        again = await connected(on, hello(received=7))

        assert await again.assignment() == first
        assert again.received[-1].sequence == 8


async def test_numbers_begin_anew_with_another_boot_of_the_agent() -> None:
    async with stage(flow_of(script("work"))) as on:
        await connected(on, hello(received=7))
        agent = await connected(on, hello(boot_id="boot-2"))
        await on.create()

        await agent.assignment()

        assert agent.received[-1].sequence == 1
