"""Finds the command of an attempt again after the agent's restart."""

from __future__ import annotations

import asyncio
import logging
import random
from datetime import timedelta

from lanner_agent.attempt_record import AttemptRecord, RunningRecord
from lanner_agent.backoff import full_jitter_seconds
from lanner_agent.command_runners import CommandRunners
from lanner_agent.data_folder import WorkFolder
from lanner_agent.errors import RunnerError, RunnerUnavailable
from lanner_agent.runners.contract import Command, RunningCommand

log = logging.getLogger(__name__)

# An engine that restarts together with the agent takes this long to answer, at most.
PATIENCE = timedelta(minutes=2)


async def find_again(
    record: AttemptRecord, running: RunningRecord, folder: WorkFolder, runners: CommandRunners
) -> RunningCommand | None:
    """The command as it runs or ended meanwhile; absent when it is gone.

    Its lines are read again from the first one: outputs and metrics in them are not remembered
    elsewhere, and those that were sent are left out by their count.
    """
    command = Command(
        attempt_id=record.attempt_id,
        argv=(),
        environment={},
        working_dir=folder.working_dir,
        output_dir=folder.output_dir,
        working_dir_token=record.working_dir_token,
        output_dir_token=record.output_dir_token,
        labels=running.labels,
        keeps_files=bool(record.folder_id),
    )
    loop = asyncio.get_running_loop()
    give_up_at = loop.time() + PATIENCE.total_seconds()
    failure_count = 0
    while True:
        try:
            runner = await runners.ready(running.runner)
            return await runner.reattach(command, running.handle, None)
        except RunnerUnavailable as error:
            failure_count += 1
            wait_seconds = full_jitter_seconds(failure_count, random.random)
            if running.runner not in runners or loop.time() + wait_seconds > give_up_at:
                log.warning("Attempt %s is lost: %s", record.attempt_id, error)
                return None
            await asyncio.sleep(wait_seconds)
        except RunnerError as error:
            log.warning("Attempt %s is lost: %s", record.attempt_id, error)
            return None
