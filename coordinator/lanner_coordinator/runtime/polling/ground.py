"""What the parts of looking for triggers have in common."""

from __future__ import annotations

from dataclasses import dataclass

from lanner_coordinator.runtime.agents.registry import AgentRegistry
from lanner_coordinator.runtime.clock import Clock
from lanner_coordinator.runtime.dispatcher import Dispatcher
from lanner_coordinator.runtime.executions.conditions import Conditions
from lanner_coordinator.runtime.executions.triggered import TriggeredExecutions
from lanner_coordinator.runtime.flows.registry import FlowRegistry
from lanner_coordinator.runtime.ids import IdFactory
from lanner_coordinator.runtime.namespaces.groups import GroupRule
from lanner_coordinator.runtime.polling.contract import PollKeeper
from lanner_coordinator.runtime.polling.rendering import PollRendering


@dataclass(frozen=True, slots=True, kw_only=True)
class PollGround:
    """What all looks stand on.

    Attributes:
        keeper: Keeps the records of triggers.
        flows: All flows.
        starter: Starts executions, and makes records durable.
        conditions: Answers the conditions of triggers.
        rendering: What agents are told, and what their answers mean.
        groups: Which agent groups may look.
        dispatcher: Where looks wait for agents.
        registry: All agents.
        clock: Tells the time.
        ids: Makes the ids of executions to be.
    """

    keeper: PollKeeper
    flows: FlowRegistry
    starter: TriggeredExecutions
    conditions: Conditions
    rendering: PollRendering
    groups: GroupRule
    dispatcher: Dispatcher
    registry: AgentRegistry
    clock: Clock
    ids: IdFactory
