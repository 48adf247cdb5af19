"""Puts together what has agents look for triggers, and connects it to all that it works with."""

from __future__ import annotations

from dataclasses import dataclass

from lanner_coordinator.runtime.agents.registry import AgentRegistry
from lanner_coordinator.runtime.application import Application
from lanner_coordinator.runtime.artifacts import ArtifactStorage
from lanner_coordinator.runtime.clock import Clock
from lanner_coordinator.runtime.dispatcher import Dispatcher
from lanner_coordinator.runtime.executions.conditions import Conditions
from lanner_coordinator.runtime.executions.triggered import TriggeredExecutions
from lanner_coordinator.runtime.flows.registry import FlowRegistry
from lanner_coordinator.runtime.ids import IdFactory
from lanner_coordinator.runtime.namespaces.groups import GroupRule
from lanner_coordinator.runtime.polling.beginnings import PollBeginnings
from lanner_coordinator.runtime.polling.files import PollFiles
from lanner_coordinator.runtime.polling.outcomes import PollOutcomes
from lanner_coordinator.runtime.polling.polls import Polls
from lanner_coordinator.runtime.polling.rendering import PollRendering
from lanner_coordinator.runtime.polling.reports import SplitReports
from lanner_coordinator.runtime.schedule.scheduler import Scheduler


@dataclass(frozen=True, slots=True, kw_only=True)
class Polling:
    """What has agents look for triggers.

    Attributes:
        polls: All looks: to be loaded after the scheduler, and run.
        beginnings: Tells what is being done for a trigger.
        files: Files of looks.
    """

    polls: Polls
    beginnings: PollBeginnings
    files: PollFiles


def build_polling(
    *,
    scheduler: Scheduler,
    flows: FlowRegistry,
    starter: TriggeredExecutions,
    conditions: Conditions,
    rendering: PollRendering,
    application: Application,
    groups: GroupRule,
    dispatcher: Dispatcher,
    registry: AgentRegistry,
    storage: ArtifactStorage,
    clock: Clock,
    ids: IdFactory,
) -> Polling:
    """Build it and connect it: the scheduler, the application and the registry know it then."""
    files = PollFiles(storage, scheduler.records)
    outcomes = PollOutcomes(
        keeper=scheduler,
        starter=starter,
        conditions=conditions,
        rendering=rendering,
        clock=clock,
        ids=ids,
    )
    beginnings = PollBeginnings(
        keeper=scheduler,
        flows=flows,
        starter=starter,
        outcomes=outcomes,
        rendering=rendering,
        groups=groups,
        dispatcher=dispatcher,
        registry=registry,
        clock=clock,
        ids=ids,
    )
    polls = Polls(
        keeper=scheduler,
        flows=flows,
        starter=starter,
        beginnings=beginnings,
        outcomes=outcomes,
        files=files,
        registry=registry,
        clock=clock,
    )
    scheduler.poll_with(beginnings)
    application.give_polls_to(polls.matched)
    registry.report_to(SplitReports(registry.reports, polls, scheduler.records))
    return Polling(polls=polls, beginnings=beginnings, files=files)
