"""What errands on namespace files are asked."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from lanner_coordinator.flow.types.native_type import NativeMetric, shown
from lanner_coordinator.runtime.errands.contract import Request
from lanner_coordinator.runtime.namespaces.editing import check_name


def namespace_of(request: Request) -> str:
    """The namespace whose files are meant; the flow's where none is named.

    Raises:
        InvalidRequest: It is no name of a namespace.
    """
    name = shown(request.properties.get("namespace")).strip() or request.owner.namespace
    check_name(name)
    return name


def texts(request: Request, name: str) -> Sequence[str]:
    """A property that is a list of texts, a JSON text of one, or one text.

    Raises:
        ValueError: It is neither.
    """
    given = from_text(request.properties.get(name))
    if given is None or given == "":
        return []
    if isinstance(given, str):
        return [given]
    if not isinstance(given, list | tuple):
        raise ValueError(f"`{name}` must be a list of texts, or one")
    return [shown(one) for one in given]


def files_by_name(request: Request, name: str) -> Mapping[str, str]:
    """A property that is a map of texts, or a JSON text of one.

    Raises:
        ValueError: It is neither.
    """
    given = from_text(request.properties.get(name))
    if given is None or given == "":
        return {}
    if not isinstance(given, Mapping):
        raise ValueError(f"`{name}` must be a map of names and URIs")
    return {shown(key): shown(value).strip() for key, value in given.items()}


def from_text(given: object) -> object:
    """A value, read where it is a JSON text of a list or map."""
    if isinstance(given, str) and given.lstrip()[:1] in ("[", "{"):
        try:
            return json.loads(given)
        except ValueError:
            return given
    return given


def counted(name: str, count: int) -> tuple[NativeMetric, ...]:
    """A figure of how many files were worked on."""
    return (NativeMetric(name=name, type="counter", value=count),)


def maker(request: Request) -> str:
    """Who an errand works for, for what is kept of files."""
    return f"execution {request.owner.execution_id}"
