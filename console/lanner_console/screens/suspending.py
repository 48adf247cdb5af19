"""Pause and resume, the same from every screen: ask, do, tell, and note the command."""

from __future__ import annotations

from lanner_console.dialogs.resume import ResumeDialog
from lanner_console.dialogs.review import ReviewDialog
from lanner_console.messages import ActAccepted
from lanner_console.models import ExecutionRow, State
from lanner_console.op_log import command_line
from lanner_console.screens.asking import Asking
from lanner_proto.errors import LannerError


def ask_suspend(view: Asking, row: ExecutionRow) -> None:
    """Resume an execution that is paused, pause one that runs."""
    if row.state is State.PAUSED:
        view.start("act", _ask_resume, view, row)
    else:
        view.start("act", _pause, view, row)


async def _pause(view: Asking, row: ExecutionRow) -> None:
    command = command_line("execution", "pause", row.id)
    if done := await view.act(view.place.client.pause_execution(row.id), command, "accepted"):
        view.app.notify(f"{done.namespace}/{done.flow_id} {done.id} is paused")
        view.post_message(ActAccepted(done.id))


async def _ask_resume(view: Asking, row: ExecutionRow) -> None:
    try:
        pauses = await view.place.client.list_pauses(row.id)
    except LannerError as error:
        view.app.notify(error.message, severity="error")
        return
    if not pauses:
        view.app.notify("It is not paused any more", severity="warning")
        return

    def answered(done: ExecutionRow | None) -> None:
        if done is not None:
            view.app.notify(f"{done.namespace}/{done.flow_id} {done.id} goes on")
            view.post_message(ActAccepted(done.id))

    first = pauses[0]
    dialog: ResumeDialog | ReviewDialog
    if first.review is not None:
        dialog = ReviewDialog(view.place, row, first, first.review)
    else:
        dialog = ResumeDialog(view.place, row, first)
    view.app.push_screen(dialog, answered)
