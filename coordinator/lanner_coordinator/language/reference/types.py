"""The pages about task types and triggers: one for each family."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from lanner_coordinator.flow.catalog import Catalog, TypeDescription
from lanner_coordinator.flow.model import TaskKind
from lanner_coordinator.flow.types.schemas import PREFIX
from lanner_coordinator.language.reference.keys import cell, code
from lanner_coordinator.language.reference.property_examples import property_example
from lanner_coordinator.language.reference.yaml_lines import inline

_WHERE: Mapping[TaskKind | None, str] = {
    TaskKind.FLOWABLE: "Holds tasks; the coordinator decides which of them run.",
    TaskKind.NATIVE: "Runs in the coordinator.",
    TaskKind.AGENT: "Runs on an agent.",
    TaskKind.TEMPLATED: "Runs in the coordinator or on an agent, as the text says.",
    None: "Starts executions.",
}


def pages(catalog: Catalog) -> Mapping[str, str]:
    """The pages, by file name."""
    families: dict[str, list[TypeDescription]] = {}
    for one in (*catalog.task_types(), *catalog.trigger_types()):
        family = one.name.removeprefix(PREFIX).rpartition(".")[0]
        families.setdefault(family, []).append(one)
    return {
        f"{family}.md": "".join(_page(family, types)) for family, types in sorted(families.items())
    }


def _page(family: str, types: Iterable[TypeDescription]) -> Iterator[str]:
    yield f"# {family}\n"
    for one in sorted(types, key=lambda one: one.name):
        yield f"\n## {one.name.removeprefix(PREFIX)}\n\n{one.description.strip()}\n\n"
        yield f"{_WHERE.get(one.kind, 'Runs in the coordinator.')}"
        if one.aliases:
            yield f" Also: {', '.join(f'`{name}`' for name in one.aliases)}."
        yield "\n"
        for example in one.examples:
            yield f"\n```yaml\n{example.strip()}\n```\n"
        yield from _properties(one)
        if one.branches:
            yield f"\nTasks stand in {', '.join(f'`{name}`' for name in one.branches)}.\n"
        yield from _outputs(one.outputs_schema)


def _properties(description: TypeDescription) -> Iterator[str]:
    schema = description.properties_schema
    properties = schema.get("properties")
    if not isinstance(properties, Mapping) or not properties:
        return
    required = schema.get("required")
    needed = set(required) if isinstance(required, list | tuple) else set()
    yield "\n| property | | example |\n| --- | --- | --- |\n"
    for name, one in properties.items():
        mark = "!" if name in needed else ""
        example = code(inline(property_example(description, name, one)))
        yield f"| `{name}`{mark} | {cell(one)} | {example} |\n"


def _outputs(schema: Mapping[str, object]) -> Iterator[str]:
    properties = schema.get("properties")
    if isinstance(properties, Mapping) and properties:
        yield "\n| output | |\n| --- | --- |\n"
        for name, one in properties.items():
            yield f"| `{name}` | {cell(one)} |\n"
