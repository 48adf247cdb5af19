"""The names expressions can use, and how arguments reach what they name."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lanner_coordinator.flow.expression.errors import ExpressionValueError

Implementation = Callable[..., object]
"""A function of Python that does the work of a filter, function or test."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A filter, function or test."""

    kind: str
    """`filter`, `function` or `test`."""
    name: str
    """The name flows use."""
    work: Implementation
    """What does the work: takes the context if `wants_context`, the value if a filter or test."""
    parameters: tuple[str, ...]
    """Names of the parameters as flows use them, in order."""
    own_names: tuple[str, ...]
    """Names of the same parameters in Python."""
    required: int
    """How many of them have to be given."""
    wants_context: bool
    """Whether the context of the rendering is the first argument."""
    any_number: bool
    """Whether any number of arguments is fine."""
    null_gives: object
    """What null as input gives; _CALLED to call the work with null."""


_CALLED = object()

FILTERS: dict[str, Entry] = {}
"""Every filter by name."""

FUNCTIONS: dict[str, Entry] = {}
"""Every function by name."""

TESTS: dict[str, Entry] = {}
"""Every test by name."""


def filter_(
    *names: str, parameters: str = "", context: bool = False, null: object = None
) -> Callable[[Implementation], Implementation]:
    """Register a filter under its names; the last parameters may have defaults in Python."""

    def register(work: Implementation) -> Implementation:
        for name in names:
            FILTERS[name] = _entry("filter", name, work, parameters, context, null)
        return work

    return register


def function(
    *names: str, parameters: str = "", context: bool = False
) -> Callable[[Implementation], Implementation]:
    """Register a function under its names."""

    def register(work: Implementation) -> Implementation:
        for name in names:
            FUNCTIONS[name] = _entry("function", name, work, parameters, context, _CALLED)
        return work

    return register


def test(*names: str) -> Callable[[Implementation], Implementation]:
    """Register a test under its names."""

    def register(work: Implementation) -> Implementation:
        for name in names:
            TESTS[name] = _entry("test", name, work, "", False, _CALLED)
        return work

    return register


CALL_WITH_NULL = _CALLED
"""For `null` of a filter: null as input is nothing special."""


def _entry(
    kind: str, name: str, work: Implementation, parameters: str, context: bool, null: object
) -> Entry:
    names = tuple(parameters.split())
    signature = list(inspect.signature(work).parameters.values())
    leading = (kind != "function") + context
    own = signature[leading:]
    return Entry(
        kind=kind,
        name=name,
        work=work,
        parameters=names,
        own_names=tuple(one.name for one in own),
        required=sum(
            one.default is inspect.Parameter.empty
            and one.kind is not inspect.Parameter.VAR_POSITIONAL
            for one in own
        ),
        wants_context=context,
        any_number=any(one.kind is inspect.Parameter.VAR_POSITIONAL for one in own),
        null_gives=null,
    )


def bind(
    entry: Entry, positional: tuple[object, ...], named: Mapping[str, object] | None
) -> tuple[tuple[object, ...], dict[int, object]]:
    """Sort arguments into those by position and those by place of their name.

    Raises:
        ExpressionValueError: Too many, unknown or missing arguments.
    """
    if not entry.any_number and len(positional) > len(entry.parameters):
        raise ExpressionValueError(
            f"The argument at position {len(entry.parameters) + 1} is not allowed. "
            f"Only {len(entry.parameters)} argument(s) are allowed."
        )
    by_place: dict[int, object] = {}
    for name, value in (named or {}).items():
        if name not in entry.parameters:
            raise ExpressionValueError(f"The following named argument does not exist: {name}")
        by_place[entry.parameters.index(name)] = value
    given = len(positional)
    for place in range(given, entry.required):
        if place not in by_place:
            raise ExpressionValueError(
                f"The '{entry.name}' {entry.kind} expects an argument '{entry.parameters[place]}'."
            )
    return positional, by_place


def invoke(
    entry: Entry,
    leading: tuple[object, ...],
    positional: tuple[object, ...],
    named: Mapping[str, object] | None,
) -> object:
    """Call the work with arguments as a flow gives them; `leading` are context and value."""
    if named is None and entry.required <= len(positional) <= len(entry.parameters):
        return entry.work(*leading, *positional)
    values, by_place = bind(entry, positional, named)
    if not by_place:
        return entry.work(*leading, *values)
    by_name = {
        entry.own_names[place]: value for place, value in by_place.items() if place >= len(values)
    }
    return entry.work(*leading, *values, **by_name)
