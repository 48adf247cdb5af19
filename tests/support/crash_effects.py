"""Side effects of tasks, written down where no crash of Lanner can lose or repeat them.

Processes append a line to a file. What containers do is told by the engine, which reports the start
of each; it knows attempts by their labels.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import docker

ATTEMPT_LABEL = "lanner.dev/attempt-id"
NAMESPACE_LABEL = "lanner.dev/namespace"
END_SECONDS = 10

STREAM_SECONDS = 3_600
"""Longest silence of the engine; a test is shorter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effects:
    """Where effects are found.

    Attributes:
        file: Lines of processes.
        started: Attempt ids of started containers, in order.
    """

    file: Path
    started: list[str] = field(default_factory=list)

    @property
    def append_command(self) -> str:
        """What a task's script says to do its effect: one write to a file opened with O_APPEND.

        The attempt's number is that of the task's environment, so that a second run of the same
        attempt is told apart from a second attempt.
        """
        return f'echo "$LANNER_ATTEMPT_ID" >> {self.file}'

    def of_processes(self) -> Counter[str]:
        """How often each attempt did its effect in a process."""
        return Counter(self.file.read_text().splitlines() if self.file.exists() else ())

    def of_containers(self) -> Counter[str]:
        """How often each attempt's container was started."""
        return Counter(self.started)


@contextmanager
def recorded_effects(file: Path, namespace: str) -> Iterator[Effects]:
    """Record effects of the tasks of a namespace's flows."""
    effects = Effects(file=file)
    client = docker.from_env(timeout=STREAM_SECONDS)
    events = client.events(
        decode=True,
        filters={"type": "container", "event": "start", "label": f"{NAMESPACE_LABEL}={namespace}"},
    )

    def listen() -> None:
        for event in events:
            effects.started.append(event["Actor"]["Attributes"][ATTEMPT_LABEL])

    listener = threading.Thread(target=listen, name="container-events")
    listener.start()
    try:
        yield effects
    finally:
        events.close()
        listener.join(END_SECONDS)
        client.close()
