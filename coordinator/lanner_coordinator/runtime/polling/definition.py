"""A trigger that agents look for, as a flow's source defines it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

from lanner_coordinator.flow.duration import Sign, parse_duration, sign_complaint
from lanner_coordinator.flow.model import Flow, Trigger
from lanner_coordinator.flow.types.polling import (
    DEFAULT_INTERVAL,
    INTERVAL,
    POLLING_TYPES,
    PollingType,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """A trigger that agents look for.

    Attributes:
        trigger: As the flow has it.
        kind: Its type.
        interval: How long it rests after each look.
        is_active: The source lets it start executions by itself.
    """

    trigger: Trigger
    kind: PollingType
    interval: timedelta
    is_active: bool

    @property
    def condition(self) -> str:
        """When it looks, for people."""
        return f"every {self.trigger.properties.get(INTERVAL) or DEFAULT_INTERVAL}"

    @property
    def question(self) -> object:
        """What makes the expression that tells whether something was found; unrendered."""
        given = self.trigger.properties.get(self.kind.condition_property)
        return self.kind.condition if given is None else given

    @property
    def asked(self) -> Mapping[str, object]:
        """Properties of the task that looks, unrendered."""
        given = self.trigger.properties.items()
        own = {INTERVAL, *self.kind.own}
        return {**{name: one for name, one in given if name not in own}, **self.kind.fixed}

    def looks_like(self, other: Poll) -> bool:
        """Whether a look that was begun for the other one serves this one."""
        return (
            self.kind == other.kind
            and self.trigger.properties == other.trigger.properties
            and self.trigger.agent_labels == other.trigger.agent_labels
        )


def is_polling(type_name: str) -> bool:
    """Whether agents look for triggers of a type."""
    return type_name in POLLING_TYPES


def poll_of(flow: Flow | None, trigger_id: str) -> Poll | None:
    """A trigger of a flow; absent: there is no such one, or no agent looks for it."""
    if flow is None:
        return None
    trigger = next((one for one in flow.triggers if one.id == trigger_id), None)
    kind = POLLING_TYPES.get(trigger.type) if trigger is not None else None
    if trigger is None or kind is None:
        return None
    interval = _interval(str(trigger.properties.get(INTERVAL) or DEFAULT_INTERVAL))
    if interval is None:
        return None
    return Poll(
        trigger=trigger,
        kind=kind,
        interval=interval,
        is_active=not trigger.is_disabled and not flow.is_disabled,
    )


@lru_cache(maxsize=1_024)
def _interval(text: str) -> timedelta | None:
    """The length of an interval; absent: it makes no sense. Asked for at each look."""
    try:
        interval = parse_duration(text)
    except ValueError:
        return None
    return None if sign_complaint(interval, Sign.POSITIVE) else interval
