"""What agents report, message by message, in the order of their numbers."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime
from typing import assert_never

import msgspec

from lanner_coordinator.engine import events
from lanner_coordinator.engine.state import State
from lanner_coordinator.runtime.agents.agent import Agent
from lanner_coordinator.runtime.agents.messages import (
    Accepted,
    Acknowledged,
    Finished,
    Heartbeat,
    HeartbeatReply,
    Incoming,
    Lines,
    Offer,
    Refused,
    Started,
)
from lanner_coordinator.runtime.agents.registry import AgentRegistry
from lanner_coordinator.runtime.agents.session import AgentSession, SessionEnd
from lanner_coordinator.runtime.clock import Clock
from lanner_coordinator.runtime.encryption import Undecipherable
from lanner_coordinator.runtime.errors import CoordinatorError
from lanner_coordinator.runtime.log_files import own_log_file
from lanner_coordinator.runtime.secrets.output_keys import OutputKeys

PENDING_LIMIT = 256
"""Messages of one agent that may wait for their commits; beyond, its stream is not read on."""


class Inbound:
    """Takes the messages of all agents."""

    def __init__(
        self, registry: AgentRegistry, clock: Clock, output_keys: OutputKeys | None = None
    ) -> None:
        self._registry = registry
        self._clock = clock
        self._output_keys = output_keys

    async def received(self, session: AgentSession, sequence: int, message: Incoming) -> None:
        """Take one message.

        Waits while too many of this agent wait for their commits; ends the session when rules are
        broken.
        """
        agent = self._registry.agents[session.agent_id]
        if agent.session is not session:
            return
        self._registry.saw(agent)
        if sequence:
            await self._numbered(agent, session, sequence, message)
        else:
            await self._unnumbered(agent, session, message)

    async def _numbered(
        self, agent: Agent, session: AgentSession, sequence: int, message: Incoming
    ) -> None:
        received = agent.acknowledgements.received
        if sequence <= received:
            session.acknowledge(agent.acknowledgements.durable)
            return
        if sequence != received + 1:
            text = f"agent {agent.id} sent message {sequence} after {received}"
            session.close(SessionEnd.BROKEN, text)
            return
        commit = self._take(agent, message)
        agent.acknowledgements.add(sequence, commit)
        if commit is None:
            self._acknowledge(agent, session)
            return
        commit.add_done_callback(lambda _: self._acknowledge(agent, session))
        if agent.acknowledgements.pending_count > PENDING_LIMIT:
            await asyncio.wait([commit])  # no limit: the commit ends, well or not

    def _acknowledge(self, agent: Agent, session: AgentSession) -> None:
        try:
            moved = agent.acknowledgements.advance()
        except CoordinatorError as error:
            session.close(SessionEnd.NOT_DURABLE, str(error))
            return
        if moved:
            session.acknowledge(agent.acknowledgements.durable)

    def _take(self, agent: Agent, message: Incoming) -> asyncio.Future[None] | None:
        reports = self._registry.reports
        match message:
            case Accepted():
                holding = agent.holdings.get(message.attempt_id)
                if holding is not None:
                    holding.is_accepted = True
                return None
            case Refused():
                return self._refused(agent, message)
            case Started():
                started = events.AttemptStarted(
                    attempt_id=message.attempt_id,
                    runner=message.runner,
                    began_at=agent.corrected(message.at, self._clock.now()),
                )
                return reports.report(started, is_lazy=True)
            case Lines():
                return reports.write(message)
            case Finished():
                self._registry.let_go(agent, message.attempt_id)
                opened = _opened(message, self._output_keys)
                return reports.report(_ending(agent, opened, self._clock.now()))
            case Offer() | Heartbeat() | Acknowledged():
                return None
            case _:
                assert_never(message)

    def _refused(self, agent: Agent, message: Refused) -> asyncio.Future[None]:
        self._registry.refused(agent, message)
        self._registry.let_go(agent, message.attempt_id)
        text = f'agent "{agent.id}" refused the attempt: {message.message}'
        returned = events.AttemptReturned(
            attempt_id=message.attempt_id, reason=text, agent_id=agent.id
        )
        return self._registry.reports.report(returned)

    async def _unnumbered(self, agent: Agent, session: AgentSession, message: Incoming) -> None:
        match message:
            case Offer():
                await self._registry.learn_types(agent, message.types)
            case Heartbeat():
                session.reply(HeartbeatReply(number=message.number, received_at=self._clock.now()))
                self._registry.beat(agent, message)
            case Acknowledged():
                agent.outbox.acknowledge(message.sequence)
            case _:
                text = f"agent {agent.id} sent {type(message).__name__} without a number"
                session.close(SessionEnd.BROKEN, text)


def _opened(message: Finished, keys: OutputKeys | None) -> Finished:
    """An end with its outputs in clear; a failure where they cannot be opened."""
    if not message.sealed_outputs:
        return message
    try:
        if keys is None:
            raise Undecipherable(
                f"The outputs of the attempt {message.attempt_id} came sealed, and encryption is "
                "switched off in the configuration"
            )
        content = keys.open(message.sealed_outputs, message.attempt_id)
        return replace(message, outputs=msgspec.json.decode(content, type=dict[str, object]))
    except (Undecipherable, msgspec.MsgspecError) as error:
        return replace(message, state=State.FAILED, error=str(error), cause="task")


def _ending(
    agent: Agent, message: Finished, now: datetime
) -> events.AttemptFinished | events.AttemptLost:
    if message.is_lost:
        reason = message.error or f'agent "{agent.id}" lost the attempt'
        return events.AttemptLost(attempt_id=message.attempt_id, reason=reason)
    return events.AttemptFinished(
        attempt_id=message.attempt_id,
        state=message.state,
        outputs=dict(message.outputs),
        error=message.error,
        cause=message.cause,
        metrics=list(message.metrics),
        ended_at=agent.corrected(message.at, now),
        log_file=own_log_file(message.attempt_id, message.log_file),
    )
