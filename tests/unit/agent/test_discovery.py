from __future__ import annotations

import logging
from importlib.metadata import EntryPoint

import pytest

from lanner_agent.discovery import by_name, task_types_of
from lanner_agent.tasks.contract import Properties, TaskContext, TaskResult, TaskType
from lanner_agent.wire.catalog import encode_catalog


async def _run(context: TaskContext, properties: Properties) -> TaskResult:
    return TaskResult()


def task_type(name: str, *aliases: str) -> TaskType:
    return TaskType(
        name=name,
        aliases=aliases,
        description="For tests.",
        properties_schema={"type": "object"},
        outputs_schema={},
        run=_run,
    )


GOOD = (task_type("acme.One"), task_type("acme.Two", "acme.Second"))
DOUBLE = (task_type("acme.One"),)
NOT_A_LIST_OF_TYPES = ("acme.One",)


def plugin(name: str, attribute: str) -> EntryPoint:
    return EntryPoint(name=name, value=f"{__name__}:{attribute}", group="lanner.tasks")


def names(*plugins: EntryPoint) -> list[str]:
    return [found.name for found in task_types_of(plugins)]


def test_types_of_all_plugins_are_found() -> None:
    assert names(plugin("acme", "GOOD")) == ["acme.One", "acme.Two"]


@pytest.mark.parametrize(
    "broken",
    [
        EntryPoint(name="broken", value="no_such_module_anywhere:TYPES", group="lanner.tasks"),
        plugin("broken", "NO_SUCH_ATTRIBUTE"),
        plugin("broken", "NOT_A_LIST_OF_TYPES"),
    ],
)
def test_a_broken_plugin_is_left_out_with_a_warning(
    broken: EntryPoint, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        found = names(broken, plugin("good", "GOOD"))

    assert found == ["acme.One", "acme.Two"]
    assert 'Plugin "broken"' in caplog.text


def test_the_first_plugin_that_has_a_type_keeps_it(caplog: pytest.LogCaptureFixture) -> None:
    found = task_types_of([plugin("b", "DOUBLE"), plugin("a", "GOOD")])

    assert found[0] is GOOD[0]
    assert 'Plugin "b": acme.One is there already.' in caplog.text


def test_types_are_known_by_their_aliases() -> None:
    assert by_name(GOOD)["acme.Second"] is GOOD[1]


def test_the_hash_of_the_catalog_does_not_depend_on_the_order() -> None:
    assert encode_catalog(GOOD).sha256 == encode_catalog(GOOD[::-1]).sha256


def test_the_hash_of_the_catalog_changes_with_a_type() -> None:
    assert encode_catalog(GOOD).sha256 != encode_catalog(GOOD[:1]).sha256
