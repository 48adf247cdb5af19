"""What every screen and dialog works with; built once, by `tui_app`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from pathlib import Path

from lanner_console.client import ConsoleClient
from lanner_console.clipboard import ClipboardWay
from lanner_console.clock import Clock
from lanner_console.glyphs import UNICODE, Glyphs
from lanner_console.link_monitor import LinkMonitor
from lanner_console.op_log import OperationLog

USUAL_REFRESH_SECONDS = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleOptions:
    """What the user has chosen.

    Attributes:
        context_name: Of the configuration; empty: none.
        namespace: Lists show this one and those below it; empty: all.
        is_read_only: Every act is refused.
        confirms_by_typing: Every act asks for a typed word.
        theme: A theme of Textual.
        refresh_seconds: Between two repaints of what moves by itself; at least 0.25.
        clock_seconds: Between two repaints of the clock and of durations that grow.
        keymap: Keys by id of the binding.
        views: Filters by name.
        clipboard: How texts are copied.
        environment: Of the process.
        save_folder: Where saved files go.
        state_folder: For what must not be in the way of the user.
    """

    context_name: str = ""
    namespace: str = ""
    is_read_only: bool = False
    confirms_by_typing: bool = False
    theme: str = "textual-dark"
    refresh_seconds: float = USUAL_REFRESH_SECONDS
    clock_seconds: float = 1.0
    keymap: Mapping[str, str] = field(default_factory=dict)
    views: Mapping[str, str] = field(default_factory=dict)
    clipboard: ClipboardWay = ClipboardWay.AUTO
    environment: Mapping[str, str] = field(default_factory=dict)
    save_folder: Path = Path()
    state_folder: Path = Path()


@dataclass(frozen=True, slots=True, kw_only=True)
class Workplace:
    """The client and everything around it.

    Attributes:
        client: Asks the coordinator.
        clock: Time of day.
        new_id: Makes idempotency keys.
        link: State of the link.
        acts: What was done.
        glyphs: Signs that the terminal can show.
        timezone: Zone of the times on the screen; absent: the machine's.
        options: What the user has chosen.
    """

    client: ConsoleClient
    clock: Clock
    new_id: Callable[[], str]
    link: LinkMonitor
    acts: OperationLog
    glyphs: Glyphs = UNICODE
    timezone: tzinfo | None = None
    options: ConsoleOptions = ConsoleOptions()

    @property
    def write_refusal(self) -> str:
        """Why nothing can be done now; empty: it can."""
        if self.options.is_read_only:
            return f'the context "{self.options.context_name}" is read-only'
        if not self.link.view.is_up:
            return f"there is no link to {self.client.address}"
        return ""
