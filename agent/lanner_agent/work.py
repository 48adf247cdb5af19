"""Makes attempts: of an order from the coordinator, or of what a restart finds on disk."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from lanner_agent.attempt import Adopt, Attempt, Work
from lanner_agent.attempt_context import AttemptContext
from lanner_agent.attempt_record import AttemptRecord, RunningRecord
from lanner_agent.masking import MASK, Masker
from lanner_agent.orders import Assign
from lanner_agent.reattach import find_again
from lanner_agent.services import Services
from lanner_agent.spool_record import Progress
from lanner_agent.stops import LOST
from lanner_agent.tasks.contract import FailureCause, TaskFailed, TaskResult, TaskType

_decode = msgspec.json.Decoder(dict[str, object]).decode


def decode_object(content: bytes) -> Mapping[str, object] | None:
    """Read a JSON object; absent: it is none."""
    try:
        return _decode(content or b"{}")
    except msgspec.MsgspecError:
        return None


class Withholding(Masker):
    """Hides everything: what is to be hidden is not known any longer."""

    @property
    def hides_anything(self) -> bool:
        """Yes."""
        return True

    def mask(self, text: str) -> str:
        """A note in place of the text."""
        return f"{MASK} (withheld: the agent restarted and lost the secrets to be masked)"


def record_of(assign: Assign, epoch: int) -> AttemptRecord:
    """What is remembered of an order; its properties and secrets are not."""
    identity = assign.identity
    return AttemptRecord(
        attempt_id=assign.attempt_id,
        execution_id=identity.execution_id,
        task_run_id=identity.task_run_id,
        namespace=identity.namespace,
        flow_id=identity.flow_id,
        flow_revision=identity.flow_revision,
        task_id=identity.task_id,
        attempt_number=identity.attempt_number,
        type_name=assign.type_name,
        working_dir_token=assign.working_dir_token,
        output_dir_token=assign.output_dir_token,
        credential=assign.credential,
        min_log_level=assign.min_log_level,
        max_disconnect_seconds=assign.max_disconnect.total_seconds(),
        on_agent_lost=assign.on_agent_lost,
        context=assign.context,
        timeout_seconds=None if assign.timeout is None else assign.timeout.total_seconds(),
        has_secrets=bool(assign.secrets),
        epoch=epoch,
        folder_id=assign.shared_folder.folder_id if assign.shared_folder else "",
        outputs_key=assign.outputs_key,
        log_to_file=assign.log_to_file,
    )


def assigned_attempt(
    assign: Assign, record: AttemptRecord, task_type: TaskType, *, has_folder: bool
) -> Attempt:
    """A new attempt; lost at once where the folder is gone in which others worked before."""
    properties, variables = decode_object(assign.properties), decode_object(assign.context)

    async def work(context: AttemptContext) -> TaskResult:
        if not has_folder:
            raise TaskFailed("The shared folder is gone.", cause=FailureCause.LOST)
        if properties is None or variables is None:
            raise TaskFailed(
                "The task's properties are no JSON object.", cause=FailureCause.PROPERTIES
            )
        return await task_type.run(context, properties)

    return Attempt(
        record=record,
        work=work,
        variables=variables or {},
        masker=Masker(assign.secrets),
        secrets=assign.secrets,
        secret_outputs=_secret_outputs(task_type),
        may_resume=task_type.resume is not None,
    )


def found_attempt(
    record: AttemptRecord, shipped: Progress, task_type: TaskType | None, services: Services
) -> Attempt:
    """An attempt that an earlier boot of the agent took; lost where there is no way back."""
    secrets = services.secret_memory.recall(record.attempt_id) or ()
    is_masked = bool(secrets) or not record.has_secrets
    can_go_on = (
        record.running is not None and task_type is not None and task_type.resume is not None
    )
    return Attempt(
        record=record,
        work=_going_on(record, record.running, task_type, services),
        variables=decode_object(record.context) or {},
        masker=Masker(secrets) if is_masked else Withholding(),
        secrets=secrets,
        secret_outputs=_secret_outputs(task_type) if task_type is not None else frozenset(),
        shipped=shipped,
        may_resume=can_go_on,
        adopt=_adopting(record, services),
    )


def _secret_outputs(task_type: TaskType) -> frozenset[str]:
    """Names of the outputs that a type calls secret, by `writeOnly`."""
    described = task_type.outputs_schema.get("properties")
    if not isinstance(described, Mapping):
        return frozenset()
    return frozenset(
        name
        for name, schema in described.items()
        if isinstance(schema, Mapping) and schema.get("writeOnly") is True
    )


def _going_on(
    record: AttemptRecord,
    running: RunningRecord | None,
    task_type: TaskType | None,
    services: Services,
) -> Work:
    async def work(context: AttemptContext) -> TaskResult:
        lost = TaskFailed(LOST.error, cause=FailureCause.LOST)
        if running is None or task_type is None or task_type.resume is None:
            raise lost
        folder = services.folder.work_folder(record.attempt_id, record.folder_id)
        command = await find_again(record, running, folder, services.runners)
        if command is None:
            raise lost
        finished = await context.attach(command, running)
        return await task_type.resume(context, finished, running.resume)

    return work


def _adopting(record: AttemptRecord, services: Services) -> Adopt | None:
    running = record.running
    if running is None:
        return None

    async def adopt(context: AttemptContext) -> None:
        folder = services.folder.work_folder(record.attempt_id, record.folder_id)
        command = await find_again(record, running, folder, services.runners)
        if command is not None:
            context.adopt(command)

    return adopt
