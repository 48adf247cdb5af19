"""Every error of the agent.

AgentError
 ├── ConfigError
 ├── DataFolderInUse
 ├── SessionError
 │    ├── SessionLost
 │    ├── ProtocolViolation
 │    ├── SessionRefused
 │    └── TakenOver
 ├── ArtifactUnavailable
 └── RunnerError
      ├── ImageUnavailable
      ├── RunnerUnavailable
      └── PolicyRefused
"""

from __future__ import annotations

from pathlib import Path


class AgentError(Exception):
    """Anything that goes wrong in the agent itself; its text is a sentence for people."""


class ConfigError(AgentError):
    """The command line or the configuration file makes no sense."""


class DataFolderInUse(AgentError):
    """Another agent works in the same data folder.

    Attributes:
        folder: The folder.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"The data folder {folder} is in use by another agent: give each its own with --data."
        )
        self.folder = folder


class SessionError(AgentError):
    """The stream to the coordinator cannot be had or cannot go on."""


class SessionLost(SessionError):
    """The stream broke; dialling again may help."""


class ProtocolViolation(SessionError):
    """The coordinator sent what breaks the rules of the wire contract; the stream is closed."""


class SessionRefused(SessionError):
    """The coordinator does not want this agent.

    Attributes:
        may_retry: Dialling again may help.
    """

    def __init__(self, reason: str, *, may_retry: bool) -> None:
        super().__init__(f"The coordinator refuses this agent: {reason}")
        self.may_retry = may_retry


class TakenOver(SessionError):
    """Another agent connected under the same id."""

    def __init__(self, agent_id: str) -> None:
        super().__init__(
            f'Another agent connected as "{agent_id}" and took over: give each agent its own --id.'
        )
        self.agent_id = agent_id


class ArtifactUnavailable(AgentError):
    """A file could not be fetched from artifact storage or stored in it.

    Attributes:
        may_retry: The link broke; the same call may succeed later.
        has_progress: It came further than the try before it.
        is_missing: There is no such file.
    """

    def __init__(
        self,
        message: str,
        *,
        may_retry: bool,
        has_progress: bool = False,
        is_missing: bool = False,
    ) -> None:
        super().__init__(message)
        self.may_retry = may_retry
        self.has_progress = has_progress
        self.is_missing = is_missing


class RunnerError(AgentError):
    """A command cannot be run or watched; the base of what runners raise."""


class ImageUnavailable(RunnerError):
    """The image cannot be had: says image, registry and answer."""


class RunnerUnavailable(RunnerError):
    """The engine behind a runner does not answer."""


class PolicyRefused(RunnerError):
    """The host's own policy forbids what a command asks for."""
