"""The catalog: the coordinator's own types and those that agents have offered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lanner_coordinator.flow.aliases import canonical_name
from lanner_coordinator.flow.catalog import Catalog, TypeDescription
from lanner_coordinator.flow.types import (
    log,
    namespace_files,
    storage,
    subflow,
    templating,
    upkeep,
)
from lanner_coordinator.flow.types.flowables import FLOWABLES
from lanner_coordinator.flow.types.native import NATIVE_TYPES
from lanner_coordinator.flow.types.polling import polling_types
from lanner_coordinator.flow.types.triggers import TRIGGERS

_OWN_TASKS: tuple[TypeDescription, ...] = (
    *(native.description for native in NATIVE_TYPES.values()),
    *(flowable.description for flowable in FLOWABLES.values()),
    *subflow.TYPES,
    *log.ERRANDS,
    *storage.TYPES,
    *upkeep.TYPES,
    *templating.TYPES,
    *namespace_files.TYPES,
)


class KnownTypes(Catalog):
    """All types known at one moment. Immutable.

    Args:
        offered: Types that agents run; absent: no agent has told its types yet. Where one has the
            name of a type of the coordinator, that of the coordinator counts.
    """

    def __init__(self, offered: Iterable[TypeDescription] | None = None) -> None:
        self._has_agent_types = offered is not None
        of_agents = tuple(offered or ())
        types = (*of_agents, *_OWN_TASKS, *TRIGGERS, *polling_types(of_agents))
        self._tasks = {one.name: one for one in types if one.kind is not None}
        self._triggers = {one.name: one for one in types if one.kind is None}
        self._task_names = _names(self._tasks)
        self._trigger_names = _names(self._triggers)

    def with_agent_types(self, descriptions: Iterable[TypeDescription]) -> KnownTypes:
        """A catalog of the coordinator's types and exactly these of agents."""
        return KnownTypes(tuple(descriptions))

    @property
    def has_agent_types(self) -> bool:
        """Whether any agent has offered its types yet."""
        return self._has_agent_types

    def task_type(self, name: str) -> TypeDescription | None:
        """The task type of a canonical or alias name, with or without `io.kestra.plugin.`."""
        return _find(name, self._tasks, self._task_names)

    def trigger_type(self, name: str) -> TypeDescription | None:
        """The trigger type of a name, as `task_type`."""
        return _find(name, self._triggers, self._trigger_names)

    def task_types(self) -> Iterable[TypeDescription]:
        """All task types."""
        return self._tasks.values()

    def trigger_types(self) -> Iterable[TypeDescription]:
        """All trigger types."""
        return self._triggers.values()


def _names(types: Mapping[str, TypeDescription]) -> Mapping[str, str]:
    return {alias: one.name for one in types.values() for alias in one.aliases}


def _find(
    name: str, types: Mapping[str, TypeDescription], aliases: Mapping[str, str]
) -> TypeDescription | None:
    canonical = canonical_name(name)
    for candidate in (name, canonical):
        found = types.get(candidate) or types.get(aliases.get(candidate, ""))
        if found is not None:
            return found
    return None
