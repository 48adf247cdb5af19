"""Actions of a case on all its executions in one batch."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from lanner_proto.errors import WrongState
from lanner_proto.v1 import batch_pb2
from tests.conformance.live.acts import new_labels, new_state
from tests.conformance.live.scenario import NotOffered, Scenario
from tests.conformance.live.seen import Seen

Phase = Mapping[str, Any]

POLL_SECONDS = 0.05

_ACTS: Mapping[str, batch_pb2.BatchAct.ValueType] = {
    "restart": batch_pb2.BATCH_ACT_RETRY,
    "kill": batch_pb2.BATCH_ACT_KILL,
    "replay": batch_pb2.BATCH_ACT_REPLAY,
    "change_status": batch_pb2.BATCH_ACT_CHANGE_STATE,
    "force_run": batch_pb2.BATCH_ACT_FORCE_RUN,
    "unqueue": batch_pb2.BATCH_ACT_UNQUEUE,
    "set_labels": batch_pb2.BATCH_ACT_SET_LABELS,
    "delete": batch_pb2.BATCH_ACT_DELETE,
    "pause": batch_pb2.BATCH_ACT_PAUSE,
    "resume": batch_pb2.BATCH_ACT_RESUME,
}
_DETAILS: Mapping[str, Callable[[Phase], batch_pb2.ActDetails]] = {
    "change_status": new_state,
    "set_labels": new_labels,
}
_SUFFIXES = ("_by_ids", "_by_query")


def is_batch(action: str) -> bool:
    """Whether an action is one on all executions of the case."""
    return action.endswith(_SUFFIXES)


async def act_on_all(scenario: Scenario, phase: Phase) -> Seen | None:
    """Do an act on all executions of the case: by their ids, or by a filter that finds them.

    Raises:
        NotOffered: There is no such act.
        WrongState: It applies to none of them.
        LannerError: It is refused.
    """
    verb = phase["action"].rpartition("_by_")[0]
    act = _ACTS.get(verb)
    if act is None:
        raise NotOffered(f"the API has no {phase['action']}")
    details = _DETAILS[verb](phase) if verb in _DETAILS else None
    selection = _selection(scenario, phase)
    client = scenario.programs.client
    preview = await client.preview_batch(act, selection)
    count = (phase.get("expect") or {}).get("count")
    if count is not None and preview.eligible_count != count:
        scenario.failures.append(
            f"after {phase['action']}: {preview.eligible_count} executions, expected {count}"
        )
    if not preview.eligible_count:
        raise WrongState("; ".join(group.reason for group in preview.groups))
    batch = await client.create_batch(act, selection, details=details)
    while batch.status == batch_pb2.Batch.STATUS_RUNNING:
        await asyncio.sleep(POLL_SECONDS)
        batch = await client.get_batch(batch.id)
    if act == batch_pb2.BATCH_ACT_DELETE:
        scenario.deleted.update(scenario.executions.values())
    total = (phase.get("expect") or {}).get("total_executions")
    found = await scenario.of_flow(scenario.case.flow.key) if total is not None else ()
    if total is not None and len(found) != total:
        scenario.failures.append(
            f"after {phase['action']}: {len(found)} executions, expected {total}"
        )
    return None


def _selection(scenario: Scenario, phase: Phase) -> batch_pb2.BatchSelection:
    if phase["action"].endswith("_by_query"):
        key = scenario.case.flow.key
        started = scenario.started_at.isoformat().replace("+00:00", "Z")
        text = f"ns:{key.namespace} flow:{key.flow_id} created>={started}"
        return batch_pb2.BatchSelection(filter=text)
    ids = list(dict.fromkeys(scenario.executions.values()))
    return batch_pb2.BatchSelection(execution_ids=ids)
