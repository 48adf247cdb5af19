"""What the page tells of one code."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from lanner_coordinator.flow.codes import Code

_HEAD = "id: demo\nnamespace: company.team\n"
_TASKS = "tasks:\n  - {id: hello, type: core.log.Log, message: Hello}\n"


class Shape(Enum):
    """What an example is."""

    SOURCE = "source"
    """A whole source."""
    KEYS = "keys"
    """Further keys of a flow."""
    TASKS = "tasks"
    """The `tasks` of a flow."""


class Setting(Enum):
    """When the example is wrong."""

    ALONE = "alone"
    """Checked by itself."""
    TWICE = "twice"
    """Checked together with another source of the same flow."""
    NO_AGENT = "no agent"
    """Checked before any agent has told its types."""
    PLUGIN = "plugin"
    """Checked where an agent offers `com.example.Send`, whose `to` must match a pattern."""
    NOT_STORED = "not stored"
    """Checked where the flows that it starts are known."""
    UPDATE = "update"
    """Applied in place of the flow `company.team.demo`."""
    TESTS = "tests"
    """Run as tests of the flow `company.team.demo`, whose only task is `hello`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One code.

    Attributes:
        code: The code.
        what: What it is about, one or two sentences.
        example: YAML that has the problem.
        shape: What `example` is.
        setting: When it is found.
        warns: Whether the flow can be stored all the same.
    """

    code: Code
    what: str
    example: str
    shape: Shape = Shape.TASKS
    setting: Setting = Setting.ALONE
    warns: bool = False

    @property
    def source(self) -> str:
        """The example as a whole flow."""
        if self.shape is Shape.SOURCE:
            return self.example
        if self.shape is Shape.KEYS:
            return f"{_HEAD}{_TASKS}{self.example}"
        return f"{_HEAD}{self.example}"
