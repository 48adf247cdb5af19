"""Functions that read JSON, YAML and Ion."""

from __future__ import annotations

from lanner_coordinator.flow.expression.context import RenderContext
from lanner_coordinator.flow.expression.convert import flag_of
from lanner_coordinator.flow.expression.errors import ExpressionLimitError, ExpressionValueError
from lanner_coordinator.flow.expression.formats.ion_reader import read_ion
from lanner_coordinator.flow.expression.formats.yaml_text import read_yaml
from lanner_coordinator.flow.expression.halves import read_json
from lanner_coordinator.flow.expression.registry import function
from lanner_coordinator.flow.expression.values import type_name

_MOST_DIGITS = 1_000


def _text(value: object, name: str, argument: str) -> str:
    if isinstance(value, str):
        return value
    raise ExpressionValueError(
        f"The '{name}' function expects an argument '{argument}' with type string. "
        f"Actual type was: {type_name(value)}"
    )


def _whole(digits: str) -> int:
    if len(digits) > _MOST_DIGITS:
        raise ExpressionLimitError(f"A number has more than {_MOST_DIGITS} digits")
    return int(digits)


def _refuse_constant(name: str) -> object:
    raise ExpressionValueError(f"Invalid json: {name} is no JSON")


@function("fromJson", "json", "jsonDecode", parameters="json")
def from_json(value: object) -> object:
    """Read JSON; null gives null."""
    if value is None:
        return None
    text = _text(value, "fromJson", "json")
    try:
        return read_json(text, parse_int=_whole, parse_constant=_refuse_constant)
    except RecursionError as error:
        raise ExpressionLimitError("The JSON is nested too deeply") from error
    except ValueError as error:
        raise ExpressionValueError(f"Invalid json: {error}") from error


@function("fromIon", "ionDecode", parameters="ion allRows", context=True)
def from_ion(context: RenderContext, value: object, all_rows: object = False) -> object:
    """Read Ion text: its first value, or a list of all; null gives null."""
    if value is None:
        return None
    rows = read_ion(_text(value, "fromIon", "ion"), context.budget)
    if flag_of(all_rows, "The argument 'allRows'"):
        return list(rows)
    return next(rows, None)


@function("yaml", parameters="yaml", context=True)
def from_yaml(context: RenderContext, value: object) -> object:
    """Read YAML; null gives null."""
    return None if value is None else read_yaml(_text(value, "yaml", "yaml"), context.budget)
