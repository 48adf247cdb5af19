"""An agent on the stage: says what a test wants, keeps what it is sent; without a wire."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from lanner_coordinator.engine.state import State
from lanner_coordinator.flow.catalog import TypeDescription
from lanner_coordinator.flow.model import TaskKind
from lanner_coordinator.runtime.agents import messages
from lanner_coordinator.runtime.agents.session import AgentSession
from tests.support.eventually import eventually
from tests.support.stage import SCRIPT, Stage

TYPES = (TypeDescription(name=SCRIPT, kind=TaskKind.AGENT),)


def hello(
    *,
    agent_id: str = "etl-1",
    boot_id: str = "boot-1",
    slots: int = 4,
    held: Sequence[str] = (),
    received: int = 0,
    version: int = messages.PROTOCOL_VERSION,
) -> messages.Hello:
    """A Hello of an agent in good order."""
    return messages.Hello(
        protocol_version=version,
        min_protocol_version=version,
        software_version="0.0.test",
        agent_id=agent_id,
        boot_id=boot_id,
        hostname="host",
        slots=slots,
        labels={},
        catalog_sha256="types-1",
        held_attempt_ids=frozenset(held),
        last_received_sequence=received,
        epoch=0,
    )


class StageAgent:
    """One stream of an agent."""

    def __init__(self, on: Stage, greeting: messages.Hello) -> None:
        self._on = on
        session = on.registry.hello(greeting)
        assert isinstance(session, AgentSession)
        self.session = session
        self.received: list[messages.Numbered] = []
        self.sequence = 0

    async def offer(self) -> None:
        """Send the catalog."""
        await self.say_unnumbered(messages.Offer(types=TYPES))

    async def say(self, message: messages.Incoming) -> None:
        """Send a numbered message."""
        self.sequence += 1
        await self._on.inbound.received(self.session, self.sequence, message)

    async def say_unnumbered(self, message: messages.Incoming) -> None:
        """Send a message without a number."""
        await self._on.inbound.received(self.session, 0, message)

    async def listen(self, count: int) -> Sequence[messages.Outgoing]:
        """The next messages of the coordinator."""
        heard: list[messages.Outgoing] = []
        async with asyncio.timeout(5):
            async for numbered in self.session.outgoing():
                self.received.append(numbered)
                heard.append(numbered.message)
                if len(heard) == count:
                    return heard
        return heard

    async def assignment(self) -> messages.Assignment:
        """The next attempt; other messages are passed over."""
        while True:
            (message,) = await self.listen(1)
            if isinstance(message, messages.Assignment):
                return message

    async def finish(self, attempt_id: str, state: State = State.SUCCESS, error: str = "") -> None:
        """Accept, start and end an attempt."""
        await self.say(messages.Accepted(attempt_id=attempt_id))
        await self.say(messages.Started(attempt_id=attempt_id, runner="process 1"))
        await self.say(
            messages.Finished(
                attempt_id=attempt_id, state=state, outputs={"n": 1}, error=error, cause=""
            )
        )

    async def acknowledged(self, sequence: int) -> None:
        """Wait until the coordinator acknowledges up to this message."""
        agent = self._on.registry.agents[self.session.agent_id]
        await eventually(lambda: agent.acknowledgements.durable >= sequence)


async def connected(on: Stage, greeting: messages.Hello | None = None) -> StageAgent:
    """An agent that is welcome and has offered its types."""
    agent = StageAgent(on, greeting or hello())
    await agent.listen(1)
    await agent.offer()
    return agent
