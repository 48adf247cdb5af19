"""A suite of tests of one flow, as its file says it.

Values are unrendered; every part knows its node, so that whatever turns out to be wrong with it is
shown where it stands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from lanner_coordinator.engine.state import State
from lanner_coordinator.flow.nodes import ListNode, Node

UNIT_TEST = "io.kestra.core.tests.flow.UnitTest"
"""The type of a case; there is one."""

_NOWHERE = ListNode(1, 1)


class Operator(StrEnum):
    """How an assertion compares."""

    EQUAL_TO = "equalTo"
    NOT_EQUAL_TO = "notEqualTo"
    CONTAINS = "contains"
    STARTS_WITH = "startsWith"
    ENDS_WITH = "endsWith"
    GREATER_THAN = "greaterThan"
    GREATER_THAN_OR_EQUAL_TO = "greaterThanOrEqualTo"
    LESS_THAN = "lessThan"
    LESS_THAN_OR_EQUAL_TO = "lessThanOrEqualTo"
    IN = "in"
    NOT_IN = "notIn"
    IS_NULL = "isNull"
    IS_NOT_NULL = "isNotNull"


FORMER_SPELLINGS: Mapping[Operator, Sequence[str]] = {
    Operator.EQUAL_TO: ("equalsTo",),
    Operator.NOT_EQUAL_TO: ("notEqualsTo",),
}
"""How the first version that had tests spelled operators."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One operator of an assertion.

    Attributes:
        operator: How to compare.
        expected: With what.
        at: Its value in the file.
    """

    operator: Operator
    expected: object
    at: Node = field(default=_NOWHERE, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assertion:
    """What must hold when the execution has ended.

    Attributes:
        value: What is compared.
        comparisons: All of them must hold; at least one.
        task_id: Task whose task run expressions see; empty: none.
        description: For people; may be empty.
        error_message: Told in place of the usual sentence; empty: that.
        at: Its place in the file.
    """

    value: object
    comparisons: Sequence[Comparison]
    task_id: str = ""
    description: str = ""
    error_message: str = ""
    at: Node = field(default=_NOWHERE, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskFixture:
    """What comes of a task in place of its work.

    Attributes:
        task_id: Which task.
        flow_id: Of a subflow; empty: the tested flow.
        value: Only of the iteration with this value; absent: of any.
        iteration: Only of the iteration with this number, from 0; absent: of any.
        attempt: Only of the attempt with this number, from 1; absent: of any.
        state: How it ends.
        outputs: What it leaves.
        error: Why it failed; empty: nothing is said.
        at: Its place in the file.
    """

    task_id: str
    flow_id: str = ""
    value: str | None = None
    iteration: int | None = None
    attempt: int | None = None
    state: State = State.SUCCESS
    outputs: Mapping[str, object] = field(default_factory=dict)
    error: str = ""
    at: Node = field(default=_NOWHERE, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class TriggerFixture:
    """What started the execution.

    Attributes:
        id: Of the trigger.
        type: Name of its type; empty: that of the flow's trigger.
        variables: `trigger.*`; absent: for a schedule those of `now`.
        at: Its place in the file.
    """

    id: str
    type: str = ""
    variables: Mapping[str, object] | None = None
    at: Node = field(default=_NOWHERE, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixtures:
    """What the execution finds.

    Attributes:
        inputs: By input id.
        files: Text of files by name: `files['name']` is the URI.
        tasks: What comes of tasks.
        trigger: What started it; absent: a person.
        now: When it starts; absent: the first day of 2025.
        secrets: By name.
        kv: Values of the key-value store in the flow's namespace.
        envs: `envs.*`.
        globals: `globals.*`.
        namespace: Variables of the namespace, `namespace.*`.
        at: Their place in the file.
    """

    inputs: Mapping[str, object] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    tasks: Sequence[TaskFixture] = ()
    trigger: TriggerFixture | None = None
    now: datetime | None = None
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    kv: Mapping[str, object] = field(default_factory=dict)
    envs: Mapping[str, str] = field(default_factory=dict)
    globals: Mapping[str, object] = field(default_factory=dict)
    namespace: Mapping[str, object] = field(default_factory=dict)
    at: Node = field(default=_NOWHERE, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One test.

    Attributes:
        id: Unique in the suite.
        description: For people; may be empty.
        is_disabled: It is passed over.
        fixtures: What the execution finds.
        assertions: What must hold.
        at: Its place in the file.
    """

    id: str
    description: str = ""
    is_disabled: bool = False
    fixtures: Fixtures = field(default_factory=Fixtures)
    assertions: Sequence[Assertion] = ()
    at: Node = field(default=_NOWHERE, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """The tests of one file.

    Attributes:
        id: Of the suite.
        namespace: Of the flow.
        flow_id: The flow.
        description: For people; may be empty.
        is_disabled: All of it is passed over.
        cases: Its tests.
        flow_at: Where the file names the flow.
    """

    id: str
    namespace: str
    flow_id: str
    description: str = ""
    is_disabled: bool = False
    cases: Sequence[Case] = ()
    flow_at: Node = field(default=_NOWHERE, repr=False)
