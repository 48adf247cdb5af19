"""What the views inside the frame have in common: a place in the frame, and asking safely."""

from __future__ import annotations

from typing import ClassVar

from textual.containers import Container
from textual.widget import Widget

from lanner_console.messages import FrameChanged, GoBack
from lanner_console.screens.asking import Asking
from lanner_console.workplace import Workplace


class View(Container, Asking):
    """One of the things that the frame can show; it is kept when another one is shown."""

    ACTS: ClassVar[frozenset[str]] = frozenset()
    """Actions that change something on the coordinator: refused without a link or rights."""

    DEFAULT_CSS = """
    View { height: 1fr; }
    """

    def __init__(self, place: Workplace, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.place = place
        self.was_entered = False
        """Whether it has ever been shown."""

    @property
    def crumbs(self) -> tuple[str, ...]:
        """Path to what is shown, for the frame."""
        return ()

    @property
    def facts(self) -> str:
        """How much is shown, for the frame."""
        return ""

    @property
    def focus_target(self) -> Widget:
        """What gets the focus when the view is shown."""
        raise NotImplementedError

    def entered(self) -> None:
        """Begin to be shown."""

    def left(self) -> None:
        """Cease to be shown: streams that cost something end here."""

    def reconnected(self) -> None:
        """Catch up after the link was lost."""

    def ticked(self) -> None:
        """Repaint what grows with time."""

    def refusal(self, action: str) -> str:
        """Why an action would do nothing now; empty: it would do something."""
        return self.place.write_refusal if action in self.ACTS else ""

    def refuses(self, action: str) -> bool:
        """Tell the user why an action does nothing now, if that is so."""
        if reason := self.refusal(action):
            self.app.notify(reason.capitalize(), severity="warning")
        return bool(reason)

    def tell_frame(self) -> None:
        """Have the frame read crumbs and facts again."""
        self.post_message(FrameChanged())

    def action_back(self) -> None:
        """Go back to what was shown before."""
        self.post_message(GoBack())
