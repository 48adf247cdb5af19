"""Goes through a flow and replaces what is old."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lanner_coordinator.flow.catalog import Catalog
from lanner_coordinator.flow.codes import Code
from lanner_coordinator.flow.migration import rules, walk
from lanner_coordinator.flow.migration.edits import Change, Edits
from lanner_coordinator.flow.migration.extents import Extents
from lanner_coordinator.flow.migration.fetching import booleans_to_fetch_type
from lanner_coordinator.flow.migration.forms import FlowDefaults, Form
from lanner_coordinator.flow.migration.loops import older_types
from lanner_coordinator.flow.migration.renames import rename_all
from lanner_coordinator.flow.migration.runners import runner_to_task_runner
from lanner_coordinator.flow.migration.triggers import conditions_to_when
from lanner_coordinator.flow.nodes import MapNode, ScalarNode
from lanner_coordinator.flow.reader import read_flow
from lanner_coordinator.flow.reading.report import Report
from lanner_coordinator.flow.types.schemas import PREFIX
from lanner_coordinator.flow.yaml_text import read_yaml

_NAME = re.compile(r"`([^`]+)`")


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """A flow in its newest form.

    Attributes:
        text: The source; the old one where it cannot be read as YAML.
        changes: What was replaced, in order.
        kept: What is old and stays, with the reason; lines are those of `text`.
        unreadable: Why the source is no flow at all; empty: it is one.
    """

    text: str
    changes: tuple[Change, ...]
    kept: tuple[Change, ...] = ()
    unreadable: str = ""


def migrate(source: str, catalog: Catalog) -> Migration:
    """Rewrite a flow into the newest form. Raises nothing."""
    mark = "\ufeff" if source.startswith("\ufeff") else ""
    text = source.removeprefix("\ufeff")
    report = Report()
    root = read_yaml(text, report)
    if not isinstance(root, MapNode):
        return Migration(text=source, changes=(), unreadable=_first(report))
    edits = Edits(text)
    rename_all(root, catalog, edits)
    # Names first: what is rewritten as a whole is then written with the new ones.
    text, changes = edits.apply()
    edits = _rewritten(text, catalog)
    text, further = edits.apply()
    return Migration(
        text=mark + text,
        changes=tuple(sorted((*changes, *further), key=lambda one: one.line)),
        kept=_kept(text, catalog),
    )


def _first(report: Report) -> str:
    if not len(report):
        return "it is no map"
    problem = report.first()
    return f"line {problem.position.line}: {problem.message}"


def _document(text: str) -> MapNode | None:
    root = read_yaml(text, Report())
    return root if isinstance(root, MapNode) else None


def _rewritten(text: str, catalog: Catalog) -> Edits:
    """The replacements of whole properties, and what cannot be replaced."""
    edits = Edits(text)
    root = _document(text)
    if root is None:
        return edits
    defaults = _defaults(root)
    extents = Extents(text)

    def form(holder: MapNode, name: str) -> Form:
        return Form(node=holder, type=name, defaults=defaults, edits=edits, extents=extents)

    for holder in walk.tasks_of(root):
        own = form(holder, _type_of(holder, catalog))
        older_types(own)
        booleans_to_fetch_type(own)
        runner_to_task_runner(own)
    for holder in walk.triggers_of(root):
        own = form(holder, _type_of(holder, catalog))
        conditions_to_when(own)
        booleans_to_fetch_type(own)
    for holder in walk.defaults_of(root):
        values = holder.entries.get("values")
        if isinstance(values, MapNode):
            own = form(values, _type_of(holder, catalog))
            booleans_to_fetch_type(own)
            runner_to_task_runner(own)
    return edits


def _type_of(holder: MapNode, catalog: Catalog) -> str:
    node = holder.entries.get("type")
    if not isinstance(node, ScalarNode):
        return ""
    found = catalog.task_type(node.text) or catalog.trigger_type(node.text)
    return found.name if found else _full(node.text)


def _full(name: str) -> str:
    return name if name.startswith("io.kestra.") else f"{PREFIX}{name}"


def _defaults(root: MapNode) -> FlowDefaults:
    holders = list(walk.defaults_of(root))
    kinds = [one.entries.get("type") for one in holders]
    values = [one.entries.get("values") for one in holders]
    return FlowDefaults(
        types=[_full(kind.text) for kind in kinds if isinstance(kind, ScalarNode)],
        keys=frozenset(key for one in values if isinstance(one, MapNode) for key in one.entries),
    )


def _kept(text: str, catalog: Catalog) -> tuple[Change, ...]:
    """What a reader of the new text still calls deprecated, and what could not be rewritten."""
    told = _rewritten(text, catalog).kept
    known = {(one.line, _named(one.sentence)) for one in told}
    found = []
    for problem in read_flow(text, catalog).problems:
        name = _named(problem.message)
        line = problem.position.line
        if problem.code != Code.DEPRECATED or (line, name) in known:
            continue
        why = rules.why_kept(name) or problem.hint
        found.append(Change(line=line, sentence=f"`{name}` stays: {why}"))
    return tuple(sorted((*told, *found), key=lambda one: one.line))


def _named(sentence: str) -> str:
    """What a sentence is about: the first name in it."""
    found = _NAME.search(sentence)
    return found.group(1) if found else ""
