from __future__ import annotations

from lanner_coordinator.flow.model import Flow
from lanner_coordinator.flow.update import check_update


def test_a_flow_keeps_its_id_and_namespace() -> None:
    stored = Flow(id="a", namespace="x", description="old")

    same = check_update(stored, Flow(id="a", namespace="x", description="new"))
    other = check_update(stored, Flow(id="b", namespace="y"))

    assert same == []
    assert [(one.code, one.path) for one in other] == [("LNR035", "id"), ("LNR035", "namespace")]
