"""What scripts are given to read of their execution."""

from __future__ import annotations

from lanner_coordinator.runtime.execution_context import with_execution_context

VARIABLES = {"outputs": {}, "labels": {}, "envs": {"home": "/root"}, "globals": {}, "flow": {}}


def test_a_script_that_asks_for_nothing_gets_nothing() -> None:
    properties: dict[str, object] = {"script": "x"}

    assert with_execution_context(properties, VARIABLES) is properties
    assert with_execution_context({"executionContext": False}, VARIABLES) == {
        "executionContext": False
    }


def test_a_script_sees_its_execution_and_nothing_of_the_coordinator() -> None:
    given = with_execution_context({"executionContext": True, "script": "x"}, VARIABLES)

    assert given == {
        "script": "x",
        "executionContext": {
            "outputs": "{{ outputs }}",
            "labels": "{{ labels }}",
            "flow": "{{ flow }}",
        },
    }


def test_true_in_quotes_is_true() -> None:
    given = with_execution_context({"executionContext": "true"}, {"vars": {}})

    assert given == {"executionContext": {"vars": "{{ vars }}"}}
