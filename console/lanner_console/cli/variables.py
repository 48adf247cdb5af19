"""Variables of a namespace: JSON or else texts, in maps that the dots of names make."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from lanner_console.cli.documents import plain
from lanner_console.cli.errors import UsageProblem


def json_or_text(text: str) -> object:
    """The value that a text stands for."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def changed_variables(
    variables: Mapping[str, object], given: Mapping[str, object], unset: Sequence[str]
) -> dict[str, object]:
    """Variables with some set and others taken out.

    Args:
        variables: As they are.
        given: Values by name; dots make maps.
        unset: Names of those to take out.

    Raises:
        UsageProblem: A name leads through a value that is no map, or one to take out is not there.
    """
    changed: dict[str, object] = json.loads(json.dumps(plain(variables)))
    for key, value in given.items():
        holder, last = _holder(changed, key)
        holder[last] = value
    for key in unset:
        holder, last = _holder(changed, key)
        if last not in holder:
            raise UsageProblem(f"the variable {key} is not set for this namespace itself")
        del holder[last]
    return changed


def _holder(variables: dict[str, object], key: str) -> tuple[dict[str, object], str]:
    """The map that holds a variable, made where it is missing."""
    *path, last = key.split(".")
    holder = variables
    for step in path:
        inner = holder.setdefault(step, {})
        if not isinstance(inner, dict):
            raise UsageProblem(f"the variable {step} is no map: {key} cannot be in it")
        holder = inner
    return holder, last
