"""What an agent is told to look for, and what its answer means.

Nothing here waits. What is still to be read is raised as Wanted.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import msgspec

from lanner_coordinator.engine import events
from lanner_coordinator.engine.ids import execution_of
from lanner_coordinator.engine.plan import Plan
from lanner_coordinator.flow.expression import ExpressionError, is_truthy
from lanner_coordinator.flow.instants import format_instant
from lanner_coordinator.flow.model import AgentLostPolicy
from lanner_coordinator.runtime.agents.messages import Assignment
from lanner_coordinator.runtime.encryption import TextCipher
from lanner_coordinator.runtime.endings import without_secrets
from lanner_coordinator.runtime.errors import InvalidRequest
from lanner_coordinator.runtime.executions.inputs import InputResolver
from lanner_coordinator.runtime.masking import mask
from lanner_coordinator.runtime.namespaces.files.assigning import assigned
from lanner_coordinator.runtime.namespaces.files.book import FileBook
from lanner_coordinator.runtime.polling.definition import Poll
from lanner_coordinator.runtime.polling.ids import poll_attempt_id, poll_run_id
from lanner_coordinator.runtime.rendering import SecretOutputs
from lanner_coordinator.runtime.steering import as_mapping
from lanner_coordinator.runtime.variables import OUTPUT_DIR_TOKEN, WORKING_DIR_TOKEN
from lanner_coordinator.store.trigger_records import TriggerRecord

LONGEST = timedelta(minutes=10)
"""How long a look may take; then it has failed."""

MAX_DISCONNECT = timedelta(minutes=1)
"""How long its agent may be out of reach before another one looks."""

_UNTOLD = "it cannot be answered; why is not told, as nobody knows any more which secrets are in it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What an agent is told.

    Attributes:
        assignment: As it is sent.
        secrets: Texts in it that are to be masked.
    """

    assignment: Assignment
    secrets: frozenset[str] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What an agent has seen.

    Attributes:
        is_found: An execution is to be started.
        variables: `trigger.*` of it, with secrets out of sight.
    """

    is_found: bool
    variables: Mapping[str, object] = field(repr=False)


class PollRendering:
    """Renders for triggers that agents look for.

    Args:
        resolver: Renders what belongs to no execution yet.
        credential: What opens the files of an attempt.
        secret_outputs: Of the task types of agents.
        namespace_files: Of all namespaces.
        cipher: Absent: nothing can be encrypted.
    """

    def __init__(
        self,
        *,
        resolver: InputResolver,
        credential: Callable[[str], str],
        secret_outputs: SecretOutputs,
        namespace_files: FileBook,
        cipher: TextCipher | None,
    ) -> None:
        self._resolver = resolver
        self._credential = credential
        self._secret_outputs = secret_outputs
        self._namespace_files = namespace_files
        self._cipher = cipher

    def order(self, poll: Poll, plan: Plan, record: TriggerRecord, execution_id: str) -> Order:
        """What an agent is told.

        Args:
            poll: The trigger.
            plan: Of its flow.
            record: What is remembered of it.
            execution_id: Of the execution that begins if something is found.

        Raises:
            ExpressionError: A property cannot be rendered.
            ValueError: A file of a namespace is not there.
            InvalidRequest: A default of an input is wrong.
        """
        variables = self._variables(poll, plan, record, execution_id)
        rendered = self._resolver.rendered(plan, poll.asked, variables, execution_id)
        flow, trigger = plan.flow, poll.trigger
        try:
            properties = assigned(as_mapping(rendered.value), self._namespace_files, flow.namespace)
        except ValueError as error:
            raise ValueError(mask(str(error), rendered.secrets)) from error
        attempt_id = poll_attempt_id(execution_id)
        assignment = Assignment(
            attempt_id=attempt_id,
            execution_id=execution_id,
            task_run_id=poll_run_id(execution_id),
            namespace=flow.namespace,
            flow_id=flow.id,
            flow_revision=plan.revision,
            task_id=trigger.id,
            type=poll.kind.task_type,
            attempt_number=1,
            properties=msgspec.json.encode(properties),
            working_dir_token=WORKING_DIR_TOKEN,
            output_dir_token=OUTPUT_DIR_TOKEN,
            secrets=sorted(rendered.secrets),
            timeout=LONGEST,
            credential=self._credential(attempt_id),
            min_log_level=trigger.log_level,
            max_disconnect=MAX_DISCONNECT,
            on_agent_lost=AgentLostPolicy.RETRY,
            context=msgspec.json.encode(
                {"flow": variables["flow"], "task": {"id": trigger.id, "type": trigger.type}}
            ),
        )
        return Order(assignment=assignment, secrets=frozenset(rendered.secrets))

    def answer(
        self,
        poll: Poll,
        plan: Plan,
        record: TriggerRecord,
        event: events.AttemptFinished,
        secrets: Collection[str] | None,
    ) -> Answer:
        """What an agent has seen.

        Args:
            poll: The trigger.
            plan: Of its flow.
            record: What is remembered of it.
            event: What the agent has reported.
            secrets: What it was told to mask; absent: nobody knows any more.

        Raises:
            ValueError: The trigger's condition cannot be answered; without secrets.
        """
        hidden = self._secret_outputs(poll.kind.task_type)
        # The condition reads what is sealed as all expressions do: no error tells a part of it.
        sealed = without_secrets(event, hidden, secrets, self._cipher)
        execution_id = execution_of(event.attempt_id)
        try:
            variables = self._variables(poll, plan, record, execution_id)
            seen = {**variables, **poll.kind.seen(sealed.outputs)}
            rendered = self._resolver.rendered(plan, poll.question, seen, execution_id)
        except (ExpressionError, InvalidRequest) as error:
            why = _UNTOLD if secrets is None else mask(str(error), secrets)
            raise ValueError(f"`{poll.kind.condition_property}`: {why}") from error
        return Answer(is_found=is_truthy(rendered.value), variables=sealed.outputs)

    def _variables(
        self, poll: Poll, plan: Plan, record: TriggerRecord, execution_id: str
    ) -> dict[str, object]:
        """What expressions of the trigger see; inputs as they are without any given."""
        trigger: dict[str, object] = {"id": poll.trigger.id, "type": poll.trigger.type}
        if record.next_at is not None:
            trigger["date"] = format_instant(record.next_at)
        inputs = self._resolver.resolve(plan, {}, execution_id, needs_all=False)
        return {
            **self._resolver.variables(plan, execution_id),
            "labels": plan.flow.labels,
            "inputs": inputs,
            "trigger": trigger,
        }
