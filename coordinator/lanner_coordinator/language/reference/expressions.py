"""The page about expressions: variables, operators, filters, functions and tests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lanner_coordinator.flow.expression import (
    filters,  # noqa: F401 (registers the filters)
    functions,  # noqa: F401 (registers the functions)
    registry,
    render,
    tests,  # noqa: F401 (registers the tests)
)
from lanner_coordinator.flow.expression.registry import Entry
from lanner_coordinator.flow.reading.roots import ROOTS
from lanner_coordinator.language.reference import examples

_INTRODUCTION = """\
# Expressions

`{{ … }}` prints a value, `{% … %}` is a tag, `{# … #}` a comment. Every text of a flow that has one
is rendered once, right before it is used. What does not exist is an error; `??` and `is defined`
guard against it.

## Variables

"""

_OPERATORS = """
## Operators

From those that bind most tightly to the least:

| operator | |
| --- | --- |
| `.` `[ ]` | a key of a map, an item of a list, from 0 |
| `not` `-` `+` | of what stands right behind |
| `..` | a range, both ends included |
| `??` `???` | the right side where the left is null or does not exist; where it does not exist |
| `~` | texts one after the other |
| `\\|` | a filter |
| `*` `/` `%` | whole numbers divide to whole numbers |
| `+` `-` | numbers; `+` also puts texts together |
| `==` `!=` `<` `>` `<=` `>=` `isIn` `in` `not in` | comparisons |
| `contains` `is` `is not` | a part of a text, list or map; a test |
| `and`, then `or` | |
| `condition ? this : that` | also `this if condition else that` |

## Tags

- `{% if a %}…{% elseif b %}…{% else %}…{% endif %}`
- `{% for x in list %}…{% else %}…{% endfor %}`; `loop.index` counts from 0
- `{% set name = value %}`
- `{% macro name(a) %}…{% endmacro %}`, called as `{{ name(1) }}`
- `{% filter upper %}…{% endfilter %}`
- `{% block name %}…{% endblock %}`
- `{% raw %}…{% endraw %}` for braces of another language
"""


def page() -> str:
    """The page, in Markdown."""
    parts = [_INTRODUCTION]
    parts.extend(f"- `{name}`: {text}\n" for name, text in ROOTS.items())
    parts.append(_OPERATORS)
    for title, entries, given in sections():
        parts.append(f"\n## {title}\n")
        for names, entry in grouped(entries):
            parts.extend(_section(names, entry, given))
    return "".join(parts)


def sections() -> Iterator[tuple[str, Mapping[str, Entry], Mapping[str, str]]]:
    """Title, entries and examples of each kind."""
    yield "Filters", registry.FILTERS, examples.FILTERS
    yield "Functions", registry.FUNCTIONS, examples.FUNCTIONS
    yield "Tests", registry.TESTS, examples.TESTS


def grouped(entries: Mapping[str, Entry]) -> Iterator[tuple[list[str], Entry]]:
    """Entries with all their names, sorted by the first."""
    names: dict[object, list[str]] = {}
    for name, entry in sorted(entries.items(), key=lambda pair: pair[0].lower()):
        names.setdefault(entry.work, []).append(name)
    for known in names.values():
        yield known, entries[known[0]]


def rendered(template: str) -> str:
    """What an example prints."""
    return str(render(template, examples.VARIABLES, examples.ExampleWorld()).value)


def example_of(names: list[str], given: Mapping[str, str]) -> str:
    """The example of an entry, under whichever of its names it stands."""
    return next(given[name] for name in names if name in given)


def _section(names: list[str], entry: Entry, given: Mapping[str, str]) -> Iterator[str]:
    first, *others = names
    yield f"\n### {first}{_signature(entry)}\n\n{_sentence(entry)}"
    if others:
        yield f" Also: {', '.join(f'`{name}`' for name in others)}."
    template = example_of(names, given)
    yield f"\n\n```\n{template}\n→ {rendered(template)}\n```\n"


def _signature(entry: Entry) -> str:
    if entry.kind == "test":
        return ""
    shown = [
        name if number < entry.required else f"{name}?"
        for number, name in enumerate(entry.parameters)
    ]
    if entry.any_number:
        shown.append("…")
    return f"({', '.join(shown)})" if shown or entry.kind == "function" else ""


def _sentence(entry: Entry) -> str:
    return (entry.work.__doc__ or "").strip().split("\n\n")[0].replace("\n", " ")
