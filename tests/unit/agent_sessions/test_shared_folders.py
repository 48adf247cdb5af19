"""Which agent gets what works in a shared folder, and what agents are told of their folders."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from lanner_coordinator.engine.state import State
from lanner_coordinator.flow.catalog import TypeDescription
from lanner_coordinator.flow.model import Task, TaskKind
from lanner_coordinator.runtime.agents import messages
from lanner_coordinator.runtime.agents.leases import Leases
from lanner_coordinator.runtime.shared_folders import LOCAL_FILES
from lanner_coordinator.store.memory import MemoryStore
from tests.support.eventually import eventually
from tests.support.fake_clock import FakeClock
from tests.support.stage import SCRIPT, Stage, flow_of, flowable, script, stage, states
from tests.support.stage_agent import StageAgent, hello

TYPES = tuple(TypeDescription(name=name, kind=TaskKind.AGENT) for name in (SCRIPT, LOCAL_FILES))


def shared(**properties: object) -> Task:
    return flowable("wd", "WorkingDirectory", script("a"), script("b"), **properties)


async def sharing(on: Stage, agent_id: str, **more: object) -> StageAgent:
    held = more.pop("folders", ())
    assert isinstance(held, tuple)
    greeting = replace(hello(agent_id=agent_id, **more), held_folder_ids=frozenset(held))  # type: ignore[arg-type]  # as the parameters are
    agent = StageAgent(on, greeting)
    await agent.listen(1)
    await agent.say_unnumbered(messages.Offer(types=TYPES))
    return agent


async def test_all_tasks_come_to_the_agent_of_the_first() -> None:
    async with stage(flow_of(shared())) as on:
        one = await sharing(on, "one")
        await on.create()
        first = await one.assignment()
        await sharing(on, "two")
        assert first.shared_folder is not None
        assert first.shared_folder.may_be_made
        await one.finish(first.attempt_id)

        second = await one.assignment()

        assert second.shared_folder is not None
        assert second.shared_folder.folder_id == first.shared_folder.folder_id
        assert not second.shared_folder.may_be_made
        await one.finish(second.attempt_id)
        (told,) = await one.listen(1)
        while not isinstance(told, messages.RemoveFolder):
            (told,) = await one.listen(1)
        assert told.folder_id == first.shared_folder.folder_id
        assert (await on.ended()).state is State.SUCCESS


async def test_an_agent_that_does_not_know_shared_folders_gets_none_of_it() -> None:
    async with stage(flow_of(shared())) as on:
        agent = StageAgent(on, hello())
        await agent.listen(1)
        await agent.say_unnumbered(messages.Offer(types=TYPES[:1]))
        await on.create()

        await eventually(lambda: on.dispatcher.waiting_count == 1)


async def test_a_drained_agent_goes_on_with_the_folders_that_it_has() -> None:
    async with stage(flow_of(shared())) as on:
        agent = await sharing(on, "one")
        await on.create()
        first = await agent.assignment()
        on.registry.drain("one", None, cancel_at_deadline=False, undo=False)
        await on.create("E2")
        await agent.finish(first.attempt_id)

        second = await agent.assignment()

        assert second.execution_id == "E1"
        assert on.dispatcher.waiting_count == 1


async def test_the_files_of_a_folder_are_worked_on_as_attempts_of_its_task() -> None:
    flow = flow_of(shared(inputFiles={"a": "{{ flow.id }}"}, outputFiles=["*"]))
    async with stage(flow) as on:
        agent = await sharing(on, "one")
        await on.create()
        filling = await agent.assignment()
        assert (filling.task_id, filling.type) == (
            "wd",
            "io.kestra.plugin.core.flow.WorkingDirectory",
        )
        assert filling.properties == b'{"inputFiles":{"a":"nightly"},"work":"FILL"}'
        await agent.finish(filling.attempt_id)
        for _ in "ab":
            await agent.finish((await agent.assignment()).attempt_id)
        collecting = await agent.assignment()
        assert collecting.properties == b'{"outputFiles":["*"],"work":"COLLECT"}'
        await agent.finish(collecting.attempt_id)

        execution = await on.ended()

        assert states(execution) == dict.fromkeys(("wd", "a", "b"), State.SUCCESS)


async def test_a_folder_that_nobody_wants_is_to_be_forgotten() -> None:
    async with stage(flow_of(shared())) as on:
        greeting = replace(hello(), held_folder_ids=frozenset({"E9-1.folder1"}))
        agent = StageAgent(on, greeting)

        (welcome,) = await agent.listen(1)

        assert isinstance(welcome, messages.Welcome)
        assert welcome.forget_folder_ids == ["E9-1.folder1"]


async def test_an_agent_that_comes_back_without_the_folder_makes_its_tasks_begin_anew() -> None:
    async with stage(flow_of(shared())) as on:
        agent = await sharing(on, "one")
        await on.create()
        first = await agent.assignment()
        await agent.finish(first.attempt_id)
        second = await agent.assignment()
        on.registry.disconnected(agent.session)
        received = max(one.sequence for one in agent.received)

        assert second.task_id == "b"
        back = await sharing(on, "one", boot_id="boot-2", received=received)
        again = await back.assignment()

        assert again.task_id == "a"
        assert again.shared_folder is not None
        assert first.shared_folder is not None
        assert again.shared_folder.folder_id != first.shared_folder.folder_id


async def test_a_folder_survives_the_restart_of_the_coordinator() -> None:
    store = MemoryStore()
    async with store:
        async with stage(flow_of(shared()), store=store) as on:
            agent = await sharing(on, "one")
            await on.create()
            first = await agent.assignment()
            await agent.finish(first.attempt_id)
            second = await agent.assignment()
            await agent.acknowledged(agent.sequence)
        assert second.shared_folder is not None
        folder_id = second.shared_folder.folder_id
        async with stage(flow_of(shared()), store=store) as on:
            greeting = hello(agent_id="one", held=[second.attempt_id])
            agent = StageAgent(on, replace(greeting, held_folder_ids=frozenset({folder_id})))
            (welcome,) = await agent.listen(1)
            assert isinstance(welcome, messages.Welcome)
            assert welcome.forget_folder_ids == []
            await agent.finish(second.attempt_id)
            assert (await on.ended()).state is State.SUCCESS


async def test_tasks_begin_anew_elsewhere_when_the_agent_of_their_folder_stays_away() -> None:
    clock = FakeClock()
    async with stage(flow_of(shared()), clock=clock) as on:
        one = await sharing(on, "one", slots=1)
        await on.create()
        first = await one.assignment()
        await one.finish(first.attempt_id)
        await one.assignment()
        on.registry.disconnected(one.session)
        two = await sharing(on, "two")
        clock.advance(timedelta(minutes=7))
        on.registry.saw(on.registry.agents["two"])
        Leases(on.registry, clock).sweep()

        again = await two.assignment()

        assert again.task_id == "a"
        assert on.registry.agents["one"].folders == {}
