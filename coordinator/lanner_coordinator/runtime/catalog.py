"""The task types known now: the coordinator's own and those that agents have offered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from lanner_coordinator.flow.catalog import Catalog, TypeDescription
from lanner_coordinator.flow.known_types import KnownTypes


class CatalogHolder:
    """Holds the current catalog, which is immutable itself.

    What an agent offered once stays known when the agent goes away: flows that use it stay valid,
    their tasks wait. Before the first offer unknown types are only warned of.
    """

    def __init__(self) -> None:
        self._offers: dict[str, Sequence[TypeDescription]] = {}
        self._current = KnownTypes()
        self._listeners: list[Callable[[], None]] = []

    @property
    def current(self) -> KnownTypes:
        """The catalog now."""
        return self._current

    @property
    def tolerant(self) -> Catalog:
        """The catalog now for sources that are stored: unknown types are only warned of."""
        return TolerantTypes(self._current)

    def secret_outputs(self, type_name: str) -> frozenset[str]:
        """Names of the outputs that a task type declares to be secrets, by `writeOnly`."""
        described = self._current.task_type(type_name)
        properties = described.outputs_schema.get("properties") if described else None
        if not isinstance(properties, Mapping):
            return frozenset()
        return frozenset(
            name
            for name, schema in properties.items()
            if isinstance(schema, Mapping) and schema.get("writeOnly") is True
        )

    def on_change(self, listener: Callable[[], None]) -> None:
        """Call `listener` whenever the catalog has become another one."""
        self._listeners.append(listener)

    def offer(self, agent_id: str, types: Sequence[TypeDescription]) -> None:
        """An agent runs these types; replaces what it offered before.

        Where several agents offer a type of the same name, the newest offer counts.
        """
        if list(self._offers.get(agent_id, ())) == list(types) and agent_id in self._offers:
            return
        self._offers.pop(agent_id, None)
        self._offers[agent_id] = tuple(types)
        by_name = {one.name: one for offered in self._offers.values() for one in offered}
        self._current = self._current.with_agent_types(by_name.values())
        for listener in self._listeners:
            listener()


class TolerantTypes(Catalog):
    """A catalog that may still grow: what it does not know is no error."""

    def __init__(self, known: Catalog) -> None:
        self._known = known

    @property
    def has_agent_types(self) -> bool:
        """No: more may turn up."""
        return False

    def task_type(self, name: str) -> TypeDescription | None:
        """As the catalog below."""
        return self._known.task_type(name)

    def trigger_type(self, name: str) -> TypeDescription | None:
        """As the catalog below."""
        return self._known.trigger_type(name)

    def task_types(self) -> Iterable[TypeDescription]:
        """As the catalog below."""
        return self._known.task_types()

    def trigger_types(self) -> Iterable[TypeDescription]:
        """As the catalog below."""
        return self._known.trigger_types()
