"""Looks at what an execution left, with the assertions of a test."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from lanner_coordinator.engine.execution import LiveExecution, TaskRun
from lanner_coordinator.flow.expression import (
    Effects,
    ExpressionError,
    UndefinedError,
    render,
    render_typed,
)
from lanner_coordinator.runtime.group import LiveEntry
from lanner_coordinator.runtime.masking import mask
from lanner_coordinator.runtime.variables import execution_variables, task_run_variables
from lanner_coordinator.store.records import LogRecord
from lanner_coordinator.testing.comparing import Incomparable, TextOf, holds
from lanner_coordinator.testing.model import Assertion, Comparison, Operator
from lanner_coordinator.testing.stage import Stage
from lanner_coordinator.testing.verdict import Flaw, flaw_at, length_of

_PHRASES = {
    Operator.EQUAL_TO: "to equal",
    Operator.NOT_EQUAL_TO: "not to equal",
    Operator.CONTAINS: "to contain",
    Operator.STARTS_WITH: "to start with",
    Operator.ENDS_WITH: "to end with",
    Operator.GREATER_THAN: "to be greater than",
    Operator.GREATER_THAN_OR_EQUAL_TO: "to be at least",
    Operator.LESS_THAN: "to be less than",
    Operator.LESS_THAN_OR_EQUAL_TO: "to be at most",
    Operator.IN: "to be one of",
    Operator.NOT_IN: "to be none of",
}
_NULL_OPERATORS = (Operator.IS_NULL, Operator.IS_NOT_NULL)


class Assertions:
    """Evaluates assertions over an execution that has come to its end or to a rest."""

    def __init__(self, stage: Stage, live: LiveExecution, lines: Sequence[LogRecord]) -> None:
        errors = [line for line in lines if line.level == "ERROR"]
        self._stage = stage
        self._live = live
        self._effects: Effects = stage.rendering.effects(
            LiveEntry(live=live, error_lines=errors, has_sealed=True)
        )
        self._shared: dict[str, object] = {
            "files": stage.files,
            "logs": [
                {"level": one.level, "taskId": one.task_id, "message": one.text} for one in lines
            ],
        }

    def flaws(self, assertion: Assertion) -> Iterator[Flaw]:
        """Each comparison of an assertion that does not hold, or why it cannot be made."""
        variables = self._variables(assertion.task_id)
        try:
            actual, secrets = self._actual(assertion, variables)
        except ExpressionError as error:
            yield flaw_at(assertion.at, f"the value cannot be rendered: {error}")
            return
        for one in assertion.comparisons:
            flaw = self._flaw(assertion, one, actual, secrets, variables)
            if flaw is not None:
                yield flaw

    def _flaw(
        self,
        assertion: Assertion,
        one: Comparison,
        actual: object,
        secrets: frozenset[str],
        variables: Mapping[str, object],
    ) -> Flaw | None:
        try:
            expected = render_typed(one.expected, variables, self._effects).value
            if holds(one.operator, actual, expected, self._text_of):
                return None
        except ExpressionError as error:
            return flaw_at(one.at, f"what is expected cannot be rendered: {error}")
        except Incomparable as error:
            return flaw_at(one.at, f"{assertion.value} cannot be compared: {error}")
        return Flaw(
            message=self._message(assertion, one, variables),
            line=one.at.line,
            column=one.at.column,
            length=length_of(one.at),
            about=self._told(assertion.description, variables),
            operator=one.operator.value,
            expected=None
            if one.operator in _NULL_OPERATORS
            else _shown(expected, frozenset(), self._text_of),
            actual=_shown(actual, secrets, self._text_of),
        )

    def _actual(
        self, assertion: Assertion, variables: Mapping[str, object]
    ) -> tuple[object, frozenset[str]]:
        """The value; what is not there is null where it is asked for null."""
        try:
            rendered = render_typed(assertion.value, variables, self._effects)
        except UndefinedError:
            if all(one.operator in _NULL_OPERATORS for one in assertion.comparisons):
                return None, frozenset()
            raise
        return rendered.value, rendered.secrets

    def _message(
        self, assertion: Assertion, one: Comparison, variables: Mapping[str, object]
    ) -> str:
        if assertion.error_message:
            return self._told(assertion.error_message, variables)
        if one.operator in _NULL_OPERATORS:
            is_null = holds(one.operator, None, one.expected, self._text_of)
            wanted = "to be null" if is_null else "not to be null"
            return f"expected {assertion.value} {wanted}"
        return f"expected {assertion.value} {_PHRASES[one.operator]} {_named(one.expected)}"

    def _told(self, text: str, variables: Mapping[str, object]) -> str:
        """A text for people; one that cannot be rendered is told as it stands."""
        try:
            rendered = render(text, variables, self._effects)
        except ExpressionError:
            return text
        return mask(str(rendered.value), rendered.secrets)

    def _variables(self, task_id: str) -> Mapping[str, object]:
        run = self._last_run(task_id) if task_id else None
        around = self._stage.around
        variables = (
            execution_variables(self._live, around)
            if run is None
            else task_run_variables(self._live, run, around)
        )
        execution = self._live.execution
        shown = variables["execution"]
        if isinstance(shown, dict):
            shown["state"] = execution.state.value
            shown.setdefault("outputs", execution.outputs)
        return {**variables, **self._shared}

    def _last_run(self, task_id: str) -> TaskRun | None:
        runs = reversed(self._live.execution.task_runs.values())
        return next((run for run in runs if run.task_id == task_id), None)

    def _text_of(self, value: object) -> str:
        return str(render("{{ value }}", {"value": value}, self._effects).value)


def _named(expected: object) -> str:
    """What is expected as the file says it: texts as they are, the rest as JSON."""
    return expected if isinstance(expected, str) else json.dumps(expected, ensure_ascii=False)


def _shown(value: object, secrets: frozenset[str], text_of: TextOf) -> object:
    """A value as JSON can hold it, without secrets."""
    if isinstance(value, Mapping):
        return {str(name): _shown(one, secrets, text_of) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_shown(one, secrets, text_of) for one in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return mask(text_of(value), secrets)
