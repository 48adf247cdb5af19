"""All pages of the reference."""

from __future__ import annotations

from collections.abc import Mapping

from lanner_coordinator.flow.catalog import Catalog
from lanner_coordinator.language.reference import expressions, keys, types

WRITTEN_NOTE = (
    "<!-- Written by scripts/gen-docs from the program itself: change that, not this. -->\n\n"
)
"""First line of every page."""

_INDEX = """\
# The flow language

| page | |
| --- | --- |
| [Keys](keys.md) | of flows, tasks, triggers, inputs and outputs |
| [Expressions](expressions.md) | variables, operators, tags, filters, functions, tests |
"""


def reference(catalog: Catalog) -> Mapping[str, str]:
    """The pages, by file name."""
    of_types = {f"types/{name}": text for name, text in types.pages(catalog).items()}
    rows = (f"| [{name[6:-3]}]({name}) | types |\n" for name in of_types)
    found = {
        "README.md": _INDEX + "".join(rows),
        "keys.md": keys.page(),
        "expressions.md": expressions.page(),
        **of_types,
    }
    return {name: WRITTEN_NOTE + text for name, text in found.items()}
