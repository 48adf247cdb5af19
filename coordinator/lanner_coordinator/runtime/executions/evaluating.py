"""What a text with expressions comes to in an execution that is there, for people who look for why.

As Kestra's "debug expression", but for secrets: what is shown here has none in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lanner_coordinator.engine.execution import LiveExecution
from lanner_coordinator.flow.expression import ExpressionError
from lanner_coordinator.runtime.errors import NotFound
from lanner_coordinator.runtime.executions.reading import ExecutionReader
from lanner_coordinator.runtime.executions.references import References
from lanner_coordinator.runtime.executions.run_references import find_run
from lanner_coordinator.runtime.group import LiveEntry
from lanner_coordinator.runtime.log_writer import ERROR_LINES_LIMIT
from lanner_coordinator.runtime.rendering import Rendering
from lanner_coordinator.runtime.wanted import Wanted, when_all_is_read
from lanner_coordinator.store.protocol import Store
from lanner_coordinator.store.records import LogQuery, LogRecord

LONGEST_RESULT = 1_000_000
"""Characters of a result that is shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """What came of it.

    Attributes:
        result: What the text comes to; absent: nothing.
        error: Why it comes to nothing.
    """

    result: str | None = None
    error: str = ""


class Evaluator:
    """Evaluates in executions, live and archived."""

    def __init__(
        self,
        *,
        store: Store,
        references: References,
        reader: ExecutionReader,
        rendering: Rendering,
    ) -> None:
        self._store = store
        self._references = references
        self._reader = reader
        self._rendering = rendering

    async def evaluate(self, reference: str, task_run: str, text: str) -> Evaluation:
        """What a text comes to.

        Args:
            reference: Id, unique start of one, `@latest` or `@failed`.
            task_run: Id, `task` or `task[value]`; empty: the execution itself.
            text: With expressions.

        Raises:
            NotFound: No such execution, task run, or revision.
        """
        execution_id = await self._references.resolve(reference)
        return await when_all_is_read(lambda: self._now(execution_id, task_run, text))

    async def _now(self, execution_id: str, task_run: str, text: str) -> Evaluation:
        """What a text comes to; raises Wanted where a file must be fetched first."""
        found = await self._reader.look_at(
            execution_id, lambda entry: self._look(entry, task_run, text)
        )
        if found is None:
            return await self._archived(execution_id, task_run, text)
        if not isinstance(found, Evaluation):
            raise found
        return found

    def _look(self, entry: LiveEntry, task_run: str, text: str) -> Evaluation | NotFound | Wanted:
        """Within the executor's group, which an error would undo."""
        try:
            return self._evaluate(entry.live, task_run, text, entry.error_lines)
        except (NotFound, Wanted) as error:
            return error

    async def _archived(self, execution_id: str, task_run: str, text: str) -> Evaluation:
        view = await self._reader.archived_view(execution_id)
        execution = view.execution
        if view.plan is None:
            raise NotFound(
                f"revision {execution.flow_revision} of the flow "
                f'"{execution.namespace}/{execution.flow_id}" is not there any more'
            )
        query = LogQuery(execution_id=execution_id, min_level="ERROR")
        lines = await self._store.last_logs(query, limit=ERROR_LINES_LIMIT)
        return self._evaluate(LiveExecution(execution, view.plan), task_run, text, lines)

    def _evaluate(
        self, live: LiveExecution, task_run: str, text: str, error_lines: Sequence[LogRecord]
    ) -> Evaluation:
        run = find_run(live.execution, task_run) if task_run else None
        try:
            result = self._rendering.shown(live, run, text, error_lines)
        except ExpressionError as error:
            return Evaluation(error=str(error))
        if len(result) > LONGEST_RESULT:
            return Evaluation(
                error=f"the result has {len(result):,} characters; {LONGEST_RESULT:,} are shown "
                "at most: ask for a part of it"
            )
        return Evaluation(result=result)
