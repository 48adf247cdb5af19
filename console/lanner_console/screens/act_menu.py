"""The menu of all acts, the same from every screen: choose, ask, do, tell, and undo."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from lanner_console.dialogs.acts import ActsDialog
from lanner_console.dialogs.change import Change, ChangeDialog, ChangeQuestion
from lanner_console.messages import ActAccepted
from lanner_console.models import ActDetails, ActOffer, BatchAct, ExecutionRow, State, TaskRunRow
from lanner_console.op_log import command_line
from lanner_console.screens.asking import Asking
from lanner_console.screens.execution_acts import ask_kill, ask_one, ask_retry
from lanner_console.screens.suspending import ask_suspend

UNDO_TIME = timedelta(seconds=10)
"""How long an act can be undone with a key."""

_ASKED_OTHERWISE: dict[BatchAct, Callable[[Asking, ExecutionRow], None]] = {
    BatchAct.RETRY: ask_retry,
    BatchAct.KILL: ask_kill,
    BatchAct.PAUSE: ask_suspend,
    BatchAct.RESUME: ask_suspend,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo:
    """What takes back the last act, for a while.

    Attributes:
        execution_id: Of which execution.
        act: What is done for that.
        details: As it was before.
        until: Last date.
    """

    execution_id: str
    act: BatchAct
    details: ActDetails
    until: datetime


class ActMenu:
    """The acts of one view.

    Attributes:
        undo: What the undo key does; absent: nothing.
    """

    def __init__(self, view: Asking) -> None:
        self._view = view
        self.undo: Undo | None = None

    def ask(self, row: ExecutionRow, run: TaskRunRow | None = None) -> None:
        """Show what can be done to an execution, or to a task run of it."""
        self._view.start("acts", self._ask, row, run, exclusive=True)

    def take_back(self) -> bool:
        """Undo the last act, if it is not too late; whether there is something to undo."""
        undo, self.undo = self.undo, None
        if undo is None or self._view.place.clock() > undo.until:
            return False
        self._view.start("act", self._undo, undo)
        return True

    async def _ask(self, row: ExecutionRow, run: TaskRunRow | None) -> None:
        view, run_id = self._view, run.id if run else ""
        call = view.place.client.list_execution_acts(row.id, task_run=run_id)
        offers = await view.ask(call)
        if offers is None:
            return
        subject = f"{row.flow_id} {row.id}" + (f" {run.task_id}" if run else "")

        def chosen(offer: ActOffer | None) -> None:
            if offer is not None:
                self._chosen(offer, row, run, subject)

        view.app.push_screen(ActsDialog(subject, offers, of_task_run=run is not None), chosen)

    def _chosen(
        self, offer: ActOffer, row: ExecutionRow, run: TaskRunRow | None, subject: str
    ) -> None:
        act = offer.act
        if act in (BatchAct.FORCE_RUN, BatchAct.UNQUEUE, BatchAct.DELETE):
            ask_one(self._view, row, act)
        elif act in _ASKED_OTHERWISE:
            _ASKED_OTHERWISE[act](self._view, row)
        else:
            self._view.start("acts", self._ask_change, act, row, run, subject)

    async def _ask_change(
        self, act: BatchAct | None, row: ExecutionRow, run: TaskRunRow | None, subject: str
    ) -> None:
        view = self._view
        inputs = {}
        if act is BatchAct.REPLAY:
            detail = await view.ask(view.place.client.get_execution(row.id))
            inputs = dict(detail.inputs) if detail else {}
        question = ChangeQuestion(
            act=act,
            subject=subject,
            task_run=run.id if run else "",
            state=row.state,
            labels=row.labels,
            inputs=inputs,
        )

        def answered(change: Change | None) -> None:
            if change is not None:
                view.start("act", self._do, act, row, run, change)

        view.app.push_screen(ChangeDialog(view.place, question), answered)

    async def _do(
        self, act: BatchAct | None, row: ExecutionRow, run: TaskRunRow | None, change: Change
    ) -> None:
        view, client = self._view, self._view.place.client
        reason, state = change.reason, change.details.state
        words = _words(act, row, run, change)
        if act is None:
            run_id, to = run.id if run else "", state or State.UNKNOWN
            call = client.mark_task_run(row.id, run_id, to, reason=reason)
        else:
            call = client.act_on_execution(row.id, act, change.details, reason=reason)
        done = await view.act(call, command_line(*words), "accepted")
        if done is None:
            return
        before = _before(act, row)
        if act is not None and before is not None:
            until = view.place.clock() + UNDO_TIME
            self.undo = Undo(execution_id=row.id, act=act, details=before, until=until)
        again = " · u takes it back" if before is not None else ""
        view.app.notify(f"{' '.join(words[1:2])} {done.id}: {done.state}{again}")
        view.post_message(ActAccepted(done.id))

    async def _undo(self, undo: Undo) -> None:
        view = self._view
        call = view.place.client.act_on_execution(undo.execution_id, undo.act, undo.details)
        words = ["execution", undo.act.verb, undo.execution_id, *_detail_words(undo.details)]
        if done := await view.act(call, command_line(*words), "undone"):
            view.app.notify(f"{done.id} is as it was")
            view.post_message(ActAccepted(done.id))


def _before(act: BatchAct | None, row: ExecutionRow) -> ActDetails | None:
    """What brings back how it was; absent: the act cannot be undone."""
    if act is BatchAct.CHANGE_STATE:
        return ActDetails(state=row.state)
    if act is BatchAct.SET_LABELS:
        return ActDetails(labels=dict(row.labels), replaces_labels=True)
    return None


def _words(
    act: BatchAct | None, row: ExecutionRow, run: TaskRunRow | None, change: Change
) -> list[str]:
    words = ["execution", act.verb if act else "mark", row.id]
    words += [run.id] if act is None and run else []
    words += _detail_words(change.details)
    return words + (["--reason", change.reason] if change.reason else [])


def _detail_words(details: ActDetails) -> list[str]:
    words = ["--to", details.state] if details.state else []
    words += [word for key, value in details.labels.items() for word in ("-l", f"{key}={value}")]
    words += ["--replace"] if details.replaces_labels else []
    words += ["--from", details.task_run] if details.task_run else []
    words += [word for key, value in details.inputs.items() for word in ("-i", f"{key}={value}")]
    if details.revision:
        words += ["--revision", "latest" if details.revision < 0 else str(details.revision)]
    return words
