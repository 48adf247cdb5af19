"""Flows and values of inputs that try to use up the machine: all refused, and soon."""

from __future__ import annotations

from collections.abc import Mapping
from time import thread_time

import pytest

from lanner_coordinator.flow.cron import complaint_about_cron
from lanner_coordinator.flow.expression import NoEffects, render_typed
from lanner_coordinator.flow.inputs import resolve_inputs
from lanner_coordinator.flow.migration.migrate import migrate
from tests.unit.flow.sources import HEAD, TASKS, TYPES, good, read

_SECONDS = 1.0

_SOURCES = {
    "deep lists": f"{HEAD}{TASKS}variables: {{a: {'[' * 5_000}{']' * 5_000}}}\n",
    "deep maps": f"{HEAD}{TASKS}variables: {'{a: ' * 5_000}1{'}' * 5_000}\n",
    "deep blocks": HEAD + TASKS + "variables:\n" + "".join(f"{' ' * n}a:\n" for n in range(1, 400)),
    "unclosed lists": HEAD + "tasks: " + "[" * 100_000,
    "a long text": f"{HEAD}{TASKS}description: {'a' * 1_100_000}\n",
    "many keys": HEAD + "variables:\n" + "".join(f"  k{n}: {n}\n" for n in range(101_000)) + TASKS,
    "the same key": HEAD + TASKS + "description: a\n" * 10_000,
    "aliases": HEAD
    + "variables:\n  b0: &b0 [x, x, x, x, x, x, x, x]\n"
    + "".join(f"  b{n}: &b{n} [{', '.join([f'*b{n - 1}'] * 8)}]\n" for n in range(1, 20))
    + TASKS,
    "unknown aliases": HEAD + TASKS + "variables: [" + "*a, " * 30_000 + "]\n",
    "unknown keys": HEAD + TASKS + "".join(f"nosuch{n}: 1\n" for n in range(10_000)),
    "unknown properties": HEAD
    + "tasks:\n  - id: a\n    type: core.log.Log\n"
    + "".join(f"    nosuch{n}: 1\n" for n in range(10_000)),
    "unknown types": HEAD
    + "tasks:\n"
    + "".join(f"  - {{id: t{n}, type: core.nosuch.Type{n}}}\n" for n in range(600)),
    "braces": f"{HEAD}tasks: [{{id: a, type: core.log.Log, message: '{'{{' * 100_000}'}}]\n",
    "a deep expression": (
        f"{HEAD}tasks: [{{id: a, type: core.log.Log, message: '{{{{ {'(' * 9_000} }}}}'}}]\n"
    ),
    "a circle of many": HEAD
    + "tasks:\n  - id: d\n    type: core.flow.Dag\n    tasks:\n"
    + "".join(
        f"      - {{task: {{id: t{n}, type: core.debug.Return}}, dependsOn: [t{(n + 1) % 900}]}}\n"
        for n in range(900)
    ),
    "a hard pattern": f"{HEAD}{TASKS}inputs: [{{id: a, type: STRING, validator: '{'(' * 3_000}'}}]",
    "a long cron": (
        f"{HEAD}{TASKS}triggers: [{{id: t, type: core.trigger.Schedule,"
        f" cron: '{','.join(['99'] * 50_000)} * * * *'}}]\n"
    ),
}

_VALUES = {
    "deep JSON": ("JSON", "[" * 200_000),
    "closed deep JSON": ("JSON", "[" * 100_000 + "]" * 100_000),
    "a long number": ("JSON", "9" * 1_000_000),
    "no number": ("JSON", "NaN"),
    "deep YAML": ("YAML", "- " * 50_000),
    "YAML of many aliases": (
        "YAML",
        "a: &a [x,x,x,x,x,x,x,x,x]\n"
        + "".join(
            f"{new}: &{new} [{','.join([f'*{old}'] * 9)}]\n"
            for old, new in zip("abcdefg", "bcdefgh", strict=True)
        ),
    ),
    "a whole number of many digits": ("INT", "9" * 1_000_000),
    "a fraction of many digits": ("FLOAT", "9" * 1_000_000),
    "an endless number": ("FLOAT", "1e999999999"),
    "a long duration": ("DURATION", f"P{'9' * 100_000}D"),
    "a far date": ("DATE", f"{'9' * 100_000}-01-01"),
    "a far moment": ("DATETIME", "9" * 100_000),
    "a long time": ("TIME", "1:" * 100_000),
    "a list of deep lists": ("ARRAY, itemType: JSON", "[" * 100_000),
    "a long address": ("EMAIL", "a" * 1_000_000 + "@"),
    "a long link": ("URI", "a" * 1_000_000 + ":/"),
    "a pattern that goes back": ("STRING, validator: '(a|aa)+$'", "a" * 100_000 + "!"),
    "a pattern in a pattern": ("STRING, validator: '(a|a)*$'", "a" * 60 + "b"),
    "a secret's pattern": ("SECRET, validator: '([a-z]+)*[0-9]'", "a" * 100_000),
    "a far choice": ("SELECT, expression: '{{ range(1, 1000000000) }}'", "x"),
    "a choice that never ends": (
        "SELECT, expression: '{% for i in 1..99999 %}{% for j in 1..99999 %}x{% endfor %}"
        "{% endfor %}'",
        "x",
    ),
}


def _evaluate(source: object, variables: Mapping[str, object]) -> object:
    return render_typed(source, variables, NoEffects()).value


@pytest.mark.parametrize("name", _SOURCES)
def test_a_flow_that_is_too_much_is_refused_soon(name: str) -> None:
    started_at = thread_time()

    result = read(_SOURCES[name])

    assert thread_time() - started_at < _SECONDS
    assert result.problems


@pytest.mark.parametrize("name", _SOURCES)
def test_a_flow_that_is_too_much_is_migrated_soon(name: str) -> None:
    started_at = thread_time()

    migrate(_SOURCES[name], TYPES)

    assert thread_time() - started_at < 2 * _SECONDS


@pytest.mark.parametrize("name", _VALUES)
def test_a_value_that_is_too_much_is_refused_soon(name: str) -> None:
    kind, value = _VALUES[name]
    flow = good(f"{HEAD}{TASKS}inputs: [{{id: a, type: {kind}}}]\n")
    started_at = thread_time()

    result = resolve_inputs(flow, {"a": value}, _evaluate, encrypt=str)

    assert thread_time() - started_at < _SECONDS
    assert result.problems


@pytest.mark.parametrize("cron", ["0 0 31 2 *", "0 0 30 2 1", "* * * * " + "1," * 50_000 + "1"])
def test_a_cron_expression_is_judged_soon(cron: str) -> None:
    started_at = thread_time()

    complaint_about_cron(cron)

    assert thread_time() - started_at < _SECONDS
