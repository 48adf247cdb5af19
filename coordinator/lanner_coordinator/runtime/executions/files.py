"""The files of one execution, live or archived."""

from __future__ import annotations

from collections.abc import Sequence

from lanner_coordinator.runtime.artifacts import ArtifactStorage, Owner, StoredFile
from lanner_coordinator.runtime.errors import NotFound
from lanner_coordinator.runtime.executions.references import References
from lanner_coordinator.runtime.executor import Executor
from lanner_coordinator.store.protocol import Store


class ExecutionFileLists:
    """Lists what executions have in the artifact storage."""

    def __init__(
        self,
        *,
        store: Store,
        executor: Executor,
        references: References,
        storage: ArtifactStorage,
    ) -> None:
        self._store = store
        self._executor = executor
        self._references = references
        self._storage = storage

    async def of(self, reference: str) -> Sequence[StoredFile]:
        """In order of their URIs.

        Raises:
            NotFound: There is no such execution.
            StorageUnavailable: The storage does not answer.
        """
        return await self._storage.list_execution(await self._owner(reference))

    async def _owner(self, reference: str) -> Owner:
        execution_id = await self._references.resolve(reference)
        live = self._executor.live(execution_id)
        if live is not None:
            flow = live.execution.namespace, live.execution.flow_id
        else:
            archived = await self._store.execution(execution_id)
            if archived is None:
                raise NotFound(f'no execution has the id "{execution_id}"')
            flow = archived.summary.namespace, archived.summary.flow_id
        return Owner(namespace=flow[0], flow_id=flow[1], execution_id=execution_id)
