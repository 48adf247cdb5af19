"""Native tasks with the key-value store, and states on top of it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from lanner_coordinator.flow.types.native import NativeResult, run_native
from lanner_coordinator.runtime.key_values.book import KeyValueBook
from lanner_coordinator.runtime.key_values.task_view import TaskKeyValues

NOW = datetime(2026, 1, 1, tzinfo=UTC)


class Task:
    """Runs tasks of one flow over one store."""

    def __init__(self, book: KeyValueBook, flow_id: str = "etl", value: str = "") -> None:
        self.values = TaskKeyValues(
            book, namespace="company.team", flow_id=flow_id, now=NOW, iteration_value=value
        )

    def run(self, name: str, /, **properties: object) -> NativeResult:
        return run_native(f"io.kestra.plugin.core.{name}", properties, self.values)


@pytest.fixture
def book() -> KeyValueBook:
    return KeyValueBook()


@pytest.fixture
def task(book: KeyValueBook) -> Task:
    return Task(book)


def test_what_is_set_can_be_read_listed_and_deleted(task: Task) -> None:
    assert task.run("kv.Set", key="day", value={"n": 1}).outputs == {}

    assert task.run("kv.Get", key="day").outputs == {"value": {"n": 1}}
    assert task.run("kv.GetKeys", prefix="d").outputs == {"keys": ["day"]}
    assert task.run("kv.Delete", key="day").outputs == {"deleted": True}
    assert task.run("kv.Get", key="day").outputs == {"value": None}
    assert [change.key for change in task.values.changes] == ["day", "day"]


def test_a_value_of_a_namespace_above_is_read_unless_a_namespace_is_named(task: Task) -> None:
    task.run("kv.Set", key="a", value=1, namespace="company")

    assert task.run("kv.Get", key="a").outputs == {"value": 1}
    assert task.run("kv.Get", key="a", namespace="company.team").outputs == {"value": None}


@pytest.mark.parametrize("name", ["kv.Get", "kv.Delete"])
def test_a_missing_key_fails_where_it_is_told_to(task: Task, name: str) -> None:
    result = task.run(name, key="a", errorOnMissing=True)

    assert result.state == "FAILED"
    assert result.error == (
        "No value found for key 'a' in namespace 'company.team' and `errorOnMissing` is set to true"
    )


@pytest.mark.parametrize(
    ("properties", "error"),
    [
        ({"kvType": "NUMBER", "value": "many"}, "`many` is no number"),
        ({"kvType": "THING", "value": "a"}, "`THING` is none of the types STRING, NUMBER"),
        ({"ttl": "soon", "value": "a"}, "`soon`"),
        ({"namespace": "elsewhere", "value": "a"}, "There is no namespace 'elsewhere'"),
    ],
)
def test_a_wrong_setting_fails_with_a_sentence(
    task: Task, properties: dict[str, object], error: str
) -> None:
    result = task.run("kv.Set", key="a", **properties)

    assert result.state == "FAILED"
    assert error in result.error
    assert task.values.changes == []


def test_a_state_grows_by_what_is_merged_into_it(task: Task) -> None:
    task.run("state.Set", data={"a": 1, "b": [1]})

    assert task.run("state.Set", data={"a": 2, "c": None}).outputs["count"] == 3
    assert task.run("state.Get").outputs == {"count": 3, "data": {"a": 2, "b": [1], "c": None}}
    assert task.run("state.Delete").outputs == {"deleted": True}
    assert task.run("state.Get").outputs == {"count": 0, "data": {}}
    assert task.run("state.Get", errorOnMissing=True).state == "FAILED"


def test_states_are_apart_by_name_flow_and_value_of_the_loop(book: KeyValueBook) -> None:
    Task(book, value="x/ y").run("state.Set", data={"a": "1"})

    assert Task(book, value="x/ y").run("state.Get").outputs["count"] == 1
    assert Task(book, value="z").run("state.Get").outputs["count"] == 0
    assert Task(book, "other", "x/ y").run("state.Get").outputs["count"] == 0
    assert Task(book, value="x/ y").run("state.Get", name="own").outputs["count"] == 0
    assert Task(book, value="x/ y").run("state.Get", taskrunValue=False).outputs["count"] == 0


def test_a_state_of_the_namespace_is_shared_by_its_flows(book: KeyValueBook) -> None:
    Task(book, "one").run("state.Set", namespace=True, data={"a": "1"})

    assert Task(book, "two").run("state.Get", namespace=True).outputs["data"] == {"a": "1"}
