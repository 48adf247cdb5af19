"""Asks before executions are retried or killed: what would be done, and a typed word for many."""

from __future__ import annotations

from dataclasses import dataclass

from rich.text import Text
from textual.app import ComposeResult
from textual.widgets import Button, Input, Static

from lanner_console.dialogs.dialog import Dialog, Row, text_field
from lanner_console.models import BatchAct, BatchGroup, BatchPreview, BatchSelection
from lanner_console.op_log import command_line
from lanner_console.widgets.text_fit import shown
from lanner_console.workplace import Workplace
from lanner_proto.errors import LannerError

USUAL_PARALLEL = 10
WORDS = {
    BatchAct.RETRY: "Retry",
    BatchAct.KILL: "Kill",
    BatchAct.PAUSE: "Pause",
    BatchAct.RESUME: "Resume",
    BatchAct.FORCE_RUN: "Run now",
    BatchAct.UNQUEUE: "Unqueue",
    BatchAct.DELETE: "Delete",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ActQuestion:
    """What is about to be done.

    Attributes:
        act: Retry or kill.
        selection: To which executions.
        subject: The same for people: an execution, or how many.
        word: Must be typed before it is done; empty: nothing, None: the count of the preview.
    """

    act: BatchAct
    selection: BatchSelection
    subject: str
    word: str | None

    @property
    def is_bulk(self) -> bool:
        """It is done by a batch on the coordinator."""
        return self.word is None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActAnswer:
    """It is to be done.

    Attributes:
        reason: Kept in the history; may be empty.
        max_parallel: Executions that a batch keeps running at once.
    """

    reason: str
    max_parallel: int


class ActDialog(Dialog[ActAnswer]):
    """Shows what would be done by state and answer, and asks."""

    DEFAULT_CSS = """
    ActDialog Row > Input { width: 1fr; }
    ActDialog #preview { height: auto; margin-bottom: 1; }
    """

    def __init__(self, place: Workplace, question: ActQuestion) -> None:
        verb = WORDS[question.act]
        confirm = "Start as batch" if question.is_bulk else verb
        super().__init__(place, title=f"{verb} {question.subject}", confirm=confirm)
        self.question = question
        self._preview: BatchPreview | None = None

    def compose_body(self) -> ComposeResult:
        """Lay out the preview and the fields."""
        yield Static("asking what would be done", id="preview")
        if self.question.is_bulk:
            yield Row("at once", text_field(str(USUAL_PARALLEL), id="parallel"))
        yield Row("reason", text_field(id="reason", placeholder="kept in the history"))
        if self.question.word != "":
            yield Row(
                "", Static("", id="typed-label", classes="note", markup=False), id="typed-row"
            )
            yield Row("type it", text_field(id="typed"))
        yield Static("", id="command", classes="note", markup=False)

    def on_mount(self) -> None:
        """Ask what would be done; a kill waits on Cancel, others on their button."""
        self.allow(False)
        is_kill = self.question.act in (BatchAct.KILL, BatchAct.DELETE)
        if self.question.word != "":
            self.query_one("#typed", Input).focus()
        else:
            self.query_one("#cancel" if is_kill else "#confirm", Button).focus()
        self._show_command()
        self.start("preview", self._ask, exclusive=True)

    async def _ask(self) -> None:
        question = self.question
        try:
            preview = await self.place.client.preview_batch(question.act, question.selection)
        except LannerError as error:
            self.query_one("#preview", Static).update(Text(shown(error.message)))
            return
        self._preview = preview
        self.query_one("#preview", Static).update(preview_text(preview, self.place))
        if self.question.word != "":
            word = Text.assemble("to go on, type ", (self._word, "bold"))
            self.query_one("#typed-label", Static).update(word)
        self._check()
        if self.is_allowed and question.act is BatchAct.RETRY:
            self.query_one("#confirm", Button).focus()

    @property
    def _word(self) -> str:
        if self.question.word is None:
            return str(self._preview.eligible_count) if self._preview else ""
        return self.question.word

    @property
    def _parallel(self) -> int:
        if not self.question.is_bulk:
            return USUAL_PARALLEL
        text = self.query_one("#parallel", Input).value.strip()
        return int(text) if text.isdecimal() else 0

    def on_input_changed(self) -> None:
        """See whether it may be done now."""
        self._check()
        self._show_command()

    def on_input_submitted(self) -> None:
        """Go to the next field, or do it where the word was typed."""
        if self.is_allowed and self.question.word != "":
            self.action_confirm()
        else:
            self.focus_next()

    def _check(self) -> None:
        typed = self.query("#typed").results(Input)
        is_typed = all(field.value.strip() == self._word for field in typed)
        is_possible = self._preview is not None and self._preview.eligible_count > 0
        self.allow(is_possible and is_typed and self._parallel > 0)

    def _show_command(self) -> None:
        question = self.question
        words = ["execution", question.act.verb]
        ids = question.selection.execution_ids
        words += ids[:3] if ids else ["--filter", question.selection.filter_text]
        if question.is_bulk:
            words += ["--max-parallel", str(self._parallel)]
        if reason := self.query_one("#reason", Input).value:
            words += ["--reason", reason]
        more = f" and {len(ids) - 3} more" if len(ids) > 3 else ""
        self.query_one("#command", Static).update(command_line(*words) + more)

    def action_confirm(self) -> None:
        """Have it done."""
        if self.is_allowed:
            reason = self.query_one("#reason", Input).value.strip()
            self.dismiss(ActAnswer(reason=reason, max_parallel=self._parallel))


def preview_text(preview: BatchPreview, place: Workplace) -> Text:
    """Write what would be done, a line for each state and answer."""
    text = Text()
    for group in sorted(preview.groups, key=lambda group: (group.reason != "", -group.count)):
        text.append_text(_group_line(group, place))
    if not preview.eligible_count:
        text.append("Nothing can be done.")
    elif preview.refused_count:
        text.append(f"{preview.eligible_count} will be done, {preview.refused_count} will not.")
    text.rstrip()
    return text


def _group_line(group: BatchGroup, place: Workplace) -> Text:
    sign = place.glyphs.states.get(group.state, "?")
    answer = shown(group.reason) if group.reason else "will be done"
    line = Text(f"{group.count:>7}  {sign} {group.state:<10} ")
    line.append(f"{answer}\n", "dim" if group.reason else "")
    return line
