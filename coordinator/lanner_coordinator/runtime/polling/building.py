"""Puts together what has agents look for triggers, and connects it to all that it works with."""

from __future__ import annotations

from dataclasses import dataclass

from lanner_coordinator.runtime.application import Application
from lanner_coordinator.runtime.artifacts import ArtifactStorage
from lanner_coordinator.runtime.polling.beginnings import PollBeginnings
from lanner_coordinator.runtime.polling.files import PollFiles
from lanner_coordinator.runtime.polling.ground import PollGround
from lanner_coordinator.runtime.polling.outcomes import PollOutcomes
from lanner_coordinator.runtime.polling.polls import Polls
from lanner_coordinator.runtime.polling.reports import SplitReports


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
    ground: PollGround, *, application: Application, storage: ArtifactStorage
) -> Polling:
    """Build it and connect it: the scheduler, the application and the registry know it then."""
    records = ground.keeper.records
    files = PollFiles(storage, records)
    outcomes = PollOutcomes(ground)
    beginnings = PollBeginnings(ground, outcomes)
    polls = Polls(ground, beginnings=beginnings, outcomes=outcomes, files=files)
    ground.keeper.poll_with(beginnings)
    application.give_polls_to(polls.matched)
    ground.registry.report_to(SplitReports(ground.registry.reports, polls, records))
    return Polling(polls=polls, beginnings=beginnings, files=files)
