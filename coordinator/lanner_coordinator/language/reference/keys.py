"""The page about the keys of flows, tasks, triggers, inputs and outputs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lanner_coordinator.flow import reader
from lanner_coordinator.flow.reading import inputs, outputs, task, triggers
from lanner_coordinator.flow.reading.fields import Field, FieldTable
from lanner_coordinator.flow.reading.input_schemas import REFUSED_TYPES, SCHEMAS
from lanner_coordinator.flow.schema import described
from lanner_coordinator.flow.types.schemas import Schema
from lanner_coordinator.language.reference.property_examples import key_example, value_example
from lanner_coordinator.language.reference.yaml_lines import inline

_INTRODUCTION = """\
# Keys

A flow is a map. Keys with `!` must be there. Keys that Kestra has and this version
refuses are listed as such.
"""

_FLOW = """
```yaml
id: nightly_load
namespace: company.team
inputs:
  - {id: day, type: DATE}
tasks:
  - id: hello
    type: io.kestra.plugin.core.log.Log
    message: "Loading {{ inputs.day }}"
```
"""

_INPUTS = """
## Types of inputs

The value of an input whose id has dots, such as one in a FORM, is given under its whole id or in
a map: `lanner flow run … -i place.region=EU`, or `{"place": {"region": "EU"}}` in a file of inputs,
a request or a trigger. Expressions read it as `inputs.place.region`.
"""


def page() -> str:
    """The page, in Markdown."""
    parts = [_INTRODUCTION]
    for title, table, texts in tables():
        parts.append(f"\n## {title}\n")
        if title == "Flow":
            parts.append(_FLOW)
        for field in table.fields:
            parts.extend(_field(field, texts))
    parts.append("\n## Retry\n")
    parts.extend(_properties(described.RETRY, inline(described.RETRY["examples"])))
    parts.append(_INPUTS)
    for kind, schema in SCHEMAS.items():
        parts.append(f"\n### {kind}\n\n")
        parts.append(f"Example: `{{id: a, type: {kind}{_needed(schema)}}}`.\n")
        parts.extend(_properties(schema, ""))
    for name, instead in REFUSED_TYPES.items():
        parts.append(f"\n### {name}\n\nNot supported. {instead}\n")
    return "".join(parts)


def tables() -> Iterator[tuple[str, FieldTable, Mapping[str, Schema]]]:
    """Title, table and descriptions of each kind of map."""
    yield "Flow", reader.FIELDS, described.FLOW
    yield "Task", task.FIELDS, described.TASK
    yield "Trigger", triggers.FIELDS, described.TRIGGER
    yield "Input", inputs.FIELDS, described.INPUT
    yield "Output", outputs.FIELDS, described.OUTPUT


def _field(field: Field, texts: Mapping[str, Schema]) -> Iterator[str]:
    schema = texts.get(field.name, {})
    mark = "!" if field.is_required else ""
    yield f"\n### `{field.name}`{mark}\n\n"
    if field.not_supported:
        yield f"Not supported: {field.not_supported}.\n"
        return
    if field.no_effect:
        yield f"Has no effect: {field.no_effect}.\n"
        return
    yield f"{schema.get('description', 'See the page of its type.')}"
    names = [f"`{name}`" for name in (*field.also, *field.formerly)]
    if names:
        yield f" Also written {', '.join(names)}."
    if "default" in schema:
        yield f" Default: `{inline(schema['default'])}`."
    yield "\n"
    example = key_example(field.name, schema)
    if example is not None:
        yield f"\n```yaml\n{field.name}: {inline(example)}\n```\n"


def _properties(schema: Schema, example: str) -> Iterator[str]:
    properties = schema.get("properties")
    if example:
        yield f"\nExample: `{example}`.\n"
    if not isinstance(properties, Mapping) or not properties:
        return
    yield "\n| key | | example |\n| --- | --- | --- |\n"
    for name, one in properties.items():
        yield f"| `{name}` | {cell(one)} | {code(inline(value_example(name, one)))} |\n"


def cell(schema: Schema) -> str:
    """What a table says of a property."""
    text = str(schema.get("description", "")).replace("\n", " ").replace("|", "\\|")
    options = schema.get("enum")
    if isinstance(options, list | tuple):
        text += f" One of {', '.join(f'`{inline(one)}`' for one in options)}."
    if "default" in schema:
        text += f" Default: `{inline(schema['default'])}`."
    return text.strip()


def code(text: str) -> str:
    """A text of a table in the letters of programs."""
    fence = "``" if "`" in text else "`"
    return f"{fence}{text.replace('|', chr(92) + '|')}{fence}"


def _needed(schema: Schema) -> str:
    properties = schema.get("properties")
    if isinstance(properties, Mapping) and "values" in properties:
        return ", values: [x, y]"
    required = schema.get("required")
    if not isinstance(properties, Mapping) or not isinstance(required, list):
        return ""
    examples = {name: inline(value_example(name, properties[name])) for name in required}
    return "".join(f", {name}: {example}" for name, example in examples.items())
