"""Labels of a new execution."""

from __future__ import annotations

from collections.abc import Mapping

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
            raise InvalidRequest(
                f'the label "{name}" cannot be given: labels that start with '
                f'"{SYSTEM_PREFIX}" are set by Lanner itself'
            )
    own = {name: value for name, value in of_flow.items() if not name.startswith(SYSTEM_PREFIX)}
    return {**own, **given, CORRELATION_LABEL: execution_id}
