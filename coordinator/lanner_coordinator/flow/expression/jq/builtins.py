"""Builtins of jq that work on plain values."""

from __future__ import annotations

import json
import math
from collections.abc import Callable

from lanner_coordinator.flow.expression.budget import Budget
from lanner_coordinator.flow.expression.errors import ExpressionValueError
from lanner_coordinator.flow.expression.halves import read_json, whole
from lanner_coordinator.flow.expression.jq import formats, values
from lanner_coordinator.flow.expression.jq.values import JqError, Json
from lanner_coordinator.flow.expression.printing import json_text


def _length(budget: Budget, value: Json) -> Json:
    if value is None:
        return 0
    if isinstance(value, bool):
        raise JqError("boolean has no length")
    return abs(value) if values.is_number(value) else len(value)


def _keys(budget: Budget, value: Json) -> Json:
    if isinstance(value, dict):
        return sorted(value)
    return _unsorted_keys(budget, value)


def _unsorted_keys(budget: Budget, value: Json) -> Json:
    if isinstance(value, dict):
        return list(value)
    if isinstance(value, list):
        return list(range(len(value)))
    raise JqError(f"{values.type_of(value)} has no keys")


def _add(budget: Budget, value: Json) -> Json:
    items = list(value.values()) if isinstance(value, dict) else value
    if items is None:
        return None
    if not isinstance(items, list):
        raise JqError(f"Cannot iterate over {values.type_of(value)}")
    if items and all(isinstance(item, str) for item in items):
        budget.check_text(sum(map(len, items)))
        return "".join(items)
    total: Json = None
    for item in items:
        budget.spend()
        total = values.add(total, item, budget)
    return total


def _sorted(budget: Budget, value: Json) -> list[Json]:
    if not isinstance(value, list):
        raise JqError(f"{values.type_of(value)} cannot be sorted, as it is not an array")
    return sorted(value, key=lambda item: values.sort_key(item, budget))


def _unique(budget: Budget, value: Json) -> Json:
    result: list[Json] = []
    previous: object = None
    for item in _sorted(budget, value):
        key = values.sort_key(item, budget)
        if not result or key != previous:
            result.append(item)
        previous = key
    return result


def _edge(budget: Budget, value: Json, place: int) -> Json:
    ordered = _sorted(budget, value)
    return ordered[place] if ordered else None


def _reverse(budget: Budget, value: Json) -> Json:
    if value is None:
        return []
    if isinstance(value, str | list):
        return value[::-1]
    raise JqError(f"Cannot reverse {values.type_of(value)}")


def _flatten(budget: Budget, value: Json, depth: Json = 1_000) -> Json:
    if not values.is_number(depth) or depth < 0:
        raise JqError("flatten depth must not be negative")
    if isinstance(value, dict):
        value = list(value.values())
    if not isinstance(value, list):
        raise JqError(f"Cannot iterate over {values.type_of(value)}")
    result: list[Json] = []
    pending = [(item, depth) for item in reversed(value)]
    while pending:
        budget.spend()
        item, left = pending.pop()
        if isinstance(item, list) and left > 0:
            pending += [(inner, left - 1) for inner in reversed(item)]
        else:
            result.append(item)
    return result


def _text(value: Json, name: str) -> str:
    if isinstance(value, str):
        return value
    raise JqError(f"{name} input must be a string")


def _join(budget: Budget, value: Json, separator: Json) -> Json:
    if not isinstance(value, list):
        raise JqError(f"Cannot iterate over {values.type_of(value)}")
    texts = []
    for item in value:
        if isinstance(item, list | dict):
            raise JqError(f"string and {values.type_of(item)} cannot be added")
        texts.append("" if item is None else formats.text_of(item, budget))
    glue = _text(separator, "join")
    budget.check_text(sum(map(len, texts)) + len(glue) * len(texts))
    return glue.join(texts)


def _to_number(budget: Budget, value: Json) -> Json:
    if values.is_number(value):
        return value
    text = _text(value, "tonumber")
    try:
        parsed: Json = json.loads(text.strip()) if len(text) < 400 else None
    except (ValueError, RecursionError):
        parsed = None
    if not values.is_number(parsed):
        raise JqError(f"Cannot parse '{text[:40]}' as JSON")
    return values.number(parsed)


def _from_json(budget: Budget, value: Json) -> Json:
    try:
        return read_json(_text(value, "fromjson"))
    except (ValueError, RecursionError) as error:
        raise JqError(f"{str(value)[:40]} (while parsing '{str(value)[:40]}')") from error


def _starts_with(budget: Budget, value: Json, start: Json) -> Json:
    if not isinstance(value, str) or not isinstance(start, str):
        raise JqError("startswith() requires string inputs")
    return value.startswith(start)


def _ends_with(budget: Budget, value: Json, end: Json) -> Json:
    if not isinstance(value, str) or not isinstance(end, str):
        raise JqError("endswith() requires string inputs")
    return value.endswith(end)


def _without_start(budget: Budget, value: Json, start: Json) -> Json:
    both = isinstance(value, str) and isinstance(start, str)
    return value.removeprefix(start) if both else value


def _without_end(budget: Budget, value: Json, end: Json) -> Json:
    both = isinstance(value, str) and isinstance(end, str)
    return value.removesuffix(end) if both and end else value


def _explode(budget: Budget, value: Json) -> Json:
    budget.check_items(len(_text(value, "explode")))
    return [ord(character) for character in value]


def _implode(budget: Budget, value: Json) -> Json:
    try:
        return whole("".join(map(chr, value)))
    except (TypeError, ValueError, OverflowError) as error:
        raise JqError("Unicode codepoint must be numeric") from error


def _indices(budget: Budget, value: Json, wanted: Json) -> Json:
    if value is None:
        return None
    if isinstance(value, str):
        return _text_places(budget, value, _text(wanted, "indices"))
    if isinstance(value, list):
        if isinstance(wanted, list):
            return values.index(value, wanted)
        key = values.sort_key(wanted, budget)
        return [at for at, item in enumerate(value) if values.sort_key(item, budget) == key]
    raise JqError(f"Cannot determine indices of {values.type_of(value)}")


def _text_places(budget: Budget, text: str, part: str) -> list[Json]:
    places: list[Json] = []
    position = text.find(part) if part else -1
    while position >= 0:
        budget.spend()
        places.append(position)
        position = text.find(part, position + 1)
    return places


def _index(budget: Budget, value: Json, wanted: Json) -> Json:
    places = _indices(budget, value, wanted)
    return places[0] if places else None


def _last_index(budget: Budget, value: Json, wanted: Json) -> Json:
    places = _indices(budget, value, wanted)
    return places[-1] if places else None


def _set_path(budget: Budget, value: Json, path: Json, new: Json) -> Json:
    if not isinstance(path, list):
        raise JqError("Path must be specified as an array")
    return values.set_path(value, tuple(path), new, budget)


def _transpose(budget: Budget, value: Json) -> Json:
    width = max((len(row) for row in value), default=0)
    budget.check_items(width * len(value))
    return [[row[at] if at < len(row) else None for row in value] for at in range(width)]


def _to_entries(budget: Budget, value: Json) -> Json:
    return [{"key": key, "value": value[key]} for key in _unsorted_keys(budget, value)]


def _from_entries(budget: Budget, value: Json) -> Json:
    result: dict[str, Json] = {}
    for entry in value.values() if isinstance(value, dict) else value:
        budget.spend()
        if not isinstance(entry, dict):
            raise JqError(f'Cannot index {values.type_of(entry)} with "key"')
        names = ("key", "k", "name", "Name", "Key", "K")
        found = [entry[name] for name in names if entry.get(name) not in (None, False)]
        key = found[0] if found else entry.get("key", entry.get("name"))
        name = key if isinstance(key, str) else json_text(key, budget)
        held = [entry[one] for one in ("value", "v", "Value", "V") if one in entry]
        result[name] = held[0] if held else None
    return result


def _math(work: Callable[[float], float]) -> Callable[..., Json]:
    def run(budget: Budget, value: Json) -> Json:
        if not values.is_number(value):
            raise JqError(f"{values.type_of(value)} number required")
        try:
            return values.number(work(value))
        except (ValueError, OverflowError):
            return math.nan

    return run


def _power(budget: Budget, value: Json, base: Json, exponent: Json) -> Json:
    if not values.is_number(base) or not values.is_number(exponent):
        raise JqError("pow: number required")
    try:
        return values.number(math.pow(base, exponent))
    except (ValueError, OverflowError):
        return math.nan


def _absolute(budget: Budget, value: Json) -> Json:
    if not values.is_number(value):
        raise JqError(f"{values.type_of(value)} has no absolute value")
    return abs(value)


def _away_from_zero(value: float) -> float:
    return math.copysign(math.floor(abs(value) + 0.5), value)


def _inside(budget: Budget, value: Json, container: Json) -> Json:
    return values.contains(container, value, budget)


def _in(budget: Budget, value: Json, container: Json) -> Json:
    return values.has(container, value)


def _letters(work: Callable[[str], str]) -> Callable[..., Json]:
    def run(budget: Budget, value: Json) -> Json:
        text = _text(value, "ascii_case")
        return "".join(work(one) if one.isascii() else one for one in text)

    return run


def _stripped(work: Callable[[str], str]) -> Callable[..., Json]:
    return lambda budget, value: work(_text(value, "trim"))


def _refuse(what: str) -> Callable[..., Json]:
    def run(budget: Budget, value: Json, *arguments: Json) -> Json:
        raise ExpressionValueError(f"The jq function '{what}' is not available in expressions")

    return run


FUNCTIONS: dict[str, Callable[..., Json]] = {
    "length/0": _length,
    "utf8bytelength/0": lambda budget, value: len(_text(value, "utf8bytelength").encode()),
    "not/0": lambda budget, value: not values.is_true(value),
    "keys/0": _keys,
    "keys_unsorted/0": _unsorted_keys,
    "has/1": lambda budget, value, key: values.has(value, key),
    "in/1": _in,
    "contains/1": lambda budget, value, wanted: values.contains(value, wanted, budget),
    "inside/1": _inside,
    "add/0": _add,
    "any/0": lambda budget, value: any(map(values.is_true, value)),
    "all/0": lambda budget, value: all(map(values.is_true, value)),
    "flatten/0": _flatten,
    "flatten/1": _flatten,
    "type/0": lambda budget, value: values.type_of(value),
    "sort/0": _sorted,
    "unique/0": _unique,
    "min/0": lambda budget, value: _edge(budget, value, 0),
    "max/0": lambda budget, value: _edge(budget, value, -1),
    "reverse/0": _reverse,
    "join/1": _join,
    "split/1": lambda budget, value, by: values.split(
        _text(value, "split"), _text(by, "split"), budget
    ),
    "tostring/0": lambda budget, value: formats.text_of(value, budget),
    "tonumber/0": _to_number,
    "tojson/0": lambda budget, value: json_text(value, budget),
    "fromjson/0": _from_json,
    "startswith/1": _starts_with,
    "endswith/1": _ends_with,
    "ltrimstr/1": _without_start,
    "rtrimstr/1": _without_end,
    "trim/0": _stripped(str.strip),
    "ltrim/0": _stripped(str.lstrip),
    "rtrim/0": _stripped(str.rstrip),
    "ascii_downcase/0": _letters(str.lower),
    "ascii_upcase/0": _letters(str.upper),
    "explode/0": _explode,
    "implode/0": _implode,
    "indices/1": _indices,
    "index/1": _index,
    "rindex/1": _last_index,
    "setpath/2": _set_path,
    "transpose/0": _transpose,
    "to_entries/0": _to_entries,
    "from_entries/0": _from_entries,
    "floor/0": _math(math.floor),
    "ceil/0": _math(math.ceil),
    "round/0": _math(_away_from_zero),
    "trunc/0": _math(math.trunc),
    "sqrt/0": _math(math.sqrt),
    "exp/0": _math(math.exp),
    "exp2/0": _math(lambda value: math.pow(2, value)),
    "exp10/0": _math(lambda value: math.pow(10, value)),
    "log/0": _math(math.log),
    "log2/0": _math(math.log2),
    "log10/0": _math(math.log10),
    "sin/0": _math(math.sin),
    "cos/0": _math(math.cos),
    "fabs/0": _math(math.fabs),
    "abs/0": _absolute,
    "pow/2": _power,
    "infinite/0": lambda budget, value: math.inf,
    "nan/0": lambda budget, value: math.nan,
    "isnan/0": lambda budget, value: bool(value != value),
    "isinfinite/0": lambda budget, value: math.isinf(value),
    "isnormal/0": lambda budget, value: math.isfinite(value) and value != 0,
    "toarray/0": lambda budget, value: value if isinstance(value, list) else [value],
    "error/0": lambda budget, value: _raise(value),
    "env/0": _refuse("env"),
    "input/0": _refuse("input"),
    "inputs/0": _refuse("inputs"),
    "debug/0": _refuse("debug"),
    "stderr/0": _refuse("stderr"),
    "halt/0": _refuse("halt"),
    "halt_error/0": _refuse("halt_error"),
    "input_filename/0": _refuse("input_filename"),
    "now/0": _refuse("now"),
}
"""Builtins by `name/arity`; they take the budget, the input and the arguments."""


def _raise(value: Json) -> Json:
    raise JqError(value)
