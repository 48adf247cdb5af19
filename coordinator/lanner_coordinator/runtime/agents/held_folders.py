"""Shared folders on agents: which agent has which, and what is said when one is gone."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from lanner_coordinator.engine import events
from lanner_coordinator.engine.execution import LiveExecution
from lanner_coordinator.engine.ids import folder_id, folder_number
from lanner_coordinator.runtime.agents.agent import Agent, HeldFolder
from lanner_coordinator.runtime.agents.messages import SharedFolder

Post = Callable[[events.FolderLost], None]
"""Gives the event to its execution."""


def hold(agent: Agent, folder: SharedFolder) -> None:
    """An agent is about to work in a folder."""
    agent.folders[folder.folder_id] = HeldFolder(
        folder_id=folder.folder_id,
        policy=folder.on_agent_lost,
        max_disconnect=folder.max_disconnect,
    )


def held_before(live: LiveExecution) -> Sequence[tuple[str, HeldFolder]]:
    """The folders of an execution with their agents, after the coordinator's restart."""
    execution = live.execution
    held = []
    for run_id in execution.open_runs:
        run = execution.task_runs[run_id]
        if run.folder is None or not run.folder.agent_id:
            continue
        task = live.plan.tasks[run.task_id].task
        folder = HeldFolder(
            folder_id=folder_id(run.id, run.folder.number),
            policy=task.on_agent_lost,
            max_disconnect=task.max_disconnect,
        )
        held.append((run.folder.agent_id, folder))
    return held


def reconcile(agent: Agent, held: Collection[str], post: Post) -> Sequence[str]:
    """Hold what the agent says against what it should have: what it is to remove."""
    for folder in list(agent.folders.values()):
        if folder.folder_id not in held and not agent.outbox.holds_folder(folder.folder_id):
            lose(agent, folder, f'agent "{agent.id}" has the folder no longer', post)
    return sorted(set(held) - agent.folders.keys())


def lose(agent: Agent, folder: HeldFolder, reason: str, post: Post) -> None:
    """Give a folder up."""
    del agent.folders[folder.folder_id]
    run_id = folder.folder_id.rpartition(".")[0]
    number = folder_number(folder.folder_id)
    post(events.FolderLost(task_run_id=run_id, number=number, agent_id=agent.id, reason=reason))
