"""What people write after a verb: flows, triggers, labels, executions."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lanner_console.cli.errors import UsageProblem
from lanner_console.models import TriggerKey


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowName:
    """A flow.

    Attributes:
        namespace: Of the flow.
        flow_id: Of the flow.
    """

    namespace: str
    flow_id: str

    def __str__(self) -> str:
        return f"{self.namespace}/{self.flow_id}"


def flow_name(text: str, default_namespace: str) -> FlowName:
    """The flow of `namespace/id`, or of `id` in the default namespace.

    Raises:
        UsageProblem: It is neither.
    """
    namespace, slash, flow_id = text.rpartition("/")
    namespace = namespace if slash else default_namespace
    if not namespace or not flow_id or "/" in namespace:
        raise UsageProblem(
            f'"{text}" does not name a flow',
            why="" if slash else "it has no namespace, and there is no default one",
            fix="write NAMESPACE/ID, for example company.etl/load_orders",
        )
    return FlowName(namespace=namespace, flow_id=flow_id)


def trigger_key(text: str, default_namespace: str) -> TriggerKey:
    """The trigger of `namespace/flow/trigger`, or of `flow/trigger` in the default namespace.

    Raises:
        UsageProblem: It is neither.
    """
    rest, _, trigger_id = text.rpartition("/")
    if not rest or not trigger_id:
        raise UsageProblem(
            f'"{text}" does not name a trigger',
            fix="write NAMESPACE/FLOW/TRIGGER, for example company.etl/load_orders/schedule",
        )
    flow = flow_name(rest, default_namespace)
    return TriggerKey(namespace=flow.namespace, flow_id=flow.flow_id, trigger_id=trigger_id)


def key_values(words: Iterable[str], option: str) -> dict[str, str]:
    """Values by key of `key=value` words.

    Raises:
        UsageProblem: A word has no `=`, or a key comes twice.
    """
    pairs: dict[str, str] = {}
    for word in words:
        key, equals, value = word.partition("=")
        if not equals or not key:
            raise UsageProblem(f'"{word}" is not KEY=VALUE', fix=f"write {option} key=value")
        if key in pairs:
            raise UsageProblem(f'"{key}" is given twice', fix=f"give {option} {key}=… once")
        pairs[key] = value
    return pairs


def execution_ids(words: Sequence[str]) -> list[str]:
    """Ids as written; `-` reads them from stdin, one or more a line.

    Raises:
        UsageProblem: Stdin has none.
    """
    ids: list[str] = []
    for word in words:
        if word != "-":
            ids.append(word)
            continue
        read = sys.stdin.read().split()
        if not read:
            raise UsageProblem("no id came from stdin", fix="pipe ids, one a line")
        ids.extend(read)
    return list(dict.fromkeys(ids))
