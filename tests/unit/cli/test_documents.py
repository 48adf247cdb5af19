from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from tempfile import gettempdir

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from lanner_console.cli.documents import document, list_document
from lanner_console.cli.yaml_text import yaml_text
from lanner_console.models import (
    ExecutionDetail,
    ExecutionRow,
    FlowProblem,
    State,
    TaskRunRow,
    TriggerKey,
    TriggerRow,
)

ROW = ExecutionRow(
    id="5Zk1",
    namespace="company.etl",
    flow_id="load_orders",
    flow_revision=12,
    state=State.FAILED,
    created_at=datetime(2026, 11, 23, 12, tzinfo=UTC),
    labels={"team_name": "etl"},
)


def test_names_are_camel_case_and_keys_of_the_user_stay() -> None:
    written = document("Execution", ROW)

    assert written["apiVersion"] == "lanner/v1"
    assert written["flowId"] == "load_orders"
    assert written["createdAt"] == "2026-11-23T12:00:00Z"
    assert written["endedAt"] is None
    assert written["labels"] == {"team_name": "etl"}


def test_an_execution_carries_its_row_and_its_task_runs_as_a_list() -> None:
    run = TaskRunRow(id="r1", task_id="load", type="core.log.Log", state=State.RUNNING)
    detail = ExecutionDetail(row=ROW, inputs={"day_of": 1}, task_runs={"r1": run})

    written = document("Execution", detail)

    assert written["id"] == "5Zk1"
    assert written["inputs"] == {"day_of": 1}
    assert [one["taskId"] for one in written["taskRuns"]] == ["load"]


def test_a_list_says_how_many_there_are_in_all() -> None:
    key = TriggerKey(namespace="a", flow_id="b", trigger_id="c")
    row = TriggerRow(key=key, type="Schedule", is_enabled=True)

    written = list_document("Trigger", [row], 7)

    assert (written["kind"], written["totalCount"]) == ("TriggerList", 7)
    assert written["items"][0]["key"] == {"namespace": "a", "flowId": "b", "triggerId": "c"}


def test_every_document_is_json() -> None:
    assert json.dumps(document("Problem", FlowProblem(is_error=True, code="X", message="m")))


def test_what_is_no_view_is_refused() -> None:
    with pytest.raises(TypeError, match="a PosixPath has no JSON form"):
        document("Path", Path(gettempdir()))


JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@settings(deadline=None)
@given(JSON_VALUES)
def test_a_yaml_reader_gets_the_same_value_back(value: object) -> None:
    assert YAML(typ="safe", pure=True).load(yaml_text(value)) == value
