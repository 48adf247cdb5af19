"""What becomes of a look when an agent, the coordinator, the disk or the flow goes away."""

from __future__ import annotations

from datetime import timedelta

from lanner_coordinator.engine.state import State
from lanner_coordinator.runtime.agents import messages
from lanner_coordinator.runtime.agents.leases import Leases
from lanner_coordinator.runtime.agents.session import SessionEnd
from lanner_coordinator.store.errors import StoreFull
from lanner_coordinator.store.memory import MemoryStore
from lanner_coordinator.store.records import Commit
from tests.support.eventually import eventually
from tests.support.fake_clock import START, FakeClock
from tests.support.polling import answer, begun, looking, record_of, site, watching
from tests.support.services_stage import NAMESPACE, CountedIds, Services, services
from tests.support.stage_agent import StageAgent

MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


class FullStore(MemoryStore):
    """A store whose disk is full when a test says so."""

    is_full = False

    async def commit(self, commit: Commit) -> None:
        if self.is_full:
            raise StoreFull("The disk is full.")
        await super().commit(commit)


async def cancelled(agent: StageAgent) -> str:
    """The attempt that the agent is told to stop."""
    while True:
        (message,) = await agent.listen(1)
        if isinstance(message, messages.CancelAttempt):
            return message.attempt_id


async def silence(on: Services, seconds: int) -> None:
    """Nobody hears of the agents for a while."""
    on.clock.advance(timedelta(seconds=seconds))
    Leases(on.core.registry, on.clock).sweep()
    await on.settle()


async def test_another_agent_looks_when_the_first_one_is_lost() -> None:
    async with services() as on:
        lost = await looking(on)
        await on.apply(watching())
        first = await lost.assignment()
        await silence(on, 21)
        assert record_of(on).poll is not None
        other = await looking(on, agent_id="etl-2")
        await silence(on, 100)

        second = await (await looking(on, agent_id="etl-2", boot_id="boot-2")).assignment()
        back = await looking(on, boot_id="boot-2")
        await answer(on, back, first.attempt_id)

        assert other.session.end is not None
        assert second.attempt_id != first.attempt_id
        assert await on.all_summaries() == []
        poll = record_of(on).poll
        assert poll is not None
        assert poll.attempt_id == second.attempt_id


async def test_an_agent_that_comes_back_without_the_look_takes_it_anew() -> None:
    async with services() as on:
        agent = await looking(on)
        await on.apply(watching())
        first = await agent.assignment()
        await agent.say(messages.Accepted(attempt_id=first.attempt_id))

        again = await looking(on, boot_id="boot-2")

        assert (await again.assignment()).attempt_id != first.attempt_id


async def test_a_look_that_is_refused_is_taken_by_another_agent() -> None:
    async with services() as on:
        agent = await looking(on)
        await on.apply(watching())
        order = await agent.assignment()
        other = await looking(on, agent_id="etl-2")

        reason = messages.RefusalReason.DISK
        await agent.say(
            messages.Refused(attempt_id=order.attempt_id, reason=reason, message="no space")
        )

        assert (await other.assignment()).task_id == "site"


async def test_a_look_that_a_draining_agent_gives_up_is_repeated() -> None:
    async with services() as on:
        agent = await looking(on)
        await on.apply(watching())
        order = await agent.assignment()

        await answer(on, agent, order.attempt_id, state=State.KILLED)

        assert (await agent.assignment()).attempt_id != order.attempt_id
        assert record_of(on).poll_error == ""


async def test_what_is_seen_counts_after_a_restart_of_the_coordinator() -> None:
    clock, ids = FakeClock(), CountedIds()
    async with MemoryStore() as store:
        async with services(store=store, clock=clock, ids=ids) as on:
            agent = await looking(on)
            await on.apply(watching())
            order = await agent.assignment()
        clock.advance(10 * SECOND)
        async with services(store=store, clock=clock, ids=ids) as on:
            await on.settle()
            assert on.core.dispatcher.waiting_count == 0
            again = await looking(on, held=[order.attempt_id])
            await answer(on, again, order.attempt_id)

            (row,) = await on.all_summaries()
            assert row.id == order.execution_id
            assert record_of(on).last_at == START + 10 * SECOND


async def test_a_look_that_is_lost_while_the_coordinator_is_away_is_taken_anew() -> None:
    clock, ids = FakeClock(), CountedIds()
    async with MemoryStore() as store:
        async with services(store=store, clock=clock, ids=ids) as on:
            agent = await looking(on)
            await on.apply(watching())
            first = await agent.assignment()
        async with services(store=store, clock=clock, ids=ids) as on:
            again = await looking(on, boot_id="boot-2")

            assert (await again.assignment()).attempt_id != first.attempt_id
            await answer(on, again, first.attempt_id)
            assert await on.all_summaries() == []


async def test_a_trigger_rests_on_after_a_restart_of_the_coordinator() -> None:
    clock, ids = FakeClock(), CountedIds()
    async with MemoryStore() as store:
        async with services(store=store, clock=clock, ids=ids) as on:
            agent = await looking(on)
            await on.apply(watching(trigger="interval: PT1H"))
            await answer(on, agent, (await agent.assignment()).attempt_id, code=503)
        async with services(store=store, clock=clock, ids=ids) as on:
            await looking(on, boot_id="boot-2")
            await on.pass_time(MINUTE)
            assert record_of(on).poll is None

            await on.pass_time(timedelta(hours=1))
            assert await begun(on)


async def test_a_clock_that_was_set_back_while_the_coordinator_was_away() -> None:
    clock, ids = FakeClock(), CountedIds()
    async with MemoryStore() as store:
        async with services(store=store, clock=clock, ids=ids) as on:
            agent = await looking(on)
            await on.apply(watching())
            await answer(on, agent, (await agent.assignment()).attempt_id, code=503)
        clock.set_back(timedelta(days=1))
        async with services(store=store, clock=clock, ids=ids) as on:
            await looking(on, boot_id="boot-2")
            await on.pass_time(MINUTE)

            assert await begun(on)


async def test_what_cannot_be_made_durable_is_reported_again() -> None:
    async with FullStore() as store, services(store=store) as on:
        agent = await looking(on)
        await on.apply(watching())
        order = await agent.assignment()
        store.is_full = True
        await answer(on, agent, order.attempt_id)
        await eventually(lambda: agent.session.end is SessionEnd.NOT_DURABLE)
        store.is_full = False

        again = await looking(on, boot_id="boot-2", held=[order.attempt_id])
        await answer(on, again, order.attempt_id)

        (row,) = await on.all_summaries()
        assert row.id == order.execution_id


async def test_a_look_that_cannot_be_made_durable_is_not_begun() -> None:
    async with FullStore() as store, services(store=store) as on:
        agent = await looking(on)
        await on.apply(watching())
        await answer(on, agent, (await agent.assignment()).attempt_id, code=503)
        store.is_full = True
        await on.pass_time(MINUTE)
        assert on.core.registry.agents["etl-1"].holdings == {}
        store.is_full = False

        await on.pass_time(5 * SECOND)

        assert await begun(on)


async def test_a_look_goes_on_where_a_new_revision_leaves_the_trigger_alone() -> None:
    async with services() as on:
        agent = await looking(on)
        await on.apply(watching())
        order = await agent.assignment()
        await on.apply(watching(message="bye"))

        await answer(on, agent, order.attempt_id)

        (row,) = await on.all_summaries()
        assert (row.flow_revision, await on.core.lines(row.id)) == (2, ["bye"])


async def test_a_look_is_stopped_where_a_new_revision_changes_the_trigger() -> None:
    async with services() as on:
        agent = await looking(on)
        await on.apply(watching())
        order = await agent.assignment()
        await on.apply(watching(trigger="method: POST"))

        assert await cancelled(agent) == order.attempt_id
        await answer(on, agent, order.attempt_id)

        assert await on.all_summaries() == []
        assert record_of(on).next_at == START + MINUTE


async def test_a_look_is_stopped_with_its_flow() -> None:
    async with services() as on:
        agent = await looking(on)
        await on.apply(watching())
        order = await agent.assignment()
        await on.editor.delete(NAMESPACE, "nightly", by="moist")

        assert await cancelled(agent) == order.attempt_id
        await answer(on, agent, order.attempt_id)
        assert await on.all_summaries() == []


async def test_a_look_is_stopped_with_a_flow_that_is_disabled() -> None:
    async with services() as on:
        agent = await looking(on)
        await on.apply(watching())
        order = await agent.assignment()
        await on.apply(watching(flow="disabled: true"))

        assert await cancelled(agent) == order.attempt_id
        assert record_of(on).next_at is None


async def test_a_person_stops_a_look_and_lets_the_trigger_look_again() -> None:
    async with services() as on:
        agent = await looking(on)
        await on.apply(watching())
        order = await agent.assignment()
        await on.triggers.set_enabled(site(), is_enabled=False)

        assert await cancelled(agent) == order.attempt_id
        await answer(on, agent, order.attempt_id)
        await on.pass_time(MINUTE)
        assert (await on.all_summaries(), record_of(on).poll) == ([], None)

        await on.triggers.set_enabled(site(), is_enabled=True)
        await on.pass_time(MINUTE)
        assert (await agent.assignment()).attempt_id != order.attempt_id


async def test_a_look_that_waits_is_withdrawn_with_its_trigger() -> None:
    async with services() as on:
        await on.apply(watching("one"), watching("two"), watching("three"))
        await on.settle()
        await on.pass_time(SECOND)
        assert on.core.dispatcher.waiting_count == 3

        await on.triggers.set_enabled(site("one"), is_enabled=False)
        await on.editor.delete(NAMESPACE, "two", by="moist")
        await on.apply(watching("three", flow="disabled: true"))

        assert on.core.dispatcher.waiting_count == 0


async def test_a_trigger_that_becomes_a_schedule_looks_no_more() -> None:
    schedule = watching().replace("core.http.Trigger", "core.trigger.Schedule")
    async with services() as on:
        agent = await looking(on)
        await on.apply(watching())
        order = await agent.assignment()
        await on.apply(schedule.replace("uri: http://site.example/", "cron: '0 7 * * *'"))

        assert await cancelled(agent) == order.attempt_id
        assert record_of(on).next_at == START + timedelta(hours=1)
        assert record_of(on).polled_at is None


async def test_a_look_that_waits_follows_the_labels_that_its_agent_needs() -> None:
    async with services() as on:
        agent = await looking(on, labels={"zone": "eu"})
        await on.apply(watching(trigger="agentLabels: {zone: ue}"))
        await on.settle()
        await on.apply(watching(trigger="agentLabels: {zone: eu}"))

        on.clock.advance(MINUTE)
        on.scheduler.wake()

        assert (await agent.assignment()).task_id == "site"
