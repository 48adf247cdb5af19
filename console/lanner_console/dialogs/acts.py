"""Everything that can be done to an execution or a task run; what is not allowed says why."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from textual.app import ComposeResult
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from lanner_console.dialogs.box import Box
from lanner_console.dialogs.list_dialog import ListDialog
from lanner_console.models import ActOffer, BatchAct
from lanner_console.widgets.text_fit import shown

WORDS = {
    BatchAct.RETRY: "retry from the failed tasks",
    BatchAct.REPLAY: "replay as a new execution",
    BatchAct.KILL: "kill",
    BatchAct.PAUSE: "pause",
    BatchAct.RESUME: "resume",
    BatchAct.FORCE_RUN: "run now, whatever it waits for",
    BatchAct.UNQUEUE: "run past the concurrency limit",
    BatchAct.CHANGE_STATE: "change the state",
    BatchAct.SET_LABELS: "edit the labels",
    BatchAct.DELETE: "delete",
}
MARK = "mark as …, and go on from there"
REPLAY_FROM = "replay from here"


class ActsDialog(ListDialog[ActOffer]):
    """Acts, the allowed ones first."""

    DEFAULT_CSS = "ActsDialog > #box { max-width: 90; }"

    def __init__(self, subject: str, offers: Sequence[ActOffer], *, of_task_run: bool) -> None:
        super().__init__()
        self._subject = subject
        self._offers = sorted(offers, key=lambda offer: bool(offer.reason))
        self._of_task_run = of_task_run

    def compose(self) -> ComposeResult:
        """Lay out the list."""
        with Box(self._subject, "enter does it · esc closes"):
            options = [
                Option(self._line(offer), disabled=bool(offer.reason)) for offer in self._offers
            ]
            yield OptionList(*options, compact=True, markup=False)

    def on_mount(self) -> None:
        """Begin at the first act that is allowed."""
        listed = self.query_one(OptionList)
        listed.highlighted = 0 if any(not offer.reason for offer in self._offers) else None
        listed.focus()

    def _line(self, offer: ActOffer) -> Text:
        words = WORDS[offer.act] if offer.act else MARK
        if self._of_task_run and offer.act is BatchAct.REPLAY:
            words = REPLAY_FROM
        return Text(f"{words:<34}").append(shown(offer.reason), "dim")

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Give the act."""
        self.dismiss(self._offers[event.option_index])
