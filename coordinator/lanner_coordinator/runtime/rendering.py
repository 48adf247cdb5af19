"""Rendering for an execution: what the engine asks for at once, and what an agent gets.

Nothing here waits. A text that cannot be rendered is a normal outcome: the event says so.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace

import msgspec

from lanner_coordinator.engine import events
from lanner_coordinator.engine.control.table import CONTROLS, WAITING_CONTROLS
from lanner_coordinator.engine.execution import Attempt, LiveExecution, TaskRun
from lanner_coordinator.engine.rules.sla import open_assertions
from lanner_coordinator.engine.rules.templating import type_of
from lanner_coordinator.engine.rules.waits import is_checked
from lanner_coordinator.engine.state import State
from lanner_coordinator.flow.expression import (
    EffectError,
    ExpressionError,
    is_truthy,
    render,
    render_typed,
)
from lanner_coordinator.flow.inputs import ResolvedInputs, convert_output, resolve_list
from lanner_coordinator.flow.model import FlowOutput, Task
from lanner_coordinator.flow.types.native import (
    NativeResult,
    run_native,
)
from lanner_coordinator.flow.types.native_type import ResumeWish
from lanner_coordinator.runtime.agents.messages import Assignment
from lanner_coordinator.runtime.effects import EffectSources, RenderingEffects, ShownEffects
from lanner_coordinator.runtime.endings import native_end, without_secrets
from lanner_coordinator.runtime.execution_context import shown_context, with_execution_context
from lanner_coordinator.runtime.group import LiveEntry
from lanner_coordinator.runtime.inline_result import InlineResult
from lanner_coordinator.runtime.key_values.book import Change
from lanner_coordinator.runtime.key_values.task_view import TaskKeyValues
from lanner_coordinator.runtime.masking import mask
from lanner_coordinator.runtime.namespaces.files.assigning import assigned
from lanner_coordinator.runtime.owners import owner_of
from lanner_coordinator.runtime.secrets.output_keys import OutputKeys
from lanner_coordinator.runtime.secrets.sealing import (
    opened_parts,
    seal,
    seal_json,
)
from lanner_coordinator.runtime.shared_folders import assigned_properties, shared_folder
from lanner_coordinator.runtime.specs import Asked, Types, own_types, templating, work_of
from lanner_coordinator.runtime.steering import (
    as_mapping,
    native_properties,
    rendered_timeout,
    steering_values,
)
from lanner_coordinator.runtime.variables import (
    OUTPUT_DIR_TOKEN,
    WORKING_DIR_TOKEN,
    Surroundings,
    execution_variables,
    iteration_name,
    output_paths,
    task_run_variables,
)
from lanner_coordinator.runtime.wanted import Wanted
from lanner_coordinator.store.records import LogRecord

_LEVELS = ("TRACE", "DEBUG", "INFO", "WARN", "ERROR")


SecretOutputs = Callable[[str], frozenset[str]]
"""Names of the outputs of a task type that are secrets."""


def _no_secret_outputs(type_name: str) -> frozenset[str]:
    return frozenset()


class Rendering:
    """Renders for executions."""

    def __init__(
        self,
        *,
        sources: EffectSources,
        around: Surroundings,
        credential_key: bytes,
        output_keys: OutputKeys | None = None,
        secret_outputs: SecretOutputs = _no_secret_outputs,
        types: Types = own_types,
    ) -> None:
        self._sources = sources
        self._cipher = sources.cipher
        self._around = around
        self._credential_key = credential_key
        self._output_keys = output_keys
        self._secret_outputs = secret_outputs
        self._types = types

    def effects(self, entry: LiveEntry) -> RenderingEffects:
        """Effects of a rendering for an execution."""
        return RenderingEffects(
            self._sources,
            owner=owner_of(entry.live.execution),
            error_lines=entry.error_lines,
            has_sealed=entry.has_sealed,
            met=entry.met_secrets,
        )

    def shown(
        self,
        live: LiveExecution,
        run: TaskRun | None,
        text: str,
        error_lines: Sequence[LogRecord],
    ) -> str:
        """What a text comes to for people: as a task run sees it, or the execution, no secrets.

        Raises:
            ExpressionError: It cannot be rendered.
        """
        variables = (
            task_run_variables(live, run, self._around)
            if run is not None
            else execution_variables(live, self._around)
        )
        owner = owner_of(live.execution)
        effects = ShownEffects(self._sources, owner=owner, error_lines=error_lines)
        return str(render(text, variables, effects).value)

    def asked(
        self,
        entry: LiveEntry,
        run: TaskRun,
        *,
        without: Collection[str] = (),
        of_run: Mapping[str, object] | None = None,
        also: Mapping[str, object] | None = None,
    ) -> Asked:
        """What a task run asks for.

        Args:
            entry: The execution.
            run: The task run.
            without: Properties to leave out.
            of_run: Put above the `taskrun.*` of the task run.
            also: Further variables.

        Raises:
            ExpressionError: A property, or the text of a templated task, cannot be rendered.
            ValueError: That text says no task that can run in its place.
        """
        task = entry.live.plan.tasks[run.task_id].task
        variables = task_run_variables(entry.live, run, self._around, of_run or {})
        variables |= also or {}
        effects = self.effects(entry)
        work = work_of(task, variables, effects, self._types)
        left_out = {*without, *work.raw}
        wanted = {name: one for name, one in work.properties.items() if name not in left_out}
        rendered = render_typed(wanted, variables, effects)
        return Asked(
            type=work.type,
            properties=as_mapping(rendered.value),
            raw=work.raw,
            secrets=rendered.secrets | work.secrets,
        )

    def child_outputs(
        self, child: LiveExecution, asked: Mapping[str, object]
    ) -> Mapping[str, object]:
        """What a parent's task takes of a child, rendered as the child sees it.

        Raises:
            ExpressionError: A part of it cannot be rendered.
        """
        variables = execution_variables(child, self._around)
        try:
            rendered = render_typed(
                asked, variables, RenderingEffects(self._sources, owner=owner_of(child.execution))
            )
        except Wanted as wanted:
            # The child has ended: its parent cannot be told later.
            wanted.begin()
            raise EffectError(str(wanted)) from wanted
        return seal(as_mapping(rendered.value), rendered.secrets, self._cipher)

    def evaluate(self, entry: LiveEntry, run: TaskRun) -> InlineResult:
        """Evaluate `runIf` and what steers a task run."""
        task = entry.live.plan.tasks[run.task_id].task
        try:
            return InlineResult(event=self._evaluation(entry, run, task))
        except (ExpressionError, ValueError) as error:
            return InlineResult(
                event=events.EvaluationFailed(
                    task_run_id=run.id, error=f'task "{task.id}": {error}'
                )
            )

    def run_native(self, entry: LiveEntry, run: TaskRun, attempt: Attempt) -> InlineResult:
        """Render and run a native task."""
        task = entry.live.plan.tasks[run.task_id].task
        variables = task_run_variables(entry.live, run, self._around)
        effects = self.effects(entry)
        try:
            work = work_of(task, variables, effects, self._types)
            known = templating(attempt, task, work)
            if known is not None:
                return InlineResult(event=known)
            rendered = native_properties(work.type, work.properties, variables, effects)
        except (ExpressionError, ValueError) as error:
            return InlineResult(event=_failed(attempt, f'task "{task.id}": {error}'))
        secrets = rendered.secrets | work.secrets
        values = self._values_of(entry, run, secrets)
        result = run_native(work.type, as_mapping(rendered.value), values)
        lines = [
            (level, mask(text, secrets)) for level, text in result.logs if is_kept(task, level)
        ]
        if result.sleeps is not None:
            asleep = events.AttemptFellAsleep(attempt_id=attempt.id, duration=result.sleeps)
            return InlineResult(event=asleep, lines=lines)
        return InlineResult(
            event=self.finished(attempt.id, result, secrets),
            lines=lines,
            key_changes=values.changes,
            toggles=result.toggles,
            resumes=self._sealed_wish(result.resumes, secrets),
            secrets=secrets,
        )

    def _values_of(self, entry: LiveEntry, run: TaskRun, secrets: frozenset[str]) -> TaskKeyValues:
        execution = entry.live.execution
        return TaskKeyValues(
            self._sources.key_values,
            namespace=execution.namespace,
            flow_id=execution.flow_id,
            now=self._sources.clock.now(),
            iteration_value=iteration_name(run),
            seal=lambda record: seal_json(record, secrets, self._cipher),
        )

    def sealed(self, entry: LiveEntry, event: events.Event) -> events.Event:
        """An event of an agent with the secrets in its outputs and metrics out of sight.

        Those outputs are encrypted that its task type calls secret, and sealed all that have
        secrets of the task's properties in them.
        """
        if not isinstance(event, events.AttemptFinished):
            return event
        run = entry.live.execution.run_of(event.attempt_id)
        if run is None or run.attempt is None:
            return event
        names = self._secret_outputs(type_of(entry.live, run)) if event.outputs else frozenset()
        secrets = self._secrets_of(entry, run, run.attempt)
        return without_secrets(event, names, secrets, self._cipher)

    def _secrets_of(
        self, entry: LiveEntry, run: TaskRun, attempt: Attempt
    ) -> frozenset[str] | None:
        """What the agent was told to mask, and what others of the execution met.

        Absent: it cannot be found out any more.
        """
        if attempt.id not in entry.secrets:
            # The coordinator was started since: the properties tell once more.
            with contextlib.suppress(Wanted):
                self.assignment(entry, run, attempt)
        told = entry.secrets.pop(attempt.id, None)
        return None if told is None else told | entry.met_secrets.all()

    def finished(
        self, attempt_id: str, result: NativeResult, secrets: Collection[str] = ()
    ) -> events.AttemptFinished:
        """The end of an attempt that was run in the coordinator, with secrets out of sight."""
        return native_end(attempt_id, result, secrets, self._cipher)

    def _sealed_wish(self, wish: ResumeWish | None, secrets: Collection[str]) -> ResumeWish | None:
        return wish and replace(wish, inputs=seal(wish.inputs, secrets, self._cipher))

    def take_back(self, changes: Sequence[Change]) -> None:
        """Changes of the key-value store have not become durable."""
        self._sources.key_values.revert(changes)

    def broken_assertions(self, entry: LiveEntry) -> tuple[Sequence[int], Sequence[str]]:
        """Places of the flow's assertions that do not hold, and why others cannot be looked at."""
        variables = execution_variables(entry.live, self._around)
        broken: list[int] = []
        complaints: list[str] = []
        for index, assertion in open_assertions(entry.live):
            try:
                if not is_truthy(render(assertion, variables, self.effects(entry)).value):
                    broken.append(index)
            except ExpressionError as error:
                complaints.append(f"an assertion cannot be evaluated: {error}")
        return broken, complaints

    def value(self, entry: LiveEntry, value: object) -> object:
        """A value as the execution sees it, with its type.

        Raises:
            ExpressionError: It cannot be rendered.
        """
        variables = execution_variables(entry.live, self._around)
        return render_typed(value, variables, self.effects(entry)).value

    def flow_outputs(self, entry: LiveEntry) -> InlineResult:
        """Evaluate the flow's outputs."""
        variables = execution_variables(entry.live, self._around)
        try:
            values = self._output_values(entry.live.plan.flow.outputs, variables, entry)
        except (ExpressionError, ValueError) as error:
            return InlineResult(event=events.OutputsFailed(error=f"flow outputs: {error}"))
        return InlineResult(event=events.OutputsEvaluated(values=values))

    def _output_values(
        self, outputs: Iterable[FlowOutput], variables: Mapping[str, object], entry: LiveEntry
    ) -> dict[str, object]:
        encrypt = self._cipher.stored if self._cipher else None
        effects = self.effects(entry)
        values: dict[str, object] = {}
        for output in outputs:
            rendered = render_typed(output.value, variables, effects)
            try:
                converted = convert_output(output, rendered.value, encrypt=encrypt)
            except ValueError as error:
                raise ValueError(mask(str(error), rendered.secrets)) from error
            values |= seal({output.id: converted}, rendered.secrets, self._cipher)
        return values

    def resume_inputs(
        self, entry: LiveEntry, run: TaskRun, raw: Mapping[str, object]
    ) -> ResolvedInputs:
        """What is given to a task run that is resumed, as its task asks for it."""
        variables = task_run_variables(entry.live, run, self._around)
        effects = self.effects(entry)
        secrets: set[str] = set()

        def evaluate(value: object, more: Mapping[str, object]) -> object:
            rendered = render_typed(value, {**variables, **more}, effects)
            secrets.update(rendered.secrets)
            return rendered.value

        inputs = entry.live.plan.tasks[run.task_id].task.inputs
        encrypt = self._cipher.stored if self._cipher else None
        given = {name: opened_parts(one, self._cipher, secrets) for name, one in raw.items()}
        resolved = resolve_list(inputs, given, evaluate, encrypt=encrypt)
        return replace(resolved, values=seal(resolved.values, secrets, self._cipher))

    def assignment(
        self, entry: LiveEntry, run: TaskRun, attempt: Attempt
    ) -> Assignment | events.AttemptFinished:
        """What an agent gets for an attempt, or its failure when that cannot be rendered."""
        task = entry.live.plan.tasks[run.task_id].task
        variables = task_run_variables(entry.live, run, self._around)
        variables["workingDir"] = WORKING_DIR_TOKEN
        variables["outputDir"] = OUTPUT_DIR_TOKEN
        effects = self.effects(entry)
        try:
            work = work_of(task, variables, effects, self._types)
            variables["outputFiles"] = output_paths(work.properties.get("outputFiles"))
            asked = assigned_properties(run, work.properties)
            properties = with_execution_context(asked, variables)
            rendered = render_typed(properties, variables, effects)
            properties = assigned(
                as_mapping(rendered.value),
                self._sources.namespace_files,
                entry.live.execution.namespace,
            )
            content = msgspec.json.encode(properties)
        except (ExpressionError, ValueError) as error:
            return _failed(attempt, f'task "{task.id}": {error}')
        execution = entry.live.execution
        secrets = entry.secrets[attempt.id] = entry.with_folder_secrets(
            run, rendered.secrets | work.secrets
        )
        log_to_file = task.log_to_file and run.container is None
        # Lines that come here are searched for all secrets of the execution; a file is not.
        hidden = secrets | entry.met_secrets.all() if log_to_file else secrets
        return Assignment(
            attempt_id=attempt.id,
            execution_id=execution.id,
            task_run_id=run.id,
            namespace=execution.namespace,
            flow_id=execution.flow_id,
            flow_revision=execution.flow_revision,
            task_id=task.id,
            type=work.type,
            attempt_number=attempt.number,
            properties=content,
            working_dir_token=WORKING_DIR_TOKEN,
            output_dir_token=OUTPUT_DIR_TOKEN,
            secrets=sorted(hidden),
            timeout=run.timeout if run.container is None else None,
            credential=self.credential(attempt.id),
            min_log_level=task.log_level,
            log_to_file=log_to_file,
            max_disconnect=task.max_disconnect,
            on_agent_lost=task.on_agent_lost,
            context=shown_context(variables),
            shared_folder=shared_folder(entry.live, run),
            outputs_key=self._output_keys.public if self._output_keys else b"",
        )

    def credential(self, attempt_id: str) -> str:
        """What opens the artifacts of an attempt.

        A code of its id, so that nothing must be kept.
        """
        return hmac.new(self._credential_key, attempt_id.encode(), hashlib.sha256).hexdigest()

    def fingerprint(self, document: str) -> str:
        """A code of a document, from which nothing of it can be found out or guessed."""
        # No id of an attempt begins so: a fingerprint is nobody's credential.
        return self.credential(f"fingerprint of {document}")

    def _evaluation(self, entry: LiveEntry, run: TaskRun, task: Task) -> events.TaskRunEvaluated:
        variables = task_run_variables(entry.live, run, self._around)
        effects = self.effects(entry)
        if is_checked(run):
            names = WAITING_CONTROLS[task.type].checked_properties
            values = steering_values(task, names, variables, effects)
            if task.outputs:
                values["outputs"] = self._output_values(task.outputs, variables, entry)
            return events.TaskRunEvaluated(task_run_id=run.id, values=values)
        if task.run_if is not None and not is_truthy(render(task.run_if, variables, effects).value):
            return events.TaskRunEvaluated(task_run_id=run.id, should_run=False)
        control = CONTROLS.get(task.type)
        values = steering_values(task, control.properties, variables, effects) if control else {}
        timeout = None if "timeout" in values else rendered_timeout(task, variables, effects)
        return events.TaskRunEvaluated(task_run_id=run.id, values=values, timeout=timeout)


def is_kept(task: Task, level: str) -> bool:
    """Whether a task keeps lines of this level."""
    return _LEVELS.index(level) >= _LEVELS.index(task.log_level)


def _failed(attempt: Attempt, error: str) -> events.AttemptFinished:
    return events.AttemptFinished(
        attempt_id=attempt.id, state=State.FAILED, error=error, cause="properties"
    )
