"""Makes a tree of the text of a filter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from lanner_coordinator.engine.state import State
from lanner_coordinator.store.filter.errors import FilterError
from lanner_coordinator.store.filter.glob import Glob, Wildcard, literal_glob
from lanner_coordinator.store.filter.pattern import compile_pattern
from lanner_coordinator.store.filter.scanner import Term, Value, scan
from lanner_coordinator.store.filter.tree import (
    AllOf,
    AnyOf,
    Comparison,
    Condition,
    Contains,
    DateCompares,
    DateField,
    DurationCompares,
    ExecutionFilter,
    LabelMatches,
    Not,
    NumberCompares,
    NumberField,
    PatternMatches,
    StateIs,
    TextField,
    TextMatches,
)
from lanner_coordinator.store.filter.values import (
    read_choice,
    read_dates,
    read_duration,
    read_number,
    suggestion,
)

SYSTEM_NAMESPACE = "system"
"""Namespace of the flows that keep Lanner itself in order; `scope:user` leaves it out."""

TRIGGERS = ("manual", "schedule", "backfill", "webhook", "flow", "polling", "subflow")
"""What may have started an execution."""

_BARE_WORD_FIELDS = (TextField.FLOW, TextField.NAMESPACE, TextField.ERROR)
_LABEL = "label."
_COMPARING = ("<", "<=", ">", ">=")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Question:
    """One value of a term, with all that is needed to read it."""

    operator: str
    value: Value
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class _Key:
    """What a key understands: its operators, and how it reads a value."""

    operators: tuple[str, ...]
    read: Callable[[_Question], Condition]


def parse_filter(text: str, now: datetime) -> ExecutionFilter:
    """Read a filter; empty text matches all.

    Args:
        text: Such as `state:FAILED,KILLED ns:company.* started>-24h`.
        now: What relative dates count from; they are absolute in the result.

    Raises:
        FilterError: The first thing that is wrong.
    """
    return ExecutionFilter(conditions=tuple(_read_term(term, now) for term in scan(text)))


def _read_term(term: Term, now: datetime) -> Condition:
    key = _key_of(term)
    alternatives = tuple(
        key.read(_Question(operator=term.operator, value=value, now=now)) for value in term.values
    )
    condition = alternatives[0] if len(alternatives) == 1 else AnyOf(conditions=alternatives)
    return Not(condition=condition) if term.is_negated else condition


def _key_of(term: Term) -> _Key:
    if not term.operator:
        return _BARE_WORD
    name = term.key.lower()
    if name.startswith(_LABEL) and len(name) > len(_LABEL):
        key = _label_key(term.key[len(_LABEL) :])
    elif name in _KEYS:
        key = _KEYS[name]
    else:
        hint = suggestion(name, [*_KEYS, "label.NAME"])
        raise FilterError(f'unknown key "{term.key}"{hint}', term.column)
    if term.operator not in key.operators:
        written = ", ".join(f"{term.key}{operator}" for operator in key.operators)
        raise FilterError(
            f'"{term.key}" is not asked with "{term.operator}": write {written}', term.column
        )
    return key


def _read_bare_word(question: _Question) -> Condition:
    # Ids are compared as written: case tells them apart, and to fold millions of them costs.
    glob = question.value.glob
    in_id = Glob(parts=(Wildcard.ANY, *glob.parts, Wildcard.ANY))
    return AnyOf(
        conditions=(
            Contains(fields=_BARE_WORD_FIELDS, glob=glob),
            TextMatches(field=TextField.ID, glob=in_id),
        )
    )


def _read_error(question: _Question) -> Condition:
    if question.operator == "~":
        pattern = compile_pattern(question.value.text, question.value.column)
        return PatternMatches(field=TextField.ERROR, pattern=pattern)
    return Contains(fields=(TextField.ERROR,), glob=question.value.glob)


def _read_state(question: _Question) -> Condition:
    name = read_choice("state", question.value.text, State, question.value.column)
    return StateIs(state=State(name))


def _read_trigger(question: _Question) -> Condition:
    name = read_choice("trigger", question.value.text, TRIGGERS, question.value.column)
    return TextMatches(field=TextField.TRIGGER, glob=literal_glob(name))


def _read_scope(question: _Question) -> Condition:
    scope = read_choice("scope", question.value.text, ("user", "system"), question.value.column)
    of_system = TextMatches(field=TextField.NAMESPACE, glob=literal_glob(SYSTEM_NAMESPACE))
    return of_system if scope == "system" else Not(condition=of_system)


def _read_duration(question: _Question) -> Condition:
    return DurationCompares(
        comparison=Comparison(question.operator),
        duration=read_duration(question.value.text, question.value.column),
    )


def _text_key(field: TextField) -> _Key:
    return _Key(
        operators=(":",), read=lambda question: TextMatches(field=field, glob=question.value.glob)
    )


def _label_key(name: str) -> _Key:
    return _Key(
        operators=(":",), read=lambda question: LabelMatches(name=name, glob=question.value.glob)
    )


def _number_key(field: NumberField) -> _Key:
    def read(question: _Question) -> Condition:
        return NumberCompares(
            field=field,
            comparison=_comparison(question.operator),
            value=read_number(question.value.text, question.value.column),
        )

    return _Key(operators=(":", *_COMPARING), read=read)


def _date_key(field: DateField) -> _Key:
    def read(question: _Question) -> Condition:
        value = question.value
        start, end = read_dates(value.text, question.now, value.column)
        comparison = _comparison(question.operator)
        if end is None:
            return DateCompares(field=field, comparison=comparison, at=start)
        return _day_condition(field, comparison, start, end)

    return _Key(operators=(":", *_COMPARING), read=read)


def _day_condition(
    field: DateField, comparison: Comparison, start: datetime, end: datetime
) -> Condition:
    """A comparison with a whole day: `>` is after its end, `<=` includes all of it."""
    from_start = DateCompares(field=field, comparison=Comparison.AT_LEAST, at=start)
    before_end = DateCompares(field=field, comparison=Comparison.LESS, at=end)
    match comparison:
        case Comparison.EQUAL:
            return AllOf(conditions=(from_start, before_end))
        case Comparison.LESS:
            return DateCompares(field=field, comparison=Comparison.LESS, at=start)
        case Comparison.AT_MOST:
            return before_end
        case Comparison.MORE:
            return DateCompares(field=field, comparison=Comparison.AT_LEAST, at=end)
        case Comparison.AT_LEAST:
            return from_start


def _comparison(operator: str) -> Comparison:
    return Comparison.EQUAL if operator == ":" else Comparison(operator)


_BARE_WORD = _Key(operators=("",), read=_read_bare_word)
_KEYS = {
    "state": _Key(operators=(":",), read=_read_state),
    "ns": _text_key(TextField.NAMESPACE),
    "flow": _text_key(TextField.FLOW),
    "id": _text_key(TextField.ID),
    "rev": _number_key(NumberField.REVISION),
    "trigger": _Key(operators=(":",), read=_read_trigger),
    "attempts": _number_key(NumberField.ATTEMPT),
    "task": _text_key(TextField.FAILED_TASK),
    "error": _Key(operators=(":", "~"), read=_read_error),
    "created": _date_key(DateField.CREATED),
    "started": _date_key(DateField.STARTED),
    "ended": _date_key(DateField.ENDED),
    "dur": _Key(operators=_COMPARING, read=_read_duration),
    "scope": _Key(operators=(":",), read=_read_scope),
}
