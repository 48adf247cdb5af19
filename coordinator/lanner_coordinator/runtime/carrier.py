"""The seam between the executor and whoever carries attempts to agents."""

from __future__ import annotations

from typing import Protocol

from lanner_coordinator.runtime.agents.messages import Assignment


class AttemptCarrier(Protocol):
    """Brings attempts to agents.

    Nothing here waits or fails: what cannot be said now is said when the agent is back.
    """

    def assign(self, agent_id: str, assignment: Assignment) -> None:
        """Send an attempt, whose submission is durable."""

    def remove_folder(self, agent_id: str, folder_id: str) -> None:
        """Have a shared folder removed, now or when the agent is back."""

    def cancel(self, attempt_id: str, grace_seconds: float) -> None:
        """Stop an attempt, wherever it is; harmless when no agent holds it."""
