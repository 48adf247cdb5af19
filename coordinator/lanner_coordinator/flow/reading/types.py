"""Finds the type that a task or trigger names and explains why there is none."""

from __future__ import annotations

from lanner_coordinator.flow.aliases import ALIASES, REPLACED_TYPES, canonical_name
from lanner_coordinator.flow.catalog import TypeDescription
from lanner_coordinator.flow.codes import Code
from lanner_coordinator.flow.nodes import Node
from lanner_coordinator.flow.reading.context import Context
from lanner_coordinator.flow.suggest import did_you_mean
from lanner_coordinator.flow.types.elsewhere import TASKS_NOT_RUN, TRIGGERS_NOT_RUN
from lanner_coordinator.flow.types.schemas import PREFIX

_CORE = f"{PREFIX}core."


def find_task_type(name: str, at: Node, context: Context) -> TypeDescription | None:
    """The task type of a name; what is wrong with it is reported."""
    found = context.catalog.task_type(name)
    if found is not None:
        _warn_of_old_name(name, found.name, at, context)
        return found
    canonical = canonical_name(name)
    if context.catalog.trigger_type(name) or canonical in TRIGGERS_NOT_RUN:
        _elsewhere(canonical, "trigger", "`triggers`", at, context)
    elif canonical in TASKS_NOT_RUN:
        _not_run(canonical, at, context)
    elif not context.catalog.has_agent_types and not canonical.startswith(_CORE):
        context.report.warn(
            Code.TYPE_NOT_KNOWN_YET,
            f"The task type `{name}` is not known yet: no agent has told which types it runs",
            at,
        )
    else:
        names = [one.name for one in context.catalog.task_types()]
        _unknown("task", name, names, at, context)
    return None


def find_trigger_type(name: str, at: Node, context: Context) -> TypeDescription | None:
    """The trigger type of a name; what is wrong with it is reported."""
    found = context.catalog.trigger_type(name)
    if found is not None:
        _warn_of_old_name(name, found.name, at, context)
        return found
    canonical = canonical_name(name)
    if context.catalog.task_type(name) or canonical in TASKS_NOT_RUN:
        _elsewhere(canonical, "task", "`tasks`", at, context)
    elif canonical in TRIGGERS_NOT_RUN:
        _not_run(canonical, at, context)
    else:
        names = [one.name for one in context.catalog.trigger_types()]
        _unknown("trigger", name, names, at, context)
    return None


def _warn_of_old_name(name: str, canonical: str, at: Node, context: Context) -> None:
    full = name if name.startswith("io.kestra.") else f"{PREFIX}{name}"
    if full in ALIASES:
        context.report.warn(
            Code.DEPRECATED, f"The type `{name}` has a new name", at, hint=f"Write `{canonical}`."
        )
    elif canonical in REPLACED_TYPES:
        context.report.warn(
            Code.DEPRECATED,
            f"The type `{name}` is deprecated",
            at,
            hint=REPLACED_TYPES[canonical],
        )


def _elsewhere(canonical: str, kind: str, key: str, at: Node, context: Context) -> None:
    message = f"`{canonical}` is a {kind} and cannot stand here"
    context.report.error(Code.TYPE_ELSEWHERE, message, at, hint=f"Put it into {key}.")


def _not_run(canonical: str, at: Node, context: Context) -> None:
    message = f"`{canonical}` is a type of Kestra that this version does not run yet"
    context.report.error(Code.TYPE_NOT_RUN, message, at)


def _unknown(kind: str, name: str, names: list[str], at: Node, context: Context) -> None:
    short = [one.removeprefix(PREFIX) for one in names]
    wanted = name.removeprefix(PREFIX)
    hint = did_you_mean(wanted, short, count=3) or _same_last_part(wanted, short)
    context.report.error(Code.UNKNOWN_TYPE, f"There is no {kind} type `{name}`", at, hint=hint)


def _same_last_part(wanted: str, names: list[str]) -> str:
    last = wanted.rpartition(".")[2].lower()
    found = [name for name in names if name.rpartition(".")[2].lower() == last][:3]
    return f"Did you mean {' or '.join(f'`{name}`' for name in found)}?" if found else ""
