"""What screens ask of the frame around them."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message

from lanner_console.models import BatchView


@dataclass
class OpenExecution(Message):
    """Show an execution, on a tab: `gantt`, `logs`, `outputs` or `inputs`."""

    execution_id: str
    tab: str = "gantt"


@dataclass
class OpenFlow(Message):
    """Show a flow."""

    flow_namespace: str
    flow_id: str


@dataclass
class OpenNamespace(Message):
    """Show a namespace."""

    name: str


@dataclass
class ShowExecutions(Message):
    """Show the list of executions with a filter."""

    filter_text: str


@dataclass
class AskRun(Message):
    """Open the dialog that runs a flow, with the inputs of an earlier execution if there is one."""

    flow_namespace: str
    flow_id: str
    like_execution_id: str = ""


@dataclass
class BatchStarted(Message):
    """A batch has begun: show how it goes, and tell when it has ended."""

    batch: BatchView


@dataclass
class ActAccepted(Message):
    """A retry or a kill was accepted: an execution that had ended may go on."""

    execution_id: str


class FrameChanged(Message):
    """What the screen tells in the frame's second line is another one."""

    def can_replace(self, message: Message) -> bool:
        """Let many changes cost one repaint."""
        return isinstance(message, FrameChanged)


class GoBack(Message):
    """Show what was shown before."""
