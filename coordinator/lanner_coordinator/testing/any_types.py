"""A catalog for tests: what fixtures answer need not be there."""

from __future__ import annotations

from collections.abc import Iterable

from lanner_coordinator.flow.aliases import canonical_name
from lanner_coordinator.flow.catalog import Catalog, TypeDescription
from lanner_coordinator.flow.model import TaskKind
from lanner_coordinator.flow.types.elsewhere import TASKS_NOT_RUN, TRIGGERS_NOT_RUN
from lanner_coordinator.flow.types.schemas import PREFIX

_CORE = f"{PREFIX}core."


class AnyTypes(Catalog):
    """The known types, and any other outside of `core`: as if an agent offered it."""

    def __init__(self, known: Catalog) -> None:
        self._known = known

    @property
    def has_agent_types(self) -> bool:
        """Yes: nothing more will turn up."""
        return True

    def task_type(self, name: str) -> TypeDescription | None:
        """A known type, or a description that allows anything."""
        found = self._known.task_type(name)
        if found is not None or self._known.trigger_type(name) is not None:
            return found
        return _allowed(name, TASKS_NOT_RUN, TRIGGERS_NOT_RUN, TaskKind.AGENT)

    def trigger_type(self, name: str) -> TypeDescription | None:
        """A known type, or a description that allows anything."""
        found = self._known.trigger_type(name)
        if found is not None or self._known.task_type(name) is not None:
            return found
        return _allowed(name, TRIGGERS_NOT_RUN, TASKS_NOT_RUN, None)

    def task_types(self) -> Iterable[TypeDescription]:
        """The known ones."""
        return self._known.task_types()

    def trigger_types(self) -> Iterable[TypeDescription]:
        """The known ones."""
        return self._known.trigger_types()


def _allowed(
    name: str, own: Iterable[str], others: Iterable[str], kind: TaskKind | None
) -> TypeDescription | None:
    canonical = canonical_name(name)
    if canonical in others or (canonical.startswith(_CORE) and canonical not in own):
        return None
    return TypeDescription(name=canonical, kind=kind)
