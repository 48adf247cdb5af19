"""Draws tables of transitions, for the docs."""

from __future__ import annotations

from lanner_coordinator.engine.state import State
from lanner_coordinator.engine.transitions import Transitions


def drawing(transitions: Transitions) -> str:
    """The table as a diagram in Mermaid's language; ends that follow ends are left out."""
    lines = ["```mermaid", "stateDiagram-v2", "    [*] --> CREATED"]
    for before in _in_order(transitions):
        followers = transitions[before]
        shown = [one for one in State if one in followers]
        if before.is_terminal:
            shown = [one for one in shown if not one.is_terminal]
        lines += [f"    {before} --> {after}" for after in shown]
    return "\n".join([*lines, "```"])


def table(transitions: Transitions) -> str:
    """The table as Markdown: which state may follow which."""
    lines = ["| from | to |", "|---|---|"]
    for before in _in_order(transitions):
        followers = ", ".join(one for one in State if one in transitions[before])
        lines.append(f"| {before} | {followers} |")
    return "\n".join(lines)


def _in_order(transitions: Transitions) -> list[State]:
    return [state for state in State if state in transitions]
