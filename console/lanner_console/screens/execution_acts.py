"""Retry and kill, the same from every screen: ask, do, tell, and note the command."""

from __future__ import annotations

from lanner_console.dialogs.act import ActAnswer, ActDialog, ActQuestion
from lanner_console.messages import ActAccepted, BatchStarted
from lanner_console.models import BatchAct, BatchSelection, ExecutionRow
from lanner_console.op_log import command_line
from lanner_console.screens.asking import Asking

DONE = {
    BatchAct.RETRY: "is retried",
    BatchAct.KILL: "is being killed",
    BatchAct.FORCE_RUN: "runs now",
    BatchAct.UNQUEUE: "runs now",
    BatchAct.DELETE: "is deleted",
}


def ask_retry(view: Asking, row: ExecutionRow) -> None:
    """Ask for the retry of one execution from its failed tasks."""
    ask_one(view, row, BatchAct.RETRY)


def ask_kill(view: Asking, row: ExecutionRow) -> None:
    """Ask for the end of one execution."""
    ask_one(view, row, BatchAct.KILL)


def ask_batch(view: Asking, act: BatchAct, selection: BatchSelection, count: int) -> None:
    """Ask for an act on many executions, done by the coordinator."""
    question = ActQuestion(act=act, selection=selection, subject=_executions(count), word=None)

    def answered(answer: ActAnswer | None) -> None:
        if answer is not None:
            view.start("act", _start_batch, view, question, answer)

    view.app.push_screen(ActDialog(view.place, question), answered)


def ask_one(view: Asking, row: ExecutionRow, act: BatchAct) -> None:
    """Ask for an act on one execution that needs no details."""
    question = ActQuestion(
        act=act,
        selection=BatchSelection(execution_ids=(row.id,)),
        subject=f"{row.namespace}/{row.flow_id} {row.id}",
        word=row.flow_id if view.place.options.confirms_by_typing else "",
    )

    def answered(answer: ActAnswer | None) -> None:
        if answer is not None:
            view.start("act", _do_one, view, row, act, answer)

    view.app.push_screen(ActDialog(view.place, question), answered)


async def _do_one(view: Asking, row: ExecutionRow, act: BatchAct, answer: ActAnswer) -> None:
    client, reason = view.place.client, answer.reason
    if act is BatchAct.RETRY:
        call = client.retry_execution(row.id, reason=reason)
    elif act is BatchAct.KILL:
        call = client.kill_execution(row.id, reason=reason)
    else:
        call = client.act_on_execution(row.id, act, reason=reason)
    words = ["execution", act.verb, row.id]
    words += ["--reason", reason] if reason else []
    if done := await view.act(call, command_line(*words), "accepted"):
        view.app.notify(f"{done.namespace}/{done.flow_id} {done.id} {DONE[act]}")
        view.post_message(ActAccepted(done.id))


async def _start_batch(view: Asking, question: ActQuestion, answer: ActAnswer) -> None:
    place, selection = view.place, question.selection
    words = ["execution", question.act.verb, *selection.execution_ids]
    words += [] if selection.execution_ids else ["--filter", selection.filter_text]
    words += ["--max-parallel", str(answer.max_parallel)]
    words += ["--reason", answer.reason] if answer.reason else []
    call = place.client.create_batch(
        question.act,
        selection,
        max_parallel=answer.max_parallel,
        reason=answer.reason,
        request_id=place.new_id(),
    )
    if batch := await view.act(call, command_line(*words), "batch started"):
        view.post_message(BatchStarted(batch))


def _executions(count: int) -> str:
    return "1 execution" if count == 1 else f"{count} executions"
