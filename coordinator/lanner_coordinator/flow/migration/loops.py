"""`EachSequential` and `EachParallel` become `ForEach`, `debug.Echo` becomes `log.Log`.

`Loop` of Kestra 2.0 runs each value as an execution of its own, whose outputs later tasks cannot
read: a loop never becomes one here.
"""

from __future__ import annotations

from lanner_coordinator.flow.migration.forms import Form
from lanner_coordinator.flow.nodes import ListNode, ScalarNode
from lanner_coordinator.flow.types.schemas import PREFIX

_FOR_EACH = f"{PREFIX}core.flow.ForEach"
_EACH_SEQUENTIAL = f"{PREFIX}core.flow.EachSequential"
_EACH_PARALLEL = f"{PREFIX}core.flow.EachParallel"
_ECHO = f"{PREFIX}core.debug.Echo"
_LOG = f"{PREFIX}core.log.Log"


def older_types(form: Form) -> None:
    """Give a task the type that replaces its own, where it does the same."""
    if form.type == _EACH_SEQUENTIAL:
        _retype(form, _FOR_EACH, {"value": "values"})
    elif form.type == _EACH_PARALLEL:
        _each_parallel(form)
    elif form.type == _ECHO:
        _retype(form, _LOG, {"format": "message"})


def _each_parallel(form: Form) -> None:
    tasks = form.node.entries.get("tasks")
    if not isinstance(tasks, ListNode) or len(tasks.items) != 1:
        why = "it runs all of its tasks at once, ForEach one after the other; wrap them in Parallel"
        _keep(form, why)
        return
    if not _retype(form, _FOR_EACH, {"value": "values", "concurrent": "concurrencyLimit"}):
        return
    if "concurrent" not in form.node.entries:
        at = form.node.keys["type"]
        is_block = form.extents.starts_entry(at.start)
        behind = f"\n{form.indentation('type')}" if is_block else ", "
        # Without a limit all values run at once, as before.
        form.edits.put(at.start, at.start, f"concurrencyLimit: 0{behind}")


def _retype(form: Form, name: str, keys: dict[str, str]) -> bool:
    kind = form.node.entries["type"]
    if not isinstance(kind, ScalarNode):
        return False
    if not form.defaults.are_the_same_for(form.type, name):
        _keep(form, f"plugin defaults of the flow differ for `{name}`")
        return False
    taken = [new for old, new in keys.items() if new in form.node.entries]
    if taken:
        _keep(form, f"`{taken[0]}` is there already")
        return False
    short = not kind.text.startswith("io.kestra.")
    form.edits.rename(kind, name.removeprefix(PREFIX) if short else name)
    for old, new in keys.items():
        if old in form.node.entries:
            form.edits.rename(form.node.keys[old], new)
    return True


def _keep(form: Form, why: str) -> None:
    kind = form.node.entries["type"]
    name = kind.text if isinstance(kind, ScalarNode) else form.type
    form.edits.keep(kind.line, name, why)
