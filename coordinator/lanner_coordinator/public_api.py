"""The public services, built over the core."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial

from lanner_coordinator.core import Core
from lanner_coordinator.rpc.agent_service import AgentService
from lanner_coordinator.rpc.artifact_service import ArtifactService
from lanner_coordinator.rpc.batch_service import BatchService
from lanner_coordinator.rpc.execution_service import ExecutionService
from lanner_coordinator.rpc.flow_service import FlowService
from lanner_coordinator.rpc.key_value_service import KeyValueService
from lanner_coordinator.rpc.log_service import LogService
from lanner_coordinator.rpc.namespace_file_service import NamespaceFileService
from lanner_coordinator.rpc.namespace_service import NamespaceService
from lanner_coordinator.rpc.secret_service import SecretService
from lanner_coordinator.rpc.server import ServedService
from lanner_coordinator.rpc.server_service import ServerService
from lanner_coordinator.rpc.template_service import TemplateService
from lanner_coordinator.rpc.trigger_service import TriggerService
from lanner_coordinator.runtime.agent_directory import AgentDirectory
from lanner_coordinator.runtime.artifacts import ArtifactStorage
from lanner_coordinator.runtime.batches.batches import Batches
from lanner_coordinator.runtime.batches.selection import Selector
from lanner_coordinator.runtime.batches.worker import BatchWorker
from lanner_coordinator.runtime.errands.upkeep.table import upkeep_errands
from lanner_coordinator.runtime.executions.acts import Acts
from lanner_coordinator.runtime.executions.conditions import Conditions
from lanner_coordinator.runtime.executions.creation import ExecutionCreator
from lanner_coordinator.runtime.executions.evaluating import Evaluator
from lanner_coordinator.runtime.executions.files import ExecutionFileLists
from lanner_coordinator.runtime.executions.input_files import InputFiles
from lanner_coordinator.runtime.executions.listing import ExecutionLists
from lanner_coordinator.runtime.executions.logs import Logs
from lanner_coordinator.runtime.executions.pausing import Pausing
from lanner_coordinator.runtime.executions.reading import ExecutionReader
from lanner_coordinator.runtime.executions.references import References
from lanner_coordinator.runtime.executions.replays import Replays
from lanner_coordinator.runtime.executions.requests import Requests
from lanner_coordinator.runtime.executions.triggered import TriggeredExecutions
from lanner_coordinator.runtime.executions.watching import Watching
from lanner_coordinator.runtime.flow_triggers.aftermath import TriggerAftermath
from lanner_coordinator.runtime.flow_triggers.flow_triggers import FlowTriggers
from lanner_coordinator.runtime.flow_triggers.reactions import Reactions
from lanner_coordinator.runtime.flows.changes import TriggerKeeper
from lanner_coordinator.runtime.flows.editing import FlowEditor
from lanner_coordinator.runtime.flows.overview import FlowLists
from lanner_coordinator.runtime.flows.purging import RevisionPurger
from lanner_coordinator.runtime.key_values.editing import KeyValueEditor
from lanner_coordinator.runtime.namespaces.editing import Contents, NamespaceEditor
from lanner_coordinator.runtime.namespaces.files.reading import FileReader
from lanner_coordinator.runtime.namespaces.groups import GroupRule
from lanner_coordinator.runtime.polling.building import Polling, build_polling
from lanner_coordinator.runtime.polling.ground import PollGround
from lanner_coordinator.runtime.polling.rendering import PollRendering
from lanner_coordinator.runtime.schedule.scheduler import Scheduler
from lanner_coordinator.runtime.schedule.triggers import Activity, Triggers
from lanner_coordinator.runtime.status import Readiness, StatusReader
from lanner_coordinator.runtime.templates.editing import TemplateEditor
from lanner_coordinator.runtime.uploads import Uploads
from lanner_coordinator.runtime.webhooks.webhooks import Webhooks
from lanner_coordinator.version import VERSION
from lanner_proto.v1 import (
    agent_pb2,
    agent_pb2_grpc,
    artifact_pb2,
    artifact_pb2_grpc,
    batch_pb2,
    batch_pb2_grpc,
    execution_pb2,
    execution_pb2_grpc,
    flow_pb2,
    flow_pb2_grpc,
    key_value_pb2,
    key_value_pb2_grpc,
    log_pb2,
    log_pb2_grpc,
    namespace_file_pb2,
    namespace_file_pb2_grpc,
    namespace_pb2,
    namespace_pb2_grpc,
    secret_pb2,
    secret_pb2_grpc,
    server_pb2,
    server_pb2_grpc,
    template_pb2,
    template_pb2_grpc,
    trigger_pb2,
    trigger_pb2_grpc,
)


def execution_services(
    core: Core, storage: ArtifactStorage, requests: Requests, acts: Acts
) -> Sequence[ServedService]:
    """Executions and their logs."""
    references = References(store=core.store, executor=core.executor, clock=core.clock)
    reader = ExecutionReader(
        store=core.store,
        executor=core.executor,
        dispatcher=core.dispatcher,
        flows=core.flows,
        references=references,
        shown=core.shown,
    )
    executions = ExecutionService(
        creator=creator(core, storage, requests),
        reader=reader,
        references=references,
        lists=ExecutionLists(store=core.store, executor=core.executor, clock=core.clock),
        watching=Watching(hub=core.hub, reader=reader, references=references, clock=core.clock),
        acts=acts,
        evaluator=Evaluator(
            store=core.store,
            references=references,
            reader=reader,
            rendering=core.rendering,
        ),
    )
    logs = LogService(
        logs=Logs(store=core.store, hub=core.hub, executor=core.executor, references=references)
    )
    return (
        ServedService(
            descriptor=execution_pb2.DESCRIPTOR.services_by_name["ExecutionService"],
            add=partial(execution_pb2_grpc.add_ExecutionServiceServicer_to_server, executions),
        ),
        ServedService(
            descriptor=log_pb2.DESCRIPTOR.services_by_name["LogService"],
            add=partial(log_pb2_grpc.add_LogServiceServicer_to_server, logs),
        ),
    )


def creator(core: Core, storage: ArtifactStorage, requests: Requests) -> ExecutionCreator:
    """What creates executions."""
    return ExecutionCreator(
        flows=core.flows,
        executor=core.executor,
        resolver=core.resolver,
        requests=requests,
        files=InputFiles(storage),
        ids=core.ids,
    )


def make_acts(core: Core, storage: ArtifactStorage) -> Acts:
    """What people do to executions."""
    return Acts(
        store=core.store,
        executor=core.executor,
        application=core.application,
        flows=core.flows,
        replays=Replays(
            executor=core.executor,
            application=core.application,
            flows=core.flows,
            resolver=core.resolver,
            ids=core.ids,
        ),
        files=storage,
        pausing=Pausing(feed=core.application.feed, rendering=core.rendering),
    )


def add_upkeep(core: Core, storage: ArtifactStorage, acts: Acts) -> None:
    """Let flows count, kill and purge."""
    lists = ExecutionLists(store=core.store, executor=core.executor, clock=core.clock)
    keys = KeyValueEditor(book=core.key_values, store=core.store, clock=core.clock)
    revisions = RevisionPurger(store=core.store, flows=core.flows, live=core.executor.entries)
    errands = upkeep_errands(
        store=core.store,
        storage=storage,
        executions=lists,
        acts=acts,
        keys=keys,
        revisions=revisions,
    )
    core.errands.add(errands)


def make_worker(core: Core, acts: Acts) -> BatchWorker:
    """What carries batches out."""
    return BatchWorker(store=core.store, executor=core.executor, acts=acts, clock=core.clock)


def batch_service(core: Core, worker: BatchWorker, requests: Requests) -> ServedService:
    """Batches."""
    lists = ExecutionLists(store=core.store, executor=core.executor, clock=core.clock)
    batches = Batches(
        store=core.store,
        worker=worker,
        selector=Selector(lists),
        requests=requests,
        clock=core.clock,
        ids=core.ids,
    )
    return ServedService(
        descriptor=batch_pb2.DESCRIPTOR.services_by_name["BatchService"],
        add=partial(
            batch_pb2_grpc.add_BatchServiceServicer_to_server, BatchService(batches=batches)
        ),
    )


def artifact_service(core: Core, storage: ArtifactStorage) -> ServedService:
    """Files for people and services."""
    uploads = Uploads(storage=storage, flows=core.flows, ids=core.ids)
    references = References(store=core.store, executor=core.executor, clock=core.clock)
    files = ExecutionFileLists(
        store=core.store, executor=core.executor, references=references, storage=storage
    )
    return ServedService(
        descriptor=artifact_pb2.DESCRIPTOR.services_by_name["ArtifactService"],
        add=partial(
            artifact_pb2_grpc.add_ArtifactServiceServicer_to_server,
            ArtifactService(uploads=uploads, files=files),
        ),
    )


def flow_service(core: Core, keeper: TriggerKeeper) -> ServedService:
    """Flows."""
    editor = FlowEditor(store=core.store, clock=core.clock, reader=core.reader, flows=core.flows)
    editor.keep_triggers(keeper)
    lists = FlowLists(flows=core.flows, store=core.store, executor=core.executor, keeper=keeper)
    service = FlowService(flows=core.flows, editor=editor, lists=lists)
    return ServedService(
        descriptor=flow_pb2.DESCRIPTOR.services_by_name["FlowService"],
        add=partial(flow_pb2_grpc.add_FlowServiceServicer_to_server, service),
    )


def scheduler(core: Core) -> tuple[Scheduler, TriggeredExecutions]:
    """What fires schedules, and what starts their executions."""
    starter = TriggeredExecutions(
        executor=core.executor,
        hub=core.hub,
        resolver=core.resolver,
        clock=core.clock,
    )
    return (
        Scheduler(
            store=core.store,
            clock=core.clock,
            flows=core.flows,
            executor=core.executor,
            starter=starter,
            conditions=Conditions(core.resolver),
            ids=core.ids,
        ),
        starter,
    )


def polling(
    core: Core, storage: ArtifactStorage, schedules: Scheduler, starter: TriggeredExecutions
) -> Polling:
    """What has agents look for triggers."""
    ground = PollGround(
        keeper=schedules,
        flows=core.flows,
        starter=starter,
        conditions=Conditions(core.resolver),
        rendering=PollRendering(
            resolver=core.resolver,
            credential=core.rendering.credential,
            secret_outputs=core.catalog.secret_outputs,
            namespace_files=core.namespace_files,
            cipher=core.secrets.keyring,
        ),
        groups=GroupRule(core.namespaces),
        dispatcher=core.dispatcher,
        registry=core.registry,
        clock=core.clock,
        ids=core.ids,
    )
    return build_polling(ground, application=core.application, storage=storage)


def flow_triggers(core: Core, schedules: Scheduler, starter: TriggeredExecutions) -> FlowTriggers:
    """What starts executions after those of other flows."""
    core.application.tell(TriggerAftermath(schedules.records))
    return FlowTriggers(
        store=core.store,
        flows=core.flows,
        executor=core.executor,
        application=core.application,
        scheduler=schedules,
        reactions=Reactions(
            resolver=core.resolver,
            starter=starter,
            around=core.around,
            ids=core.ids,
        ),
        hub=core.hub,
    )


def webhooks(core: Core, schedules: Scheduler, starter: TriggeredExecutions) -> Webhooks:
    """What starts executions by requests."""
    return Webhooks(
        store=core.store,
        flows=core.flows,
        executor=core.executor,
        hub=core.hub,
        starter=starter,
        conditions=Conditions(core.resolver),
        resolver=core.resolver,
        records=schedules.records,
        ids=core.ids,
    )


def trigger_service(
    core: Core, schedules: Scheduler, starter: TriggeredExecutions, activity: Activity
) -> ServedService:
    """Triggers."""
    triggers = Triggers(
        scheduler=schedules,
        flows=core.flows,
        store=core.store,
        starter=starter,
        clock=core.clock,
        activity=activity,
    )
    service = TriggerService(triggers=triggers)
    return ServedService(
        descriptor=trigger_pb2.DESCRIPTOR.services_by_name["TriggerService"],
        add=partial(trigger_pb2_grpc.add_TriggerServiceServicer_to_server, service),
    )


def key_value_service(core: Core) -> ServedService:
    """The key-value store."""
    editor = KeyValueEditor(book=core.key_values, store=core.store, clock=core.clock)
    return ServedService(
        descriptor=key_value_pb2.DESCRIPTOR.services_by_name["KeyValueService"],
        add=partial(
            key_value_pb2_grpc.add_KeyValueServiceServicer_to_server,
            KeyValueService(editor=editor),
        ),
    )


def template_service(core: Core) -> ServedService:
    """Templates."""
    editor = TemplateEditor(
        book=core.templates, store=core.store, clock=core.clock, reader=core.reader
    )
    return ServedService(
        descriptor=template_pb2.DESCRIPTOR.services_by_name["TemplateService"],
        add=partial(
            template_pb2_grpc.add_TemplateServiceServicer_to_server,
            TemplateService(editor=editor),
        ),
    )


def namespace_service(core: Core) -> ServedService:
    """Namespaces."""
    editor = NamespaceEditor(
        book=core.namespaces,
        store=core.store,
        clock=core.clock,
        contents=Contents(
            flows=lambda: Counter(core.flows.namespaces()),
            files=core.namespace_files.counts,
            key_values=core.key_values.counts,
        ),
        check_defaults=core.reader.read_defaults,
    )
    service = NamespaceService(editor=editor, read=core.reader.read_namespace)
    return ServedService(
        descriptor=namespace_pb2.DESCRIPTOR.services_by_name["NamespaceService"],
        add=partial(namespace_pb2_grpc.add_NamespaceServiceServicer_to_server, service),
    )


def secret_service(core: Core) -> ServedService:
    """Secrets, without their values."""
    service = SecretService(
        editor=core.secrets.editor,
        rotation=core.secrets.rotation,
        elsewhere=core.secrets.elsewhere,
    )
    return ServedService(
        descriptor=secret_pb2.DESCRIPTOR.services_by_name["SecretService"],
        add=partial(secret_pb2_grpc.add_SecretServiceServicer_to_server, service),
    )


def namespace_file_service(core: Core, storage: ArtifactStorage) -> ServedService:
    """Files of namespaces."""
    reader = FileReader(book=core.namespace_files, storage=storage, store=core.store)
    service = NamespaceFileService(editor=core.file_editor, reader=reader)
    return ServedService(
        descriptor=namespace_file_pb2.DESCRIPTOR.services_by_name["NamespaceFileService"],
        add=partial(namespace_file_pb2_grpc.add_NamespaceFileServiceServicer_to_server, service),
    )


def make_status(core: Core, agents: AgentDirectory, readiness: Readiness) -> StatusReader:
    """What tells how the coordinator is."""
    return StatusReader(
        store=core.store,
        executor=core.executor,
        dispatcher=core.dispatcher,
        flows=core.flows,
        agents=agents,
        clock=core.clock,
        readiness=readiness,
        software_version=VERSION,
    )


def server_service(core: Core, agents: AgentDirectory, status: StatusReader) -> ServedService:
    """The coordinator itself."""
    service = ServerService(status=status, agents=agents, clock=core.clock)
    return ServedService(
        descriptor=server_pb2.DESCRIPTOR.services_by_name["ServerService"],
        add=partial(server_pb2_grpc.add_ServerServiceServicer_to_server, service),
    )


def agent_service(service: AgentService) -> ServedService:
    """The agents' service."""
    return ServedService(
        descriptor=agent_pb2.DESCRIPTOR.services_by_name["AgentService"],
        add=partial(agent_pb2_grpc.add_AgentServiceServicer_to_server, service),
    )
