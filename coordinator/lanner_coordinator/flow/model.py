"""The checked model of a flow: what the reader makes of YAML and the engine runs.

Everything here is immutable and holds unrendered values: a text with `{{ … }}` stays as it is until
    the runtime renders it.
Type names are canonical (`io.kestra.plugin.…`), whatever spelling or alias the source has. Defaults
of the flow and of the coordinator's configuration are already merged into `properties`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from lanner_coordinator.flow.policies import Check, Concurrency, ResultCache, Sla
from lanner_coordinator.flow.windows import TimeWindow


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Position:
    """A place in the source, both counted from 1."""

    line: int
    column: int


NOWHERE = Position(line=0, column=0)
"""The document as a whole."""


class TaskKind(StrEnum):
    """Where the work of a task type is done."""

    FLOWABLE = "flowable"
    """In the engine: it decides which of its children run."""
    NATIVE = "native"
    """In the coordinator, at once, without side effects outside of it."""
    SUBFLOW = "subflow"
    """In other executions, which the coordinator starts."""
    AGENT = "agent"
    """On an agent that offers the type."""
    TEMPLATED = "templated"
    """In the coordinator or on an agent: a text that is rendered first says which task it is."""


class RetryType(StrEnum):
    """How the delay between attempts grows."""

    CONSTANT = "constant"
    EXPONENTIAL = "exponential"
    RANDOM = "random"


class RetryBehavior(StrEnum):
    """What a retry repeats."""

    RETRY_FAILED_TASK = "RETRY_FAILED_TASK"
    CREATE_NEW_EXECUTION = "CREATE_NEW_EXECUTION"


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """When a failed task is tried again.

    Attributes:
        type: How the delay grows.
        interval: Delay (constant), first delay (exponential), lower bound (random).
        max_interval: Bound of the delay; only for exponential and random.
        delay_factor: Growth of the exponential delay.
        max_attempts: Attempts in all, the first one counted; absent: no limit.
        max_duration: No attempt starts later than this after the first one; absent: no limit.
        warn_on_retry: A success after a retry ends WARNING.
        behavior: What is repeated.
    """

    type: RetryType
    interval: timedelta
    max_interval: timedelta | None = None
    delay_factor: float = 2.0
    max_attempts: int | None = None
    max_duration: timedelta | None = None
    warn_on_retry: bool = False
    behavior: RetryBehavior = RetryBehavior.RETRY_FAILED_TASK


class AgentLostPolicy(StrEnum):
    """What becomes of an attempt whose agent was lost."""

    RETRY = "RETRY"
    FAIL = "FAIL"
    WAIT = "WAIT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One task of a flow.

    Attributes:
        id: Unique in the flow.
        type: Canonical name.
        kind: Where its work is done.
        description: Markdown; empty: none.
        properties: The type's own properties with defaults merged, unrendered, without those named
            below and without branches.
        branches: Children by property (`tasks`, `then`, `else`, `errors`, `finally`; a Switch has
            one `cases.<key>` for each case); only flowables have them. A Dag's children stand in
            `tasks` and their `dependsOn` in `dependencies`.
        dependencies: Ids of the siblings that must have ended first, by child id; only a Dag has
            them.
        inputs: What whoever resumes it is asked for; only a Pause has them.
        outputs: What it gives when its children have ended; only the iterations of a Loop have
            them.
        retry: Its own retry; absent: that of the nearest flowable or of the flow applies.
        timeout: ISO 8601 duration or an expression that gives one; absent: none.
        run_if: Expression; absent: always.
        is_disabled: Left out altogether.
        allow_failure: A failure counts as a warning.
        allow_warning: A warning counts as success.
        result_cache: Its result is kept and used again; absent: it is not.
        log_level: Lines below it are not kept: TRACE, DEBUG, INFO, WARN, ERROR.
        priority: An attempt of higher priority gets an agent first; absent: that of the flow.
        log_to_file: Lines of its attempts go into files of artifact storage.
        labels: Labels that an agent must have to get this task (`agentLabels`, `workerGroup.key` as
            `group`).
        on_agent_lost: What becomes of an attempt whose agent was lost.
        max_disconnect: How long an agent may be out of reach before that applies.
        position: Of its first key in the source.
    """

    id: str
    type: str
    kind: TaskKind
    description: str = ""
    properties: Mapping[str, object] = field(default_factory=dict)
    branches: Mapping[str, Sequence[Task]] = field(default_factory=dict)
    dependencies: Mapping[str, Sequence[str]] = field(default_factory=dict)
    inputs: Sequence[Input] = ()
    outputs: Sequence[FlowOutput] = ()
    retry: Retry | None = None
    timeout: str | None = None
    run_if: str | None = None
    is_disabled: bool = False
    allow_failure: bool = False
    allow_warning: bool = False
    result_cache: ResultCache | None = None
    log_level: str = "TRACE"
    priority: int | None = None
    log_to_file: bool = False
    labels: Mapping[str, str] = field(default_factory=dict)
    on_agent_lost: AgentLostPolicy = AgentLostPolicy.RETRY
    max_disconnect: timedelta = timedelta(minutes=5)
    position: Position = NOWHERE


class InputType(StrEnum):
    """Type of an input or of a flow's output."""

    STRING = "STRING"
    INT = "INT"
    FLOAT = "FLOAT"
    BOOLEAN = "BOOLEAN"
    DATETIME = "DATETIME"
    DATE = "DATE"
    TIME = "TIME"
    DURATION = "DURATION"
    FILE = "FILE"
    JSON = "JSON"
    YAML = "YAML"
    URI = "URI"
    EMAIL = "EMAIL"
    SECRET = "SECRET"
    SELECT = "SELECT"
    MULTISELECT = "MULTISELECT"
    ARRAY = "ARRAY"
    ION = "ION"
    OBJECT = "OBJECT"
    FORM = "FORM"
    """A group of inputs, which is read as these: no `Input` has this type."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """A typed parameter of a flow.

    Attributes:
        id: Unique among the inputs; dots make a nested map.
        type: What values it takes.
        display_name: For forms; empty: the id.
        description: Markdown; empty: none.
        is_required: Whether it must have a value.
        default: Unrendered; absent and `has_default` false: none.
        has_default: Tells a default of null from none.
        properties: Those of the type: `validator`, `values`, `min`, `max`, `after`, `before`,
            `itemType` …
        depends_on: Ids of the inputs that must be resolved first.
        conditions: Expressions of `dependsOn`, its own and that of its form; all must hold.
        form: Title of the FORM that it stands in; empty: none.
        fields: The typed keys of an OBJECT; their ids begin with that of the input.
        position: Of its first key in the source.
    """

    id: str
    type: InputType
    display_name: str = ""
    description: str = ""
    is_required: bool = True
    default: object = None
    has_default: bool = False
    properties: Mapping[str, object] = field(default_factory=dict)
    depends_on: Sequence[str] = ()
    conditions: Sequence[str] = ()
    form: str = ""
    fields: Sequence[Input] = ()
    position: Position = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowOutput:
    """A value that the flow gives when it ends.

    Attributes:
        id: Unique among the outputs.
        type: What the value is converted to.
        value: Unrendered.
        is_required: Whether null is refused.
        item_type: Type of the items of an ARRAY; absent: texts.
        position: Of its first key in the source.
    """

    id: str
    type: InputType
    value: object
    is_required: bool = True
    item_type: str | None = None
    position: Position = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What must hold before a trigger starts something.

    Attributes:
        type: Canonical name.
        properties: The type's own properties, unrendered.
        children: Conditions inside of it: by their number, or by the name that the source gives.
        position: Of its first key in the source.
    """

    type: str
    properties: Mapping[str, object] = field(default_factory=dict)
    children: Mapping[str, Condition] = field(default_factory=dict)
    position: Position = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Precondition:
    """Conditions that come true one after the other, within a window of time.

    Attributes:
        id: Unique in the trigger.
        parts: The conditions by name.
        needed_count: How many of them must have held.
        window: Within which.
        forgets: Whether all of them must hold anew after the trigger has fired.
        fails_on_miss: Whether an execution that has FAILED tells that a window ended without it.
        miss_labels: Labels of that execution.
    """

    id: str
    parts: Mapping[str, Condition]
    needed_count: int
    window: TimeWindow
    forgets: bool = True
    fails_on_miss: bool = False
    miss_labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """What starts executions of the flow by itself.

    Attributes:
        id: Unique among the triggers.
        type: Canonical name.
        description: Markdown; empty: none.
        properties: The type's own properties with defaults merged, unrendered.
        is_disabled: By the source; a person may disable it besides.
        inputs: Raw values for the flow's inputs, unrendered.
        labels: Added to the execution, unrendered.
        conditions: All of them must hold; `when` is one of them.
        preconditions: Of a flow trigger: all of them must have held within their windows.
        stop_after: States of an execution of the trigger that disable it.
        allows_concurrent: Whether it fires while an execution of it runs.
        fails_on_error: Whether an execution that has FAILED tells of an evaluation that failed.
        log_level: What is written of it: TRACE, DEBUG, INFO, WARN, ERROR.
        agent_labels: Labels that an agent must have to look for it, where agents do.
        position: Of its first key in the source.
    """

    id: str
    type: str
    description: str = ""
    properties: Mapping[str, object] = field(default_factory=dict)
    is_disabled: bool = False
    inputs: Mapping[str, object] = field(default_factory=dict)
    labels: Mapping[str, object] = field(default_factory=dict)
    conditions: Sequence[Condition] = ()
    preconditions: Sequence[Precondition] = ()
    stop_after: Sequence[str] = ()
    allows_concurrent: bool = False
    fails_on_error: bool = False
    log_level: str = "TRACE"
    agent_labels: Mapping[str, str] = field(default_factory=dict)
    position: Position = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginDefault:
    """Property values for all tasks, triggers or task runners of a type.

    Attributes:
        type: Canonical name or the start of one.
        values: Merged below the task's own values (maps deeply, lists replaced).
        is_forced: Merged above them instead.
    """

    type: str
    values: Mapping[str, object]
    is_forced: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """Tasks that run after the end of an execution for which conditions hold.

    Attributes:
        tasks: At least one.
        conditions: All must hold.
    """

    tasks: Sequence[Task]
    conditions: Sequence[Condition] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """One checked revision of a flow, without its revision number.

    Attributes:
        id: Unique in the namespace.
        namespace: Dotted.
        description: Markdown; empty: none.
        labels: Copied to each execution.
        inputs: In order of the source.
        variables: Unrendered; `vars.*`.
        tasks: At least one.
        errors: Run when a task failed for good.
        finally_tasks: Run after tasks and errors, whatever the outcome.
        after_execution: Run after the end state is set.
        listeners: Run before those, each if its conditions hold.
        outputs: Evaluated when the execution ends.
        triggers: In order of the source.
        plugin_defaults: As the source has them; merged already.
        retry: For tasks without one of their own.
        concurrency: How many executions may run at once; absent: any number.
        sla: What it promises of its executions.
        checks: What must hold before an execution begins.
        is_disabled: No new executions, triggers idle.
        priority: Of tasks without one of their own.
        source: YAML text, to the letter.
    """

    id: str
    namespace: str
    description: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    inputs: Sequence[Input] = ()
    variables: Mapping[str, object] = field(default_factory=dict)
    tasks: Sequence[Task] = ()
    errors: Sequence[Task] = ()
    finally_tasks: Sequence[Task] = ()
    after_execution: Sequence[Task] = ()
    listeners: Sequence[Listener] = ()
    outputs: Sequence[FlowOutput] = ()
    triggers: Sequence[Trigger] = ()
    plugin_defaults: Sequence[PluginDefault] = ()
    retry: Retry | None = None
    concurrency: Concurrency | None = None
    sla: Sequence[Sla] = ()
    checks: Sequence[Check] = ()
    is_disabled: bool = False
    priority: int = 0
    source: str = ""


def walk_tasks(tasks: Sequence[Task]) -> Iterator[Task]:
    """Tasks and all that is below them, in order of the source."""
    for task in tasks:
        yield task
        for branch in task.branches.values():
            yield from walk_tasks(branch)


def all_tasks(flow: Flow) -> Iterator[Task]:
    """Every task of a flow, also those of listeners, and what is below them."""
    yield from walk_tasks(flow.tasks)
    yield from walk_tasks(flow.errors)
    yield from walk_tasks(flow.finally_tasks)
    for listener in flow.listeners:
        yield from walk_tasks(listener.tasks)
    yield from walk_tasks(flow.after_execution)
