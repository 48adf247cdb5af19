"""All errands by task type, as work of the executor."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Mapping

from lanner_coordinator.engine.events import Event
from lanner_coordinator.engine.execution import Attempt, TaskRun
from lanner_coordinator.engine.rules.templating import type_of
from lanner_coordinator.flow.expression import ExpressionError
from lanner_coordinator.flow.types import for_each_item as types
from lanner_coordinator.flow.types import namespace_files as file_types
from lanner_coordinator.flow.types import storage as storage_types
from lanner_coordinator.flow.types.log import FETCH_TYPE
from lanner_coordinator.flow.types.native_type import NativeResult, failed
from lanner_coordinator.runtime.artifacts import ArtifactError, ArtifactStorage
from lanner_coordinator.runtime.errands.contract import Errand, Request
from lanner_coordinator.runtime.errands.fetch import Fetch
from lanner_coordinator.runtime.errands.files.concat import Concat
from lanner_coordinator.runtime.errands.files.deduplication import DeduplicateItems
from lanner_coordinator.runtime.errands.files.filtering import FilterItems
from lanner_coordinator.runtime.errands.files.plain import (
    Delete,
    PurgeCurrentExecutionFiles,
    Size,
    Write,
)
from lanner_coordinator.runtime.errands.files.reverse import Reverse
from lanner_coordinator.runtime.errands.files.split_file import SplitFile
from lanner_coordinator.runtime.errands.loop_files import LoopFiles
from lanner_coordinator.runtime.errands.merge import Merge
from lanner_coordinator.runtime.errands.namespaces.delete import DeleteFiles
from lanner_coordinator.runtime.errands.namespaces.download import DownloadFiles
from lanner_coordinator.runtime.errands.namespaces.purge import PurgeFiles
from lanner_coordinator.runtime.errands.namespaces.upload import UploadFiles
from lanner_coordinator.runtime.errands.split import Split
from lanner_coordinator.runtime.errors import CoordinatorError
from lanner_coordinator.runtime.group import Feed, Group, LiveEntry, Work, feeding
from lanner_coordinator.runtime.masking import mask
from lanner_coordinator.runtime.namespaces.files.book import FileBook
from lanner_coordinator.runtime.namespaces.files.editing import FileEditor
from lanner_coordinator.runtime.owners import owner_of
from lanner_coordinator.runtime.rendering import Rendering
from lanner_coordinator.store.errors import StoreError
from lanner_coordinator.store.protocol import Store

logger = logging.getLogger(__name__)


class Errands:
    """Knows which native tasks are errands, and does them."""

    def __init__(
        self,
        *,
        store: Store,
        storage: ArtifactStorage,
        rendering: Rendering,
        files: FileBook,
        file_editor: FileEditor,
    ) -> None:
        self._rendering = rendering
        self._loop_files = LoopFiles(storage)
        self._errands: dict[str, Errand] = {
            types.SPLIT_TYPE: Split(storage),
            types.MERGE_TYPE: Merge(store, storage),
            FETCH_TYPE: Fetch(store, storage),
            storage_types.CONCAT: Concat(storage),
            storage_types.DEDUPLICATE_ITEMS: DeduplicateItems(storage),
            storage_types.DELETE: Delete(storage),
            storage_types.FILTER_ITEMS: FilterItems(storage),
            storage_types.PURGE_CURRENT_EXECUTION_FILES: PurgeCurrentExecutionFiles(storage),
            storage_types.REVERSE: Reverse(storage),
            storage_types.SIZE: Size(storage),
            storage_types.SPLIT: SplitFile(storage),
            storage_types.WRITE: Write(storage),
            file_types.UPLOAD_FILES: UploadFiles(file_editor),
            file_types.DOWNLOAD_FILES: DownloadFiles(files, storage),
            file_types.DELETE_FILES: DeleteFiles(files, file_editor),
            file_types.PURGE_FILES: PurgeFiles(files, file_editor, store),
        }

    def add(self, errands: Mapping[str, Errand]) -> None:
        """Know errands by task type that need what is built later; before anything runs."""
        self._errands.update(errands)

    def are_for(self, type_name: str) -> bool:
        """Whether a task type is an errand."""
        return type_name in self._errands

    def take_over(
        self, entry: LiveEntry, run: TaskRun, event: Event, group: Group, feed: Feed
    ) -> bool:
        """Finish an evaluation for which a file is needed, later; whether it is one."""
        return self._loop_files.take_over(entry, run, event, group, feed)

    def start(
        self, entry: LiveEntry, attempt_id: str, run: TaskRun, group: Group, feed: Feed
    ) -> None:
        """Do an attempt once its beginning is durable, and feed its end to the execution."""
        if entry.live.execution.run_of(attempt_id) is None:
            return
        type_name = type_of(entry.live, run)
        try:
            request = self._request(entry, run)
        except (ExpressionError, ValueError) as error:
            result = failed(f'task "{run.task_id}": {error}')
            feed(entry, self._rendering.finished(attempt_id, result), group)
            return

        async def lookup() -> Work:
            result = await self._run(type_name, request)
            event = self._rendering.finished(attempt_id, result, request.secrets)
            return feeding(feed, event)

        group.look_up(entry.id, lookup)

    def _request(self, entry: LiveEntry, run: TaskRun) -> Request:
        asked = self._rendering.asked(entry, run)
        return Request(
            owner=owner_of(entry.live.execution),
            task_id=run.task_id,
            task_run_id=run.id,
            properties=asked.properties,
            secrets=asked.secrets,
            raw=asked.raw,
            child_ids=_children_beside(entry, run),
        )

    async def _run(self, type_name: str, request: Request) -> NativeResult:
        try:
            return await self._errands[type_name].run(request)
        except (ArtifactError, CoordinatorError, OSError, ValueError) as error:
            return failed(f'task "{request.task_id}": {error}')
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 - the attempt fails; the log tells where
            trace = mask("".join(traceback.format_exception(error)), request.secrets)
            logger.error("attempt of %s:\n%s", request.task_run_id, trace)
            return failed(f'task "{request.task_id}" met an unexpected error: {error}')


def _children_beside(entry: LiveEntry, run: TaskRun) -> list[str]:
    """Children of the batches that a merge belongs to; they ended just before it began."""
    if entry.live.plan.tasks[run.task_id].task.type != types.MERGE_TYPE:
        return []
    items_id = types.part_id(types.whole_id(run.task_id), types.ITEMS)
    for other in reversed(entry.live.execution.task_runs.values()):
        if other.task_id == items_id and other.parent_id == run.parent_id:
            return _awaited_children(other.attempt)
    return []


def _awaited_children(attempt: Attempt | None) -> list[str]:
    if attempt is None or attempt.children is None or not attempt.children.is_awaited:
        return []
    return list(attempt.children.ids)
