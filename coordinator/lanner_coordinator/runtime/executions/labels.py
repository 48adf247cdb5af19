"""Labels of a new execution."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from lanner_coordinator.runtime.errors import InvalidRequest

SYSTEM_PREFIX = "system."
"""Labels that only Lanner itself sets."""

CORRELATION_LABEL = "system.correlationId"
"""Id of the execution at the root of those that belong together."""


def merged_labels(
    of_flow: Mapping[str, str], given: Mapping[str, str], execution_id: str
) -> dict[str, str]:
    """The flow's labels, then given ones (which win), then those of the system.

    Raises:
        InvalidRequest: A given label has no name, or one of the system's.
    """
    for name in given:
        if not name:
            raise InvalidRequest("a label needs a name")
        if name.startswith(SYSTEM_PREFIX):
            raise InvalidRequest(_reserved(name))
    own = {name: value for name, value in of_flow.items() if not name.startswith(SYSTEM_PREFIX)}
    return {**own, **given, CORRELATION_LABEL: execution_id}


def changed_labels(
    before: Mapping[str, str],
    given: Mapping[str, str],
    removed: Collection[str],
    *,
    replaces: bool,
) -> dict[str, str]:
    """Labels of an ended execution after a person changed them; those of the system stay.

    Raises:
        InvalidRequest: A label has no name, or it is one of the system's and would change.
    """
    for name, value in given.items():
        if not name:
            raise InvalidRequest("a label needs a name")
        if name.startswith(SYSTEM_PREFIX) and before.get(name) != value:
            raise InvalidRequest(_reserved(name))
    for name in removed:
        if name.startswith(SYSTEM_PREFIX):
            raise InvalidRequest(_reserved(name))
    kept = {
        name: value
        for name, value in before.items()
        if name.startswith(SYSTEM_PREFIX) or not (replaces or name in removed)
    }
    return {**kept, **given}


def _reserved(name: str) -> str:
    return (
        f'the label "{name}" cannot be given: labels that start with "{SYSTEM_PREFIX}" are set '
        "by Lanner itself"
    )
