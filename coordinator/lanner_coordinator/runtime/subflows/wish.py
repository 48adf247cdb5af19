"""What a Subflow or ForEachItem asks for, read from its rendered properties."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from lanner_coordinator.flow.expression import is_truthy
from lanner_coordinator.flow.instants import parse_instant
from lanner_coordinator.flow.types.execution import label_pairs
from lanner_coordinator.flow.types.native_type import shown
from lanner_coordinator.runtime.masking import mask

CHILD_PROPERTIES = ("outputs",)
"""Properties whose expressions see the child, so that they are not rendered for the parent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubflowWish:
    """One child that is wanted.

    Attributes:
        namespace: Of its flow.
        flow_id: Of its flow.
        revision: Of its flow; 0: the current one.
        inputs: Raw values by input id.
        labels: Added to those of the flow.
        inherits_labels: It gets the labels of its parent too.
        is_awaited: The task ends when it has ended.
        is_transmitted: The task ends as it does.
        schedule_at: Not before; absent: at once.
        restarts_failed: A restart of the parent restarts it rather than starting another one.
        count: How many children there will be; 0: nothing is to be started.
        iteration: Index of its batch; absent: it is the only child.
        secrets: Texts of all that must not come into an error.
    """

    namespace: str
    flow_id: str
    revision: int = 0
    inputs: Mapping[str, object] = field(default_factory=dict, repr=False)
    labels: Mapping[str, str] = field(default_factory=dict)
    inherits_labels: bool = False
    is_awaited: bool = True
    is_transmitted: bool = True
    schedule_at: datetime | None = None
    restarts_failed: bool = True
    count: int = 1
    iteration: int | None = None
    secrets: frozenset[str] = field(default=frozenset(), repr=False)


def read_wish(properties: Mapping[str, object], secrets: frozenset[str]) -> SubflowWish:
    """What rendered properties ask for.

    Raises:
        ValueError: They make no sense; says why, without the secrets.
    """
    try:
        wish = _read(properties)
        labels = {name: mask(text, secrets) for name, text in wish.labels.items()}
        return replace(wish, labels=labels, secrets=secrets)
    except ValueError as error:
        raise ValueError(mask(str(error), secrets)) from None


def _read(properties: Mapping[str, object]) -> SubflowWish:
    inputs = properties.get("inputs") or {}
    if not isinstance(inputs, Mapping):
        raise ValueError("`inputs` must be a map")
    return SubflowWish(
        namespace=_name(properties, "namespace"),
        flow_id=_name(properties, "flowId"),
        revision=_revision(properties.get("revision")),
        inputs={str(name): value for name, value in inputs.items()},
        labels=label_pairs(properties.get("labels") or {}),
        inherits_labels=is_truthy(properties.get("inheritLabels", False)),
        is_awaited=is_truthy(properties.get("wait", True)),
        is_transmitted=is_truthy(properties.get("transmitFailed", True)),
        schedule_at=_date(properties.get("scheduleDate")),
        restarts_failed=properties.get("restartBehavior") != "NEW_EXECUTION",
    )


def _name(properties: Mapping[str, object], key: str) -> str:
    name = shown(properties.get(key)).strip()
    if not name:
        raise ValueError(f"`{key}` is empty: it must name a flow")
    return name


def _revision(value: object) -> int:
    if value is None or value == "":
        return 0
    written = shown(value)
    if not written.isdigit() or not int(written):
        raise ValueError(f"`revision` must be a number from 1 on, not `{written}`")
    return int(written)


def _date(value: object) -> datetime | None:
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return value
    return parse_instant(shown(value))
