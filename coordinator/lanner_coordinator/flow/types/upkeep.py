"""Tasks that look after what executions leave: they count, remove and kill, in the coordinator."""

from __future__ import annotations

from collections.abc import Mapping

from lanner_coordinator.flow.catalog import TypeDescription
from lanner_coordinator.flow.model import TaskKind
from lanner_coordinator.flow.types.schemas import (
    LEVELS,
    PREFIX,
    Schema,
    boolean,
    record,
    text,
)

COUNT = f"{PREFIX}core.execution.Count"
KILL = f"{PREFIX}core.execution.Kill"
PURGE_EXECUTIONS = f"{PREFIX}core.execution.PurgeExecutions"
PURGE_FLOWS = f"{PREFIX}core.flow.PurgeFlows"
PURGE_KEYS = f"{PREFIX}core.kv.PurgeKV"
PURGE_LOGS = f"{PREFIX}core.log.PurgeLogs"
PURGE_METRICS = f"{PREFIX}core.metric.PurgeMetrics"

RAW_PROPERTIES: Mapping[str, str] = {COUNT: "expression"}
"""The property of a type that is rendered for each result, not for the task."""

_NUMBER: Schema = {"type": "integer", "minimum": 0}
_TEXTS: Schema = {"anyOf": [{"type": "array", "items": {"type": "string"}}, {"type": "string"}]}
_FLOWS = {
    "namespace": text("With all below it, unless `flowId` is given; absent: all."),
    "flowId": text("One flow of that namespace; absent: all."),
}
_SELECTION = {
    **_FLOWS,
    "startDate": text("Not before; absent: from the beginning."),
    "endDate": text("Not after."),
}


def _texts(description: str) -> Schema:
    return {**_TEXTS, "description": description}


TYPES = (
    TypeDescription(
        name=COUNT,
        kind=TaskKind.NATIVE,
        description="Count executions of flows or namespaces, and keep the counts that matter.",
        properties_schema=record(
            ["expression"],
            flows={
                "type": "array",
                "items": record(
                    ["namespace"], namespace=text("Of the flow."), flowId=text("Absent: all.")
                ),
                "description": "One count for each.",
            },
            namespaces=_texts("One count for each, of the flows right in it."),
            states=_texts("Executions in these states only; absent: in any."),
            startDate=text("Created not before; absent: from the beginning."),
            endDate=text("Created not after; absent: until now."),
            expression=text("Keeps a count for which it gives `true`; it sees `count`."),
        ),
        outputs_schema=record(
            (),
            results={"type": "array", "description": "`namespace`, `flowId` and `count` of each."},
            total={**_NUMBER, "description": "Sum of the counts."},
        ),
        examples=(
            f"id: idle\ntype: {COUNT}\nflows:\n  - {{namespace: company.team, flowId: load}}\n"
            "startDate: \"{{ now() | dateAdd(-1, 'DAYS') }}\"\n"
            'expression: "{{ count == 0 }}"\n',
        ),
    ),
    TypeDescription(
        name=KILL,
        kind=TaskKind.NATIVE,
        description="Kill an execution.",
        properties_schema=record(
            ["executionId"],
            executionId=text("Which."),
            propagateKill=boolean("Kill the executions that it started, too.", default=True),
        ),
        examples=(f'id: stop\ntype: {KILL}\nexecutionId: "{{{{ inputs.id }}}}"\n',),
    ),
    TypeDescription(
        name=PURGE_EXECUTIONS,
        kind=TaskKind.NATIVE,
        description="Remove ended executions with their logs and files.",
        properties_schema=record(
            ["endDate"],
            **_SELECTION,
            states=_texts("Those that ended in these states only; absent: in any."),
            purgeExecution=boolean(
                "Remove the executions, and their logs with them.", default=True
            ),
            purgeLog=boolean("Remove their logs.", default=True),
            purgeMetric=boolean("They go with the executions only.", default=True),
            purgeStorage=boolean("Remove their files.", default=True),
            batchSize={**_NUMBER, "description": "Has no effect."},
        ),
        outputs_schema=record(
            (),
            executionsCount={**_NUMBER, "description": "Executions that were removed."},
            logsCount={**_NUMBER, "description": "Lines that were removed."},
            metricsCount={**_NUMBER, "description": "Metrics that were removed."},
            storagesCount={**_NUMBER, "description": "Files that were removed."},
        ),
        examples=(
            f"id: tidy\ntype: {PURGE_EXECUTIONS}\nnamespace: company\n"
            "endDate: \"{{ now() | dateAdd(-30, 'DAYS') }}\"\nstates: [SUCCESS]\n",
        ),
    ),
    TypeDescription(
        name=PURGE_FLOWS,
        kind=TaskKind.NATIVE,
        description="Remove old revisions of flows that no execution, live or ended, is of.",
        properties_schema=record(
            (),
            **_FLOWS,
            behavior={
                "type": "object",
                "description": "`keepAmount`: the newest that stay; or `before`: those applied "
                "until then go; neither: all go. The newest stays; absent: it alone.",
                "examples": [{"keepAmount": 2}],
            },
        ),
        outputs_schema=record((), size={**_NUMBER, "description": "Revisions that were removed."}),
        examples=(
            f"id: tidy\ntype: {PURGE_FLOWS}\nnamespace: company\nbehavior:\n  keepAmount: 10\n",
        ),
    ),
    TypeDescription(
        name=PURGE_KEYS,
        kind=TaskKind.NATIVE,
        description="Remove keys of the key-value store, those that have expired unless told so.",
        properties_schema=record(
            (),
            namespaces=_texts("In these namespaces; absent: in all."),
            namespacePattern=text("In namespaces that match, with `*` and `?`."),
            includeChildNamespaces=boolean("In those below `namespaces`, too.", default=True),
            keyPattern=text("Keys that match, with `*` and `?`; absent: all."),
            expiredOnly=boolean("Keys that have expired only.", default=True),
            behavior={
                "type": "object",
                "description": "`{type: key, expiredOnly: false}`; or `{type: version}` with "
                "`before` or `keepAmount`: the newest version, the only one there is, stays.",
                "examples": [{"type": "key", "expiredOnly": False}],
            },
        ),
        outputs_schema=record((), size={**_NUMBER, "description": "Keys that were removed."}),
        examples=(f"id: tidy\ntype: {PURGE_KEYS}\nnamespaces: [company]\n",),
    ),
    TypeDescription(
        name=PURGE_LOGS,
        kind=TaskKind.NATIVE,
        description="Remove lines of logs; the executions stay.",
        properties_schema=record(
            ["endDate"],
            **_SELECTION,
            logLevels={
                "type": "array",
                "items": {"enum": list(LEVELS)},
                "description": "Lines of these levels only; absent: of any.",
            },
        ),
        outputs_schema=record((), count={**_NUMBER, "description": "Lines that were removed."}),
        examples=(
            f"id: tidy\ntype: {PURGE_LOGS}\nlogLevels: [DEBUG, TRACE]\n"
            "endDate: \"{{ now() | dateAdd(-7, 'DAYS') }}\"\n",
        ),
    ),
    TypeDescription(
        name=PURGE_METRICS,
        kind=TaskKind.NATIVE,
        description="Remove metrics of ended executions; all else of them stays.",
        properties_schema=record(["endDate"], **_SELECTION),
        outputs_schema=record((), count={**_NUMBER, "description": "Metrics that were removed."}),
        examples=(
            f"id: tidy\ntype: {PURGE_METRICS}\n"
            "endDate: \"{{ now() | dateAdd(-30, 'DAYS') }}\"\n",
        ),
    ),
)
"""All of them; their work is done by the runtime."""
