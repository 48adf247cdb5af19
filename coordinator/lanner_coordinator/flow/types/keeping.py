"""What a native type consists of that reads and changes the key-value store."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

from lanner_coordinator.flow.catalog import TypeDescription
from lanner_coordinator.flow.key_values import KeyValueType
from lanner_coordinator.flow.types.native_type import NativeResult

MISSING = object()
"""Stands for a value that is not there; null is one that is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A value that is to be set.

    Attributes:
        value: As rendered.
        type: That it must have; absent: the one that it has.
        lasts: How long it is there; absent: for ever.
        description: For people; absent: what it had.
        may_overwrite: Whether there may be one already.
    """

    value: object = field(repr=False)
    type: KeyValueType | None = None
    lasts: timedelta | None = None
    description: str | None = None
    may_overwrite: bool = True


class KeyValues(Protocol):
    """The store as one task run sees it; changes are durable together with the end of its attempt.

    Where `namespace` is absent, the flow's own is meant, and reading looks in those above it too.
    """

    @property
    def namespace(self) -> str:
        """Of the flow."""

    @property
    def flow_id(self) -> str:
        """Of the flow."""

    @property
    def iteration_value(self) -> str:
        """Value of the iteration that the task run is in; empty: none."""

    def get(self, key: str, namespace: str | None = None) -> object:
        """A value, or `MISSING`."""

    def set(self, key: str, setting: Setting, namespace: str | None = None) -> None:
        """Set a value.

        Raises:
            ValueError: The key or the value is wrong, the namespace unknown, or one is there that
                may not be overwritten; a sentence.
        """

    def delete(self, key: str, namespace: str | None = None) -> bool:
        """Remove a value; whether there was one."""

    def keys(self, prefix: str, namespace: str | None = None) -> Sequence[str]:
        """Keys of a namespace that start with a text, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepingType:
    """A type and the function that does its work with the key-value store.

    Attributes:
        description: Of the type.
        run: Takes the rendered properties and the store.
        text_properties: Those in which every text stays a text when it is rendered, also one that
            is a whole expression.
    """

    description: TypeDescription
    run: Callable[[Mapping[str, object], KeyValues], NativeResult]
    text_properties: frozenset[str] = frozenset()
