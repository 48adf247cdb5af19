"""What can be asked of the language, and the JSON it is asked in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import msgspec

from lanner_coordinator.flow.catalog import TypeDescription
from lanner_coordinator.flow.known_types import KnownTypes
from lanner_coordinator.flow.migration.edits import Change
from lanner_coordinator.flow.migration.migrate import migrate
from lanner_coordinator.flow.model import TaskKind
from lanner_coordinator.flow.schema.document import flow_schema
from lanner_coordinator.language.checking import CheckedSource, check_sources
from lanner_coordinator.testing.schema import suite_schema


class GivenType(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A task type that agents run, as `lanner agent types` prints it.

    Attributes:
        name: Canonical.
        aliases: Other names.
        description: Markdown.
        properties_schema: JSON Schema.
        outputs_schema: JSON Schema.
        examples: YAML of tasks.
    """

    name: str
    aliases: tuple[str, ...] = ()
    description: str = ""
    properties_schema: dict[str, object] = {}
    outputs_schema: dict[str, object] = {}
    examples: tuple[str, ...] = ()


class GivenText(msgspec.Struct, frozen=True, kw_only=True):
    """A source.

    Attributes:
        name: For messages.
        source: YAML.
    """

    name: str
    source: str


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """Any request.

    Attributes:
        types: Of agents; absent: nobody knows which there are.
        sources: What is asked about.
        is_folder: Whether the sources are all that folders have.
    """

    types: tuple[GivenType, ...] | None = None
    sources: tuple[GivenText, ...] = ()
    is_folder: bool = False


class Checks(msgspec.Struct, frozen=True, kw_only=True):
    """Answer of `check`.

    Attributes:
        checks: One for each source, in order.
    """

    checks: tuple[CheckedSource, ...]


class Migrated(msgspec.Struct, frozen=True, kw_only=True):
    """A source in its newest form.

    Attributes:
        name: As given.
        source: The new text.
        unreadable: Why it is no YAML map, and the text the old one; empty: it is one.
        changes: A sentence for each.
        kept: What is old and stays, a sentence for each with the line in the new text.
    """

    name: str
    source: str
    unreadable: str
    changes: tuple[str, ...]
    kept: tuple[str, ...]


class Migrations(msgspec.Struct, frozen=True, kw_only=True):
    """Answer of `migrate`.

    Attributes:
        sources: In order of the request.
    """

    sources: tuple[Migrated, ...]


def answer(verb: str, request: bytes) -> bytes:
    """The answer to a request.

    Raises:
        msgspec.DecodeError: It is no JSON, or not the JSON of a request.
    """
    asked = msgspec.json.decode(request, type=Request)
    return msgspec.json.encode(VERBS[verb](asked))


def catalog_of(request: Request) -> KnownTypes:
    """The types of the coordinator and those that were given."""
    if request.types is None:
        return KnownTypes()
    return KnownTypes(
        tuple(
            TypeDescription(
                name=one.name,
                kind=TaskKind.AGENT,
                aliases=one.aliases,
                description=one.description,
                properties_schema=one.properties_schema,
                outputs_schema=one.outputs_schema,
                examples=one.examples,
            )
            for one in request.types
        )
    )


def _check(request: Request) -> Checks:
    sources = [(one.name, one.source) for one in request.sources]
    checks = check_sources(sources, catalog_of(request), is_folder=request.is_folder)
    return Checks(checks=checks)


def _schema(request: Request) -> object:
    return flow_schema(catalog_of(request))


def _suite_schema(request: Request) -> object:
    return suite_schema()


def _migrate(request: Request) -> Migrations:
    catalog = catalog_of(request)
    return Migrations(
        sources=tuple(
            Migrated(
                name=one.name,
                source=result.text,
                unreadable=result.unreadable,
                changes=_sentences(result.changes),
                kept=_sentences(result.kept),
            )
            for one in request.sources
            for result in (migrate(one.source, catalog),)
        )
    )


def _sentences(found: Sequence[Change]) -> tuple[str, ...]:
    return tuple(f"line {one.line}: {one.sentence}" for one in found)


VERBS: Mapping[str, Callable[[Request], object]] = MappingProxyType(
    {"check": _check, "schema": _schema, "suite-schema": _suite_schema, "migrate": _migrate}
)
"""What each verb answers."""
