"""Checks values of inputs against JSON Schemas, within the limits of one rendering.

A schema comes with the flow and a value from whoever starts it, so that neither may take ages: each
keyword is a step of a budget, and patterns are matched as everywhere in flows. Nothing is fetched:
a `$ref` leads to a part of the schema itself.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from lanner_coordinator.flow.expression import DEFAULT_LIMITS, ExpressionError
from lanner_coordinator.flow.expression.budget import Budget
from lanner_coordinator.flow.expression.java.regexes import Regex

_MOST_ERRORS = 5

Keyword = Callable[[Any, Any, Any, Any], Iterator[Any] | None]
"""What the library asks of a keyword: validator, its value, what is looked at, the schema."""


def parsed_schema(given: object) -> Any:
    """A schema that is written out, or as JSON text.

    Raises:
        ValueError: The text is no JSON; with a sentence.
    """
    return json.loads(given) if isinstance(given, str) else given


def complaint_about_schema(given: object) -> str:
    """What is wrong with a schema itself; empty: nothing."""
    # Imported here: few flows have schemas, and the library takes its time to load.
    from jsonschema import SchemaError
    from jsonschema.validators import validator_for

    try:
        schema = parsed_schema(given)
    except ValueError as error:
        return f"it is no JSON: {error}"
    if not isinstance(schema, Mapping | bool):
        return "a JSON Schema is a map"
    try:
        known: Any = validator_for(schema)
        known.check_schema(schema)
    except SchemaError as error:
        return f"{error.json_path}: {error.message}"
    return ""


def complaint_about_value(value: object, given: object) -> str:
    """What a value lacks of a schema, in Kestra's words; empty: nothing."""
    from jsonschema import validators
    from referencing import Registry

    budget = Budget(DEFAULT_LIMITS)
    schema = parsed_schema(given)
    known: Any = validators.validator_for(schema)
    keywords = {**known.VALIDATORS, **_Keywords(budget).by_name}
    guarded = {name: _guarded(work, budget) for name, work in keywords.items()}
    # Its stubs do not tell what it gives.
    extended: Any = validators.extend(known, validators=guarded)  # type: ignore[no-untyped-call]
    validator = extended(schema, registry=Registry())
    found = []
    try:
        for error in validator.iter_errors(value):
            found.append(f"{error.json_path}: {error.message}")
            if len(found) == _MOST_ERRORS:
                break
    except (ExpressionError, RecursionError) as error:
        return f"the json schema is too complex: {error}"
    except Exception as error:  # noqa: BLE001 - the library has no common error for wrong `$ref`s.
        return f"Invalid JSON schema: {error}"
    return f"it must match the json schema: [{', '.join(found)}]" if found else ""


def _guarded(work: Keyword, budget: Budget) -> Keyword:
    def guarded(validator: Any, wanted: Any, value: Any, schema: Any) -> Iterator[Any]:
        budget.spend()
        found = work(validator, wanted, value, schema)
        # Keywords that find nothing may give nothing at all.
        yield from found if found is not None else ()

    return guarded


class _Keywords:
    """The keywords that the library may spend too much time with."""

    def __init__(self, budget: Budget) -> None:
        from jsonschema import ValidationError

        self._budget = budget
        self._error = ValidationError
        self.by_name: Mapping[str, Keyword] = {
            "pattern": self._pattern,
            "patternProperties": self._pattern_properties,
            "additionalProperties": self._additional,
            "uniqueItems": self._unique,
        }

    def _matches(self, patterns: Iterable[str], text: str) -> bool:
        return any(Regex(pattern, self._budget).finds(text) for pattern in patterns)

    def _pattern(self, _: Any, wanted: Any, value: Any, schema: Any) -> Iterator[Any]:
        if isinstance(value, str) and not self._matches([wanted], value):
            yield self._error(f"{value!r} does not match {wanted!r}")

    def _pattern_properties(
        self, validator: Any, wanted: Any, value: Any, schema: Any
    ) -> Iterator[Any]:
        for name, one in value.items() if isinstance(value, dict) else ():
            for written, below in wanted.items():
                if self._matches([written], name):
                    yield from validator.descend(one, below, path=name, schema_path=written)

    def _additional(self, validator: Any, wanted: Any, value: Any, schema: Any) -> Iterator[Any]:
        if not isinstance(value, dict):
            return
        known, patterns = schema.get("properties", {}), schema.get("patternProperties", {})
        more = [one for one in value if one not in known and not self._matches(patterns, one)]
        if isinstance(wanted, dict):
            for name in more:
                yield from validator.descend(value[name], wanted, path=name)
        elif more and not wanted:
            names = ", ".join(map(repr, more))
            yield self._error(f"Additional properties are not allowed: {names}")

    def _unique(self, _: Any, wanted: Any, value: Any, schema: Any) -> Iterator[Any]:
        if not wanted or not isinstance(value, list):
            return
        self._budget.spend(len(value))
        if len({json.dumps(one, sort_keys=True) for one in value}) < len(value):
            yield self._error("The list has equal items")
