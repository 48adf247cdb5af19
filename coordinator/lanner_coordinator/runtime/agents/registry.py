"""All agents: who is connected, what they hold, what they report.

The registry is the carrier of the executor's attempts and the place where the protocol's rules are
kept: lineages and sequence numbers, acknowledgements after commits, reconciliation of what an agent
holds with what the engine thinks it does.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from lanner_coordinator.engine import events
from lanner_coordinator.engine.rules.templating import type_of
from lanner_coordinator.engine.state import State
from lanner_coordinator.flow.catalog import TypeDescription
from lanner_coordinator.runtime.agents.agent import Agent, Holding
from lanner_coordinator.runtime.agents.held_folders import held_before, hold, reconcile
from lanner_coordinator.runtime.agents.messages import (
    MIN_PROTOCOL_VERSION,
    PROTOCOL_VERSION,
    Assignment,
    CancelAttempt,
    CancelReason,
    Drain,
    Heartbeat,
    Hello,
    Refusal,
    RefusalReason,
    Refused,
    RemoveFolder,
    Welcome,
)
from lanner_coordinator.runtime.agents.reports import Reports
from lanner_coordinator.runtime.agents.session import AgentSession, SessionEnd, unnumbered
from lanner_coordinator.runtime.clock import Clock
from lanner_coordinator.runtime.dispatcher import AgentSlots, Dispatcher
from lanner_coordinator.runtime.errors import NotAllowed, NotFound
from lanner_coordinator.runtime.group import LiveEntry
from lanner_coordinator.store.protocol import Store
from lanner_coordinator.store.records import AgentRecord, Commit

logger = logging.getLogger(__name__)

HEARTBEAT_INTERVAL = timedelta(seconds=5)
"""How often an agent says that it lives."""

LEASE = timedelta(seconds=20)
"""How long an attempt's lease lasts from the last answered heartbeat."""

CLOCK_TOLERANCE = timedelta(seconds=2)
"""Clocks of agents may differ by this much.

(the heartbeat's way included) before their dates are corrected.
"""

_AGENT_ID = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9._-]{0,62}")

_REASONS_OF_THE_TYPE = frozenset({RefusalReason.UNKNOWN_TYPE, RefusalReason.NO_CONTAINER_ENGINE})

OfferTypes = Callable[[str, Sequence[TypeDescription]], None]
"""Told of the task types that an agent offers, by its id."""


class AgentRegistry:
    """Owns all agents. All methods belong to the event loop's thread."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        dispatcher: Dispatcher,
        offer_types: OfferTypes,
        epoch: int,
    ) -> None:
        self._store = store
        self._clock = clock
        self._dispatcher = dispatcher
        self._offer_types = offer_types
        self._epoch = epoch
        self._agents: dict[str, Agent] = {}
        self._holders: dict[str, str] = {}
        self._catalogs: dict[str, Sequence[TypeDescription]] = {}
        self._reports: Reports | None = None

    @property
    def agents(self) -> Mapping[str, Agent]:
        """All agents by id; to be read only."""
        return self._agents

    @property
    def reports(self) -> Reports:
        """Where reports go; there once the executor is."""
        if self._reports is None:
            raise RuntimeError("the registry was not connected to the executor")
        return self._reports

    def report_to(self, reports: Reports) -> None:
        """Connect the registry to those whom reports concern; at the start."""
        self._reports = reports

    # Start

    async def load(self) -> None:
        """Remember the agents that were seen before, and what they offered."""
        for record in await self._store.agents():
            types = msgspec.json.decode(record.catalog, type=list[TypeDescription])
            agent = self._agent(record.agent_id, seen_at=record.seen_at)
            agent.catalog_sha256 = record.catalog_sha256
            agent.task_types = frozenset(kind.name for kind in types)
            self._catalogs[record.catalog_sha256] = types
            self._offer_types(record.agent_id, types)

    def adopt(self, entries: Iterable[LiveEntry]) -> None:
        """Take note of the attempts that agents held before the coordinator's restart.

        Their leases count anew.
        """
        for entry in entries:
            execution = entry.live.execution
            for agent_id, folder in held_before(entry.live):
                self._agent(agent_id).folders[folder.folder_id] = folder
            for run_id in execution.open_runs:
                run = execution.task_runs[run_id]
                attempt = run.attempt
                if attempt is None or not attempt.agent_id or attempt.state.is_terminal:
                    continue
                task = entry.live.plan.tasks[run.task_id].task
                holding = Holding(
                    attempt_id=attempt.id,
                    task_type=type_of(entry.live, run),
                    policy=task.on_agent_lost,
                    max_disconnect=task.max_disconnect,
                    is_accepted=attempt.state is State.RUNNING,
                )
                self.adopt_holding(attempt.agent_id, holding)

    def adopt_holding(self, agent_id: str, holding: Holding) -> None:
        """Take note of an attempt that an agent held before the coordinator's restart."""
        self._agent(agent_id).holdings[holding.attempt_id] = holding
        self._holders[holding.attempt_id] = agent_id

    # The executor's carrier

    def assign(self, agent_id: str, assignment: Assignment) -> None:
        """Send an attempt, or give it back when the agent went away meanwhile."""
        agent = self._agent(agent_id)
        agent.holdings[assignment.attempt_id] = Holding(
            attempt_id=assignment.attempt_id,
            task_type=assignment.type,
            policy=assignment.on_agent_lost,
            max_disconnect=assignment.max_disconnect,
        )
        self._holders[assignment.attempt_id] = agent_id
        if assignment.shared_folder is not None:
            hold(agent, assignment.shared_folder)
        self._dispatcher.occupy(agent_id, assignment.attempt_id)
        numbered = agent.outbox.put(assignment)
        if agent.session is not None:
            agent.session.send(numbered)

    def cancel(self, attempt_id: str, grace_seconds: float) -> None:
        """Stop an attempt, now or when its agent is back.

        Take it out of the queue when no agent has it.
        """
        self._dispatcher.withdraw(attempt_id)
        holder = self._holders.get(attempt_id)
        if holder is None:
            return
        agent = self._agents[holder]
        grace = timedelta(seconds=grace_seconds)
        cancel = CancelAttempt(attempt_id=attempt_id, reason=CancelReason.KILLED, grace=grace)
        agent.holdings[attempt_id].cancel = cancel
        if agent.session is not None:
            agent.session.send(agent.outbox.put(cancel))

    def remove_folder(self, agent_id: str, folder_id: str) -> None:
        """Have a shared folder removed; an agent that is away hears of it when it is back."""
        agent = self._agent(agent_id)
        agent.folders.pop(folder_id, None)
        if agent.session is not None:
            agent.session.send(agent.outbox.put(RemoveFolder(folder_id=folder_id)))

    # Streams

    def hello(self, hello: Hello) -> AgentSession | Refusal:
        """Begin a stream: its first message waits in the session; or refuse it, with a sentence."""
        why_not = _refusal(hello)
        if why_not is not None:
            logger.warning("agent %s is refused: %s", hello.agent_id, why_not.reason)
            return why_not
        agent = self._agent(hello.agent_id)
        self._end_earlier_session(agent, hello)
        if agent.boot_id != hello.boot_id:
            agent.begin_lineage(hello.boot_id, hello.last_received_sequence)
        agent.hostname = hello.hostname
        agent.software_version = hello.software_version
        agent.slots = hello.slots
        agent.labels = hello.labels
        self.saw(agent)
        agent.outbox.acknowledge(hello.last_received_sequence)
        forget = [held for held in hello.held_attempt_ids if held not in agent.holdings]
        session = AgentSession(agent.id)
        agent.session = session
        gone = reconcile(agent, hello.held_folder_ids, self.reports.post)
        session.send(unnumbered(self._welcome(agent, hello, forget, gone)))
        self._reconcile(agent, hello.held_attempt_ids)
        for numbered in agent.outbox.unacknowledged():
            session.send(numbered)
        self._repeat_cancels(agent)
        known = self._catalogs.get(hello.catalog_sha256)
        agent.catalog_sha256 = hello.catalog_sha256
        if known is not None:
            self._take_types(agent, known)
        logger.info("agent %s is connected from %s", agent.id, agent.hostname)
        return session

    async def learn_types(self, agent: Agent, types: Sequence[TypeDescription]) -> None:
        """An agent sent its catalog: remember it."""
        self._catalogs[agent.catalog_sha256] = types
        self._take_types(agent, types)
        record = AgentRecord(
            agent_id=agent.id,
            catalog=msgspec.json.encode(types),
            catalog_sha256=agent.catalog_sha256,
            seen_at=self._clock.now(),
        )
        await self._store.commit(Commit(agents=[record]))

    def disconnected(self, session: AgentSession) -> None:
        """A stream ended; harmless when the agent has another one already."""
        agent = self._agents[session.agent_id]
        if agent.session is session:
            agent.session = None
            self._dispatcher.disconnect(agent.id)
            logger.info("agent %s is disconnected", agent.id)

    # Agents

    def saw(self, agent: Agent) -> None:
        """An agent was heard of: its leases begin anew."""
        agent.seen_at = self._clock.now()
        agent.seen_monotonic = self._clock.monotonic()

    def let_go(self, agent: Agent, attempt_id: str) -> None:
        """An agent no longer holds an attempt."""
        agent.holdings.pop(attempt_id, None)
        self._dispatcher.release(agent.id, attempt_id)
        if self._holders.get(attempt_id) == agent.id:
            del self._holders[attempt_id]

    def lose(self, agent: Agent, attempt_id: str, reason: str) -> None:
        """Give an attempt up: its task's policy applies."""
        self.let_go(agent, attempt_id)
        self.reports.post(events.AttemptLost(attempt_id=attempt_id, reason=reason))

    def drain(
        self, agent_id: str, deadline: datetime | None, *, cancel_at_deadline: bool, undo: bool
    ) -> Agent:
        """Let an agent take no new attempts, or take some again.

        Raises:
            NotFound: There is no such agent.
            NotAllowed: It is not connected.
        """
        agent = self._agents.get(agent_id)
        if agent is None:
            raise NotFound(f'no agent "{agent_id}"')
        if agent.session is None:
            raise NotAllowed(f'agent "{agent_id}" is not connected; stop it on its host instead')
        agent.is_draining = not undo
        drain = Drain(deadline=deadline, cancel_at_deadline=cancel_at_deadline, undo=undo)
        agent.session.send(agent.outbox.put(drain))
        self.update_slots(agent)
        return agent

    def beat(self, agent: Agent, heartbeat: Heartbeat) -> None:
        """An agent told how it does: what it refused before may be possible again."""
        before = agent.heartbeat
        if heartbeat.sent_at is not None:
            offset = self._clock.now() - heartbeat.sent_at
            agent.clock_offset = offset if abs(offset) > CLOCK_TOLERANCE else timedelta()
        agent.heartbeat = heartbeat
        agent.labels = heartbeat.labels
        is_news = before is None or (
            before.is_draining != heartbeat.is_draining
            or before.labels != heartbeat.labels
            or before.has_container_engine != heartbeat.has_container_engine
        )
        agent.is_draining = heartbeat.is_draining
        if is_news or agent.is_refusing or agent.refused_types:
            agent.is_refusing = False
            agent.refused_types.clear()
            self.update_slots(agent)

    def refused(self, agent: Agent, refusal: Refused) -> None:
        """An agent did not take an attempt: it gets none of the kind until its next heartbeat."""
        holding = agent.holdings.get(refusal.attempt_id)
        if holding is not None and refusal.reason in _REASONS_OF_THE_TYPE:
            agent.refused_types.add(holding.task_type)
        else:
            agent.is_refusing = True
        self.update_slots(agent)

    def unreachable(self, agent: Agent) -> None:
        """An agent's lease ran out: it gets no attempts."""
        self._dispatcher.disconnect(agent.id)
        logger.warning("agent %s is unreachable", agent.id)

    def update_slots(self, agent: Agent) -> None:
        """Tell the dispatcher what the agent offers now."""
        if agent.session is None:
            return
        self._dispatcher.connect(
            AgentSlots(
                agent_id=agent.id,
                slots=agent.slots,
                task_types=agent.task_types - agent.refused_types,
                labels=agent.labels,
                attempts=set(agent.holdings),
                takes_work=not agent.is_draining and not agent.is_refusing,
                is_draining=agent.is_draining and not agent.is_refusing,
            )
        )
        self.reports.match_later()

    def _agent(self, agent_id: str, seen_at: datetime | None = None) -> Agent:
        agent = self._agents.get(agent_id)
        if agent is None:
            agent = self._agents[agent_id] = Agent(
                id=agent_id,
                seen_at=seen_at or self._clock.now(),
                seen_monotonic=self._clock.monotonic(),
            )
        return agent

    def _end_earlier_session(self, agent: Agent, hello: Hello) -> None:
        if agent.session is None:
            return
        message = f"agent {agent.id} opened another stream (boot {hello.boot_id})"
        agent.session.close(SessionEnd.SUPERSEDED, message)
        agent.session = None

    def _welcome(
        self, agent: Agent, hello: Hello, forget: Sequence[str], gone: Sequence[str]
    ) -> Welcome:
        return Welcome(
            last_received_sequence=agent.acknowledgements.received,
            heartbeat_interval=HEARTBEAT_INTERVAL,
            lease=LEASE,
            wants_catalog=hello.catalog_sha256 not in self._catalogs,
            forget_attempt_ids=forget,
            epoch=self._epoch,
            forget_folder_ids=gone,
        )

    def _reconcile(self, agent: Agent, held: frozenset[str]) -> None:
        """Hold what the agent says against what it should have."""
        for holding in list(agent.holdings.values()):
            attempt_id = holding.attempt_id
            if attempt_id in held:
                holding.is_accepted = True
            elif agent.outbox.holds_assignment(attempt_id):
                continue
            elif holding.is_accepted:
                self.lose(agent, attempt_id, f'agent "{agent.id}" lost the attempt')
            else:
                self.let_go(agent, attempt_id)
                reason = f'agent "{agent.id}" was away before it got the attempt'
                self.reports.post(
                    events.AttemptReturned(attempt_id=attempt_id, reason=reason, agent_id=agent.id)
                )

    def _repeat_cancels(self, agent: Agent) -> None:
        for holding in agent.holdings.values():
            if holding.cancel is not None and agent.session is not None:
                agent.session.send(agent.outbox.put(holding.cancel))

    def _take_types(self, agent: Agent, types: Sequence[TypeDescription]) -> None:
        agent.task_types = frozenset(kind.name for kind in types)
        self._offer_types(agent.id, types)
        self.update_slots(agent)


def _refusal(hello: Hello) -> Refusal | None:
    if not _AGENT_ID.fullmatch(hello.agent_id):
        reason = (
            f'"{hello.agent_id}" is no agent id: letters, digits, dots, dashes and underscores, '
            "at most 63"
        )
        return Refusal(reason=reason, may_retry=False)
    if hello.slots < 1:
        return Refusal(reason="an agent needs at least one slot", may_retry=False)
    if (
        hello.min_protocol_version > PROTOCOL_VERSION
        or hello.protocol_version < MIN_PROTOCOL_VERSION
    ):
        reason = (
            f"the agent ({hello.software_version}) speaks versions {hello.min_protocol_version} "
            f"to {hello.protocol_version} of the protocol, the coordinator "
            f"{MIN_PROTOCOL_VERSION} to {PROTOCOL_VERSION}: upgrade the older one"
        )
        return Refusal(reason=reason, may_retry=False)
    return None
