"""`store`, `fetch` and `fetchOne` of tasks that read rows become `fetchType`."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from lanner_coordinator.flow.migration.forms import Form

FETCH_TYPES: Mapping[str, str] = MappingProxyType(
    {"fetch": "FETCH", "fetchOne": "FETCH_ONE", "store": "STORE"}
)
"""What each of the older properties stands for."""

_TYPES = "io.kestra.plugin.jdbc"
_NONE = "NONE"


def booleans_to_fetch_type(form: Form) -> None:
    """Replace the one of them that says what becomes of the rows."""
    if not form.type.startswith(_TYPES):
        return
    given = [key for key in FETCH_TYPES if key in form.node.entries]
    for key in given:
        why = _why_kept(key, given, form)
        if why:
            form.keep(key, why)
            continue
        found = form.literal(key)
        name = FETCH_TYPES[key] if found is not None and found.value is True else _NONE
        form.replace_entry(key, f"fetchType: {name}", f"fetchType: {name}")


def _why_kept(key: str, given: list[str], form: Form) -> str:
    found = form.literal(key)
    if "fetchType" in form.node.entries:
        return "`fetchType` stands beside it; remove one of the two"
    if len(given) > 1:
        return f"{', '.join(f'`{one}`' for one in given)} stand together; write one `fetchType`"
    if found is None or not isinstance(found.value, bool):
        return "its value is not written out as `true` or `false`"
    if "fetchType" in form.defaults.keys:
        return "plugin defaults of the flow give a `fetchType`"
    return ""
