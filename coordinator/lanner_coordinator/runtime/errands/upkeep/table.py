"""All errands of upkeep, by task type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from lanner_coordinator.flow.types import upkeep
from lanner_coordinator.runtime.artifacts import ArtifactStorage
from lanner_coordinator.runtime.errands.contract import Errand
from lanner_coordinator.runtime.errands.upkeep.count import Count, ExecutionCounter
from lanner_coordinator.runtime.errands.upkeep.kill import Kill, Killer
from lanner_coordinator.runtime.errands.upkeep.purge_executions import PurgeExecutions, Remover
from lanner_coordinator.runtime.errands.upkeep.purge_flows import PurgeFlows
from lanner_coordinator.runtime.errands.upkeep.purge_keys import KeyRemover, PurgeKeys
from lanner_coordinator.runtime.errands.upkeep.purge_logs import PurgeLogs
from lanner_coordinator.runtime.errands.upkeep.purge_metrics import PurgeMetrics
from lanner_coordinator.runtime.flows.purging import RevisionPurger
from lanner_coordinator.store.protocol import Store


class Acting(Killer, Remover, Protocol):
    """Kills and removes executions."""


def upkeep_errands(
    *,
    store: Store,
    storage: ArtifactStorage,
    executions: ExecutionCounter,
    acts: Acting,
    keys: KeyRemover,
    revisions: RevisionPurger,
) -> Mapping[str, Errand]:
    """All of them."""
    return {
        upkeep.COUNT: Count(executions),
        upkeep.KILL: Kill(acts),
        upkeep.PURGE_EXECUTIONS: PurgeExecutions(store, storage, acts),
        upkeep.PURGE_FLOWS: PurgeFlows(revisions),
        upkeep.PURGE_KEYS: PurgeKeys(keys),
        upkeep.PURGE_LOGS: PurgeLogs(store),
        upkeep.PURGE_METRICS: PurgeMetrics(store),
    }
