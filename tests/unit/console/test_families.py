from __future__ import annotations

from lanner_console.models import AttemptRow, ExecutionDetail, ExecutionRow, State, TaskRunRow
from lanner_console.screens.task_rows import task_rows


def test_the_tree_says_which_executions_belong_together() -> None:
    def run(task_id: str, *child_ids: str, count: int) -> TaskRunRow:
        attempt = AttemptRow(
            id="1", number=1, state=State.RUNNING, child_ids=child_ids, child_count=count
        )
        return TaskRunRow(
            id=task_id, task_id=task_id, type="", state=State.RUNNING, attempts=(attempt,)
        )

    row = ExecutionRow(
        id="E", namespace="n", flow_id="f", flow_revision=1, state=State.RUNNING, created_at=None
    )
    runs = [run("call", "C1", count=1), run("each_items", "C2", "C3", count=26)]
    detail = ExecutionDetail(
        row=row, task_runs={one.id: one for one in runs}, started_by_execution_id="P"
    )

    assert [one.note for one in task_rows(detail)] == [
        "started by execution P",
        "execution C1",
        "26 executions",
    ]
