"""The pages of `docs/` that are generated, and whether they are as they would be written now.

python -m tests.support.generated_docs [--check]
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from lanner_agent.discovery import installed_task_types
from lanner_coordinator.flow.catalog import TypeDescription
from lanner_coordinator.flow.known_types import KnownTypes
from lanner_coordinator.flow.model import TaskKind
from lanner_coordinator.language.reference.pages import WRITTEN_NOTE, reference
from lanner_coordinator.language.reference.problems.page import page as problem_page
from tests.support.wrong_flows import comparison

DOCS = Path(__file__).parents[2] / "docs"


def installed_catalog() -> KnownTypes:
    """The types of the coordinator and of the agent."""
    return KnownTypes(
        [
            TypeDescription(
                name=one.name,
                kind=TaskKind.AGENT,
                aliases=one.aliases,
                description=one.description,
                properties_schema=one.properties_schema,
                outputs_schema=one.outputs_schema,
                examples=one.examples,
            )
            for one in installed_task_types()
        ]
    )


def generated() -> Mapping[Path, str]:
    """Every generated page."""
    catalog = installed_catalog()
    pages = {DOCS / "flow-language" / name: text for name, text in reference(catalog).items()}
    pages[DOCS / "problems.md"] = WRITTEN_NOTE + problem_page()
    pages[DOCS / "wrong-flows.md"] = comparison(catalog)
    return pages


def outdated() -> list[Path]:
    """Pages that are missing, differ, or are there without being written any more."""
    pages = generated()
    differ = [
        path for path, text in pages.items() if not path.is_file() or path.read_text() != text
    ]
    extra = [path for path in (DOCS / "flow-language").rglob("*.md") if path not in pages]
    return [*differ, *extra]


def write() -> None:
    """Write every page and remove what is none any more."""
    pages = generated()
    for path in outdated():
        if path in pages:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(pages[path])
        else:
            path.unlink()


if __name__ == "__main__":
    if "--check" not in sys.argv[1:]:
        write()
    found = outdated()
    for path in found:
        sys.stderr.write(f"{path} is not up to date: run scripts/gen-docs\n")
    sys.exit(bool(found))
