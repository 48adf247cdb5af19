from __future__ import annotations

from datetime import timedelta

from lanner_coordinator.engine.events import AttemptReturned, KillRequested
from lanner_coordinator.engine.state import State
from lanner_coordinator.flow.model import AgentLostPolicy, Retry, RetryType
from lanner_coordinator.runtime.agents import messages
from lanner_coordinator.runtime.agents.leases import Leases
from lanner_coordinator.runtime.agents.session import SessionEnd
from lanner_coordinator.store.memory import MemoryStore
from tests.support.eventually import eventually
from tests.support.fake_clock import FakeClock
from tests.support.stage import Stage, flow_of, native, script, stage, states
from tests.support.stage_agent import StageAgent, connected, hello


async def test_a_task_runs_on_an_agent_and_the_flow_goes_on() -> None:
    flow = flow_of(script("work"), native("after", message="{{ outputs.work.n }}"))
    async with stage(flow) as on:
        agent = await connected(on)
        await on.create()
        assignment = await agent.assignment()
        await agent.finish(assignment.attempt_id)

        execution = await on.ended()

        assert execution.state is State.SUCCESS
        assert states(execution) == {"work": State.SUCCESS, "after": State.SUCCESS}
        assert await on.lines() == ["1"]


async def test_nothing_is_assigned_beyond_the_free_slots() -> None:
    async with stage(flow_of(script("work"))) as on:
        agent = await connected(on, hello(slots=1))
        await on.create("E1")
        await on.create("E2")
        first = await agent.assignment()
        assert on.dispatcher.waiting_count == 1

        await agent.finish(first.attempt_id)
        second = await agent.assignment()

        assert (first.execution_id, second.execution_id) == ("E1", "E2")


async def test_a_report_is_acknowledged_after_its_commit() -> None:
    store = MemoryStore()
    async with store, stage(flow_of(script("work")), store=store) as on:
        agent = await connected(on)
        await on.create()
        assignment = await agent.assignment()
        await agent.finish(assignment.attempt_id)
        assert on.registry.agents["etl-1"].acknowledgements.durable < agent.sequence

        await agent.acknowledged(agent.sequence)

        assert await store.execution("E1") is not None


async def test_a_repeated_message_is_acknowledged_and_ignored() -> None:
    async with stage(flow_of(script("work"))) as on:
        agent = await connected(on)
        await on.create()
        assignment = await agent.assignment()
        lines = messages.Lines(
            attempt_id=assignment.attempt_id,
            first_line=1,
            lines=[messages.LogLine(at=on.clock.now(), level="INFO", text="hello")],
        )
        await agent.say(messages.Accepted(attempt_id=assignment.attempt_id))
        await agent.say(lines)
        agent.sequence -= 1
        await agent.say(lines)
        await agent.acknowledged(2)

        assert await on.lines() == ["hello"]


async def test_a_gap_in_the_numbers_ends_the_stream() -> None:
    async with stage(flow_of(script("work"))) as on:
        agent = await connected(on)
        agent.sequence = 5

        await agent.say(messages.Accepted(attempt_id="E1-1.1"))

        assert agent.session.end is SessionEnd.BROKEN


async def test_lines_that_come_again_after_a_reconnect_are_written_once() -> None:
    async with stage(flow_of(script("work"))) as on:
        agent = await connected(on)
        await on.create()
        attempt = (await agent.assignment()).attempt_id

        def line(number: int) -> messages.LogLine:
            return messages.LogLine(at=on.clock.now(), level="INFO", text=f"line {number}")

        await agent.say(messages.Accepted(attempt_id=attempt))
        await agent.say(messages.Lines(attempt_id=attempt, first_line=1, lines=[line(1), line(2)]))
        await agent.acknowledged(2)
        again = await connected(on, hello(boot_id="boot-2", held=[attempt]))
        await again.say(messages.Lines(attempt_id=attempt, first_line=2, lines=[line(2), line(3)]))
        await again.acknowledged(1)

        assert await on.lines() == ["line 1", "line 2", "line 3"]


async def test_a_second_boot_takes_over() -> None:
    async with stage(flow_of(script("work"))) as on:
        first = await connected(on)

        second = await connected(on, hello(boot_id="boot-2"))

        assert first.session.end is SessionEnd.SUPERSEDED
        assert second.session.end is None


async def test_a_version_that_does_not_fit_is_refused_with_both_versions() -> None:
    async with stage(flow_of(script("work"))) as on:
        refusal = on.registry.hello(hello(version=9))

        assert isinstance(refusal, messages.Refusal)
        assert "9" in refusal.reason
        assert "1 to 1" in refusal.reason
        assert not refusal.may_retry


async def test_an_assignment_that_was_not_acknowledged_is_sent_again() -> None:
    async with stage(flow_of(script("work"))) as on:
        agent = await connected(on)
        await on.create()
        first = await agent.assignment()
        on.registry.disconnected(agent.session)

        again = StageAgent(on, hello())
        second = await again.assignment()

        assert second == first


async def test_an_attempt_that_a_restarted_agent_never_got_goes_back_to_the_queue() -> None:
    async with stage(flow_of(script("work"))) as on:
        agent = await connected(on)
        await on.create()
        first = await agent.assignment()
        on.registry.disconnected(agent.session)

        again = await connected(on, hello(boot_id="boot-2"))
        second = await again.assignment()

        assert second.attempt_id == first.attempt_id


async def test_an_attempt_that_the_agent_lost_is_tried_again_with_another_number() -> None:
    async with stage(flow_of(script("work"))) as on:
        agent = await connected(on)
        await on.create()
        first = await agent.assignment()
        await agent.say(messages.Accepted(attempt_id=first.attempt_id))
        on.registry.disconnected(agent.session)

        again = await connected(on, hello(boot_id="boot-2"))
        second = await again.assignment()
        await again.finish(second.attempt_id)
        execution = await on.ended()

        assert (first.attempt_id, second.attempt_id) == ("E1-1.1", "E1-1.2")
        assert execution.state is State.SUCCESS


async def test_a_lost_attempt_fails_the_task_where_the_policy_says_so() -> None:
    flow = flow_of(script("work", on_agent_lost=AgentLostPolicy.FAIL))
    async with stage(flow) as on:
        agent = await connected(on)
        await on.create()
        attempt = await agent.assignment()
        await agent.say(messages.Accepted(attempt_id=attempt.attempt_id))
        on.registry.disconnected(agent.session)
        await connected(on, hello(boot_id="boot-2"))

        assert (await on.ended()).state is State.FAILED


async def test_attempts_that_are_not_current_are_to_be_forgotten() -> None:
    async with stage(flow_of(script("work"))) as on:
        session = on.registry.hello(hello(held=["E9-1.1"]))

        assert not isinstance(session, messages.Refusal)
        welcome = (await anext(session.outgoing())).message

        assert isinstance(welcome, messages.Welcome)
        assert welcome.forget_attempt_ids == ["E9-1.1"]


async def test_a_silent_agent_loses_its_attempts_after_lease_disconnect_and_grace() -> None:
    flow = flow_of(script("work", max_disconnect=timedelta(seconds=60)))
    async with stage(flow) as on:
        leases = Leases(on.registry, on.clock)
        agent = await connected(on)
        await on.create()
        attempt = await agent.assignment()
        on.clock.advance(timedelta(seconds=21))
        leases.sweep()
        assert agent.session.end is SessionEnd.SILENT
        assert attempt.attempt_id in on.registry.agents["etl-1"].holdings

        on.clock.advance(timedelta(seconds=90))
        leases.sweep()

        assert on.registry.agents["etl-1"].holdings == {}
        other = await connected(on, hello(agent_id="etl-2"))
        assert (await other.assignment()).attempt_id == "E1-1.2"


async def test_a_silent_agent_keeps_an_attempt_that_is_to_be_waited_for() -> None:
    flow = flow_of(script("work", on_agent_lost=AgentLostPolicy.WAIT))
    async with stage(flow) as on:
        agent = await connected(on)
        await on.create()
        attempt = await agent.assignment()
        on.clock.advance(timedelta(days=1))
        Leases(on.registry, on.clock).sweep()

        again = await connected(on, hello(held=[attempt.attempt_id], received=1))
        await again.say(
            messages.Finished(
                attempt_id=attempt.attempt_id, state=State.SUCCESS, outputs={}, error="", cause=""
            )
        )

        assert (await on.ended()).state is State.SUCCESS


async def test_a_kill_reaches_the_agent_and_waits_for_the_end_of_the_attempt() -> None:
    async with stage(flow_of(script("work"))) as on:
        agent = await connected(on)
        await on.create()
        attempt = await agent.assignment()
        await agent.say(messages.Accepted(attempt_id=attempt.attempt_id))
        await on.executor.submit("E1", on.application.kill("E1", KillRequested(by="moist")))
        (cancel,) = await agent.listen(1)
        assert isinstance(cancel, messages.CancelAttempt)
        live = on.executor.live("E1")
        assert live is not None
        assert live.execution.state is State.KILLING

        await agent.finish(attempt.attempt_id, State.KILLED)

        assert (await on.ended()).state is State.KILLED


async def test_a_failed_attempt_is_tried_again_by_its_retry() -> None:
    retry = Retry(type=RetryType.CONSTANT, interval=timedelta(seconds=5), max_attempts=2)
    async with stage(flow_of(script("work", retry=retry))) as on:
        agent = await connected(on)
        await on.create()
        first = await agent.assignment()
        await agent.finish(first.attempt_id, State.FAILED, "exit code 1")
        await agent.acknowledged(agent.sequence)
        on.clock.advance(timedelta(seconds=5))
        on.executor.wake_timers()
        second = await agent.assignment()
        await agent.finish(second.attempt_id)

        execution = await on.ended()

        assert execution.state is State.SUCCESS
        assert second.attempt_number == 2


async def test_a_late_report_on_a_given_up_attempt_changes_nothing() -> None:
    async with stage(flow_of(script("work"))) as on:
        agent = await connected(on)
        await on.create()
        first = await agent.assignment()
        await agent.say(messages.Accepted(attempt_id=first.attempt_id))
        agent_state = on.registry.agents["etl-1"]
        on.registry.lose(agent_state, first.attempt_id, "given up")
        second = await agent.assignment()
        await agent.finish(first.attempt_id, State.FAILED, "too late")
        await agent.acknowledged(agent.sequence)
        await agent.finish(second.attempt_id)

        assert (await on.ended()).state is State.SUCCESS


async def test_live_executions_go_on_after_a_restart_of_the_coordinator() -> None:
    store = MemoryStore()
    clock = FakeClock()
    flow = flow_of(script("work"), native("after"))
    async with store:
        async with stage(flow, store=store, clock=clock) as on:
            agent = await connected(on)
            await on.create()
            attempt = (await agent.assignment()).attempt_id
            await agent.say(messages.Accepted(attempt_id=attempt))
            await agent.say(messages.Started(attempt_id=attempt, runner="process 1"))
            await agent.acknowledged(2)
        async with stage(flow, store=store, clock=clock) as on:
            again = await connected(on, hello(held=[attempt], received=1))
            await again.say(
                messages.Finished(
                    attempt_id=attempt, state=State.SUCCESS, outputs={}, error="", cause=""
                )
            )

            assert (await on.ended()).state is State.SUCCESS


async def test_a_refused_attempt_waits_for_the_next_heartbeat() -> None:
    async with stage(flow_of(script("work"))) as on:
        agent = await connected(on)
        await on.create()
        attempt = (await agent.assignment()).attempt_id
        await agent.say(
            messages.Refused(
                attempt_id=attempt, reason=messages.RefusalReason.DISK, message="disk full"
            )
        )
        await eventually(lambda: on.dispatcher.waiting_count == 1)

        await agent.say_unnumbered(_heartbeat())

        assert (await agent.assignment()).attempt_id == attempt


async def test_a_draining_agent_gets_nothing_until_it_is_undone() -> None:
    async with stage(flow_of(script("work"))) as on:
        agent = await connected(on)
        _drain(on, undo=False)
        await on.create()
        assert on.dispatcher.waiting_count == 1

        _drain(on, undo=True)

        assert (await agent.assignment()).execution_id == "E1"


def _drain(on: Stage, *, undo: bool) -> None:
    on.registry.drain("etl-1", None, cancel_at_deadline=False, undo=undo)


def _heartbeat() -> messages.Heartbeat:
    return messages.Heartbeat(
        number=1,
        sent_at=None,
        busy_slots=0,
        is_draining=False,
        cpu_load=0.0,
        memory_used_bytes=0,
        memory_total_bytes=0,
        disk_free_bytes=0,
        has_container_engine=True,
        labels={},
    )


async def test_a_late_refusal_of_another_agent_leaves_a_running_attempt_alone() -> None:
    async with stage(flow_of(script("work"))) as on:
        agent = await connected(on)
        await on.create()
        attempt = (await agent.assignment()).attempt_id
        await agent.say(messages.Accepted(attempt_id=attempt))
        late = AttemptReturned(attempt_id=attempt, reason="too late", agent_id="etl-9")
        await on.executor.submit("E1", on.application.feeding(late))
        assert on.dispatcher.waiting_count == 0

        await agent.finish(attempt)

        assert (await on.ended()).state is State.SUCCESS
