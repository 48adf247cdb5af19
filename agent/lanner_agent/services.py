"""What all attempts of the agent share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lanner_agent.artifacts import ArtifactLink
from lanner_agent.attempt_log import AttemptLog
from lanner_agent.clock import Clock
from lanner_agent.command_runners import CommandRunners
from lanner_agent.data_folder import DataFolder
from lanner_agent.disk import Disk
from lanner_agent.ids import AttemptId
from lanner_agent.kept_folders import KeptFolders
from lanner_agent.secret_memory import SecretMemory
from lanner_agent.shared_folders import SharedFolders
from lanner_agent.spool import Spool
from lanner_agent.trash import Trash
from lanner_agent.web_policy import WebPolicy

OpenArtifacts = Callable[[AttemptId, str], ArtifactLink]
"""Opens artifact storage for an attempt, with its credential."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Shared parts, each of which outlives every attempt.

    Attributes:
        clock: Tells the time of day.
        disk: Writes.
        spool: Takes reports.
        attempt_log: Remembers attempts.
        runners: Run commands.
        folder: Where attempts work.
        shared_folders: Those that attempts share.
        trash: Removes folders.
        secret_memory: Keeps what is to be masked.
        open_artifacts: Opens artifact storage.
        kept_folders: Folders that outlive attempts.
        web_policy: What tasks may call.
    """

    clock: Clock
    disk: Disk
    spool: Spool
    attempt_log: AttemptLog
    runners: CommandRunners
    folder: DataFolder
    shared_folders: SharedFolders
    trash: Trash
    secret_memory: SecretMemory
    open_artifacts: OpenArtifacts
    kept_folders: KeptFolders
    web_policy: WebPolicy
