"""The coordinator's measures in the text format of Prometheus."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lanner_coordinator.runtime.status import CoordinatorStatus

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
"""What Prometheus expects."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Measure:
    name: str
    help: str
    values: Mapping[str, float]
    """By labels as they are written, `state="running"`; empty: the only value."""


def metrics_text(status: CoordinatorStatus) -> str:
    """All measures."""
    return "".join(_written(measure) for measure in _measures(status))


def _measures(status: CoordinatorStatus) -> Sequence[_Measure]:
    return (
        _one("lanner_ready", "Whether the coordinator takes work.", status.is_ready),
        _one("lanner_start_time_seconds", "Start, Unix time.", status.started_at.timestamp()),
        _Measure(
            name="lanner_executions",
            help="Executions that have not ended, by what they do.",
            values={
                'state="running"': status.running_count,
                'state="queued"': status.queued_count,
                'state="paused"': status.paused_count,
            },
        ),
        _one("lanner_archived_executions", "Executions in the archive.", status.ended_count),
        _one(
            "lanner_waiting_attempts",
            "Attempts that wait for an agent.",
            status.waiting_attempt_count,
        ),
        _one("lanner_flows", "Flows.", status.flow_count),
        _one("lanner_database_bytes", "Size of the database.", status.database_bytes),
        _one(
            "lanner_last_commit_seconds",
            "How long the last commit took.",
            status.last_commit.total_seconds(),
        ),
        _Measure(
            name="lanner_agents",
            help="Agents that are known.",
            values={
                'connected="true"': status.connected_agent_count,
                'connected="false"': status.agent_count - status.connected_agent_count,
            },
        ),
        _one("lanner_agent_slots", "Slots of connected agents.", status.slot_count),
        _one("lanner_agent_busy_slots", "Of those, taken.", status.busy_slot_count),
    )


def _one(name: str, help_text: str, value: float) -> _Measure:
    return _Measure(name=name, help=help_text, values={"": value})


def _written(measure: _Measure) -> str:
    lines = [f"# HELP {measure.name} {measure.help}", f"# TYPE {measure.name} gauge"]
    for labels, value in measure.values.items():
        shown = f"{{{labels}}}" if labels else ""
        lines.append(f"{measure.name}{shown} {float(value):.15g}")
    return "\n".join(lines) + "\n"
