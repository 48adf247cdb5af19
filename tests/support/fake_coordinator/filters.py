"""A small part of the filter language: `state ns flow id label.KEY error~` and plain words."""

from __future__ import annotations

import shlex
from fnmatch import fnmatchcase

from lanner_proto.v1 import execution_pb2, state_pb2


class FilterError(ValueError):
    """The filter has a term that is not known."""


def matches(filter_text: str, execution: execution_pb2.ExecutionSummary) -> bool:
    """Whether every term of the filter holds.

    Raises:
        FilterError: A term is not known.
    """
    return all(_holds(term, execution) for term in shlex.split(filter_text))


def _holds(term: str, execution: execution_pb2.ExecutionSummary) -> bool:
    if term.startswith("error~"):
        return term.removeprefix("error~") in execution.error
    if term.startswith("started>"):
        return True
    key, colon, wanted = term.partition(":")
    if not colon:
        return term in f"{execution.id} {execution.namespace} {execution.flow_id} {execution.error}"
    value = _value(key, execution)
    return any(fnmatchcase(value, pattern) for pattern in wanted.split(","))


def _value(key: str, execution: execution_pb2.ExecutionSummary) -> str:
    if key.startswith("label."):
        return execution.labels[key.removeprefix("label.")]
    values = {
        "state": state_pb2.State.Name(execution.state).removeprefix("STATE_"),
        "ns": execution.namespace,
        "flow": execution.flow_id,
        "id": execution.id,
    }
    if key not in values:
        raise FilterError(f'the filter has no key "{key}"; keys are {", ".join(values)}')
    return values[key]
