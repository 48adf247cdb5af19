"""Older names of Kestra's types."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from lanner_coordinator.flow.types.schemas import PREFIX

_CORE = f"{PREFIX}core."


def _package(old: str, new: str, names: Sequence[str]) -> Mapping[str, str]:
    return {f"{old}.{name}": f"{_CORE}{new}.{name}" for name in names}


_SAME_NAME: Mapping[str, str] = {
    **_package(
        "io.kestra.core.tasks.flows",
        "flow",
        (
            "AllowFailure", "Dag", "EachParallel", "EachSequential", "ForEachItem", "If",
            "Parallel", "Pause", "Sequential", "Subflow", "Switch", "Template", "WorkingDirectory",
        ),
    ),
    **_package("io.kestra.core.tasks.debugs", "debug", ("Echo", "Return")),
    **_package("io.kestra.core.tasks.log", "log", ("Log", "Fetch")),
    **_package("io.kestra.core.tasks.executions", "execution", ("Fail", "Labels")),
    **_package("io.kestra.core.tasks.states", "state", ("Get", "Set", "Delete")),
    **_package(
        "io.kestra.core.tasks.storages",
        "storage",
        (
            "Concat", "DeduplicateItems", "Delete", "FilterItems", "LocalFiles", "Reverse", "Size",
            "Split",
        ),
    ),
    **_package("io.kestra.core.tasks.templating", "templating", ("TemplatedTask",)),
    **_package("io.kestra.core.tasks.trigger", "trigger", ("Toggle",)),
    **_package("io.kestra.plugin.fs.http", "http", ("Request", "Download", "Trigger")),
    **_package("io.kestra.core.models.triggers.types", "trigger", ("Flow", "Schedule", "Webhook")),
}  # fmt: skip

_OTHER_NAME: Mapping[str, str] = {
    "io.kestra.core.tasks.flows.Flow": f"{_CORE}flow.Subflow",
    "io.kestra.core.tasks.flows.Worker": f"{_CORE}flow.WorkingDirectory",
    f"{_CORE}flow.WaitFor": f"{_CORE}flow.LoopUntil",
    "io.kestra.core.tasks.executions.Counts": f"{_CORE}execution.Count",
    "io.kestra.core.tasks.storages.Purge": f"{_CORE}execution.PurgeExecutions",
    f"{_CORE}storage.Purge": f"{_CORE}execution.PurgeExecutions",
    "io.kestra.core.tasks.storages.PurgeExecution": f"{_CORE}storage.PurgeCurrentExecutionFiles",
    f"{_CORE}storage.PurgeExecution": f"{_CORE}storage.PurgeCurrentExecutionFiles",
    "io.kestra.core.tasks.scripts.Bash": f"{PREFIX}scripts.shell.Commands",
    "io.kestra.core.tasks.scripts.Python": f"{PREFIX}scripts.python.Commands",
    "io.kestra.core.tasks.scripts.Node": f"{PREFIX}scripts.node.Commands",
}

ALIASES: Mapping[str, str] = MappingProxyType({**_SAME_NAME, **_OTHER_NAME})
"""Present names by older ones."""


REPLACED_TYPES: Mapping[str, str] = MappingProxyType(
    {
        f"{_CORE}debug.Echo": f"Use `{_CORE}log.Log`.",
        f"{_CORE}flow.EachSequential": f"Use `{_CORE}flow.ForEach`.",
        f"{_CORE}flow.EachParallel": f"Use `{_CORE}flow.ForEach` with `concurrencyLimit: 0`.",
        f"{_CORE}flow.Template": f"Use `{_CORE}flow.Subflow`.",
        f"{_CORE}state.Get": f"Use `{_CORE}kv.Get`.",
        f"{_CORE}state.Set": f"Use `{_CORE}kv.Set`.",
        f"{_CORE}state.Delete": f"Use `{_CORE}kv.Delete`.",
        f"{_CORE}storage.LocalFiles": "Use `inputFiles` and `outputFiles` of WorkingDirectory.",
    }
)
"""What to use instead, by types that still run and have a better successor."""


def canonical_name(name: str) -> str:
    """The present name of a type: aliases replaced, the optional prefix added."""
    full = name if name.startswith("io.kestra.") else f"{PREFIX}{name}"
    return ALIASES.get(full, full)
