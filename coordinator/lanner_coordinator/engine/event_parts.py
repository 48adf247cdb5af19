"""Values that events hold and that executions keep as they are."""

from __future__ import annotations

import msgspec


class TriggerInfo(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What started an execution.

    Attributes:
        kind: `manual`, `schedule`, `backfill`, `webhook`, `flow`, `polling`, `subflow`.
        id: Id of the trigger in the flow, or of the parent's task; empty: started by a person or
            service.
        type: Canonical name of the trigger type; empty: none.
        variables: `trigger.*` in expressions.
        by: Who asked, for `manual`.
    """

    kind: str
    id: str = ""
    type: str = ""
    variables: dict[str, object] = {}
    by: str = ""


class MetricValue(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One measured value.

    A count, seconds or a plain number, as `kind` says (counter, timer, gauge).
    """

    name: str
    kind: str
    value: float
    tags: dict[str, str] = {}
