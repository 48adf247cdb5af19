"""A coordinator's runtime on a stage.

The real executor, engine and registry, over a store in memory, with flows made in Python.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from lanner_coordinator.engine.events import ExecutionCreated, TriggerInfo
from lanner_coordinator.engine.execution import Execution, restore
from lanner_coordinator.engine.plan import Plan, make_plan
from lanner_coordinator.engine.slots import Slots
from lanner_coordinator.engine.state import State
from lanner_coordinator.flow.catalog import TypeDescription
from lanner_coordinator.flow.model import Flow, Task, TaskKind
from lanner_coordinator.runtime.agents.inbound import Inbound
from lanner_coordinator.runtime.agents.registry import AgentRegistry
from lanner_coordinator.runtime.agents.reports import ExecutorReports
from lanner_coordinator.runtime.application import Application
from lanner_coordinator.runtime.artifacts import ArtifactStorage, LocalArtifacts, Owner
from lanner_coordinator.runtime.dispatcher import Dispatcher
from lanner_coordinator.runtime.effects import EffectSources, FileReader
from lanner_coordinator.runtime.encryption import Cipher
from lanner_coordinator.runtime.errands.errands import Errands
from lanner_coordinator.runtime.executions.inputs import InputResolver
from lanner_coordinator.runtime.executor import Executor
from lanner_coordinator.runtime.flows.registry import no_such_flow
from lanner_coordinator.runtime.hub import Hub
from lanner_coordinator.runtime.ids import IdFactory, TimeOrderedIds
from lanner_coordinator.runtime.key_values.book import KeyValueBook
from lanner_coordinator.runtime.log_writer import LogWriter
from lanner_coordinator.runtime.namespaces.book import NamespaceBook
from lanner_coordinator.runtime.namespaces.files.book import FileBook
from lanner_coordinator.runtime.namespaces.files.editing import FileEditor
from lanner_coordinator.runtime.namespaces.groups import GroupRule
from lanner_coordinator.runtime.recovery import FlowKey
from lanner_coordinator.runtime.rendering import Rendering
from lanner_coordinator.runtime.results.cache import KeptResults
from lanner_coordinator.runtime.secrets.book import SecretBook
from lanner_coordinator.runtime.secrets.chain import SecretChain
from lanner_coordinator.runtime.secrets.environment import EnvironmentSecrets
from lanner_coordinator.runtime.secrets.values import SecretValues
from lanner_coordinator.runtime.subflows.starter import SubflowStarter
from lanner_coordinator.runtime.subflows.subflows import ChildFlows, Subflows
from lanner_coordinator.runtime.templates.book import TemplateBook
from lanner_coordinator.runtime.variables import Surroundings
from lanner_coordinator.store.memory import MemoryStore
from lanner_coordinator.store.protocol import Store
from lanner_coordinator.store.records import LogQuery
from tests.support.eventually import eventually
from tests.support.fake_clock import FakeClock

CORE = "io.kestra.plugin.core."
SCRIPT = "io.kestra.plugin.scripts.shell.Script"


def native(task_id: str, kind: str = "log.Log", **properties: object) -> Task:
    """A native task; without properties it logs its id."""
    return Task(
        id=task_id,
        type=CORE + kind,
        kind=TaskKind.NATIVE,
        properties=properties or {"message": task_id},
    )


def script(task_id: str, **settings: Any) -> Task:
    """A task that an agent runs."""
    return Task(
        id=task_id, type=SCRIPT, kind=TaskKind.AGENT, properties={"script": "true"}, **settings
    )


def flowable(task_id: str, kind: str, *tasks: Task, **properties: object) -> Task:
    """A flowable over a list of tasks."""
    return Task(
        id=task_id,
        type=f"{CORE}flow.{kind}",
        kind=TaskKind.FLOWABLE,
        properties=properties,
        branches={"tasks": tasks},
    )


def flow_of(*tasks: Task, **settings: Any) -> Flow:
    """A flow `company/nightly`."""
    return Flow(id="nightly", namespace="company", tasks=tasks, **settings)


NO_ARTIFACTS = LocalArtifacts(Path("nowhere"))
"""For tests without files."""


class OneFlow:
    """Plans of a single flow, and of those that it starts."""

    def __init__(self, flow: Flow, children: Iterable[Flow] = ()) -> None:
        self.plan = make_plan(flow, 1)
        self.children = {one.id: make_plan(one, 1) for one in children}

    async def preload(self, keys: Iterable[FlowKey]) -> None:
        """Nothing to read."""

    def plan_of(self, namespace: str, flow_id: str, revision: int) -> Plan:
        """The flow's."""
        return self.children.get(flow_id, self.plan)


class OtherFlows:
    """Plans of the flows that may be started."""

    def __init__(self, plans: OneFlow) -> None:
        self._plans = {plans.plan.flow.id: plans.plan, **plans.children}

    def plan_now(self, namespace: str, flow_id: str, revision: int = 0) -> Plan | None:
        """At once."""
        if flow_id not in self._plans:
            raise no_such_flow(namespace, flow_id, revision)
        return self._plans[flow_id]

    async def plan(self, namespace: str, flow_id: str, revision: int = 0) -> Plan:
        """The same."""
        return self._plans[flow_id]


class NoFiles:
    """No file is there."""

    def read_text(self, uri: str, owner: Owner) -> str:
        """No such file."""
        raise FileNotFoundError(uri)

    def size_bytes(self, uri: str, owner: Owner) -> int:
        """No such file."""
        raise FileNotFoundError(uri)

    def is_there(self, uri: str, owner: Owner) -> bool:
        """No."""
        return False


class Stage:
    """The parts of a runtime that belong together."""

    def __init__(
        self,
        flow: Flow,
        store: Store,
        clock: FakeClock,
        environment: Mapping[str, str],
        *,
        children: Iterable[Flow] = (),
        child_flows: ChildFlows | None = None,
        storage: ArtifactStorage = NO_ARTIFACTS,
        ids: IdFactory | None = None,
        namespaces: NamespaceBook | None = None,
        providers: Sequence[SecretValues] = (),
        files: FileReader | None = None,
    ) -> None:
        self.providers = providers
        self.files = files or NoFiles()
        self.store = store
        self.storage = storage
        self.clock = clock
        self.plans = OneFlow(flow, children)
        self.dispatcher = Dispatcher()
        self.hub = Hub()
        self.offered: dict[str, Sequence[TypeDescription]] = {}
        self.registry = self._registry()
        self.secret_outputs: frozenset[str] = frozenset()
        self.key_values = KeyValueBook()
        self.templates = TemplateBook()
        self.key_values.know_namespaces(lambda: [flow.namespace])
        self.namespaces = namespaces or NamespaceBook()
        self.cipher = Cipher(b"k" * 32)
        self.secret_book = SecretBook(self.cipher)
        self.namespace_files = FileBook()
        self.file_editor = FileEditor(
            book=self.namespace_files, storage=storage, store=store, clock=clock
        )
        self.rendering = self._rendering(environment)
        self.resolver = self._resolver(environment)
        slots = Slots()
        starter = SubflowStarter(
            rendering=self.rendering,
            resolver=self.resolver,
            ids=ids or TimeOrderedIds(clock),
        )
        children_of = child_flows or OtherFlows(self.plans)
        self.errands = Errands(
            store=store,
            storage=storage,
            rendering=self.rendering,
            files=self.namespace_files,
            file_editor=self.file_editor,
        )
        self.application = self._application(slots, starter, children_of)
        self.executor = self._executor(slots)
        self.registry.report_to(ExecutorReports(self.executor, self.application))
        self.inbound = Inbound(self.registry, clock)

    def _executor(self, slots: Slots) -> Executor:
        return Executor(
            store=self.store,
            clock=self.clock,
            application=self.application,
            dispatcher=self.dispatcher,
            hub=self.hub,
            carrier=self.registry,
            slots=slots,
        )

    def _registry(self) -> AgentRegistry:
        return AgentRegistry(
            store=self.store,
            clock=self.clock,
            dispatcher=self.dispatcher,
            offer_types=self.offered.__setitem__,
            epoch=1,
        )

    def _application(
        self, slots: Slots, starter: SubflowStarter, child_flows: ChildFlows
    ) -> Application:
        return Application(
            slots=slots,
            rendering=self.rendering,
            dispatcher=self.dispatcher,
            log_writer=LogWriter(0),
            subflows=Subflows(
                starter=starter,
                flows=child_flows,
                store=self.store,
                rendering=self.rendering,
            ),
            errands=self.errands,
            results=KeptResults(
                store=self.store,
                storage=self.storage,
                rendering=self.rendering,
                files=self.namespace_files,
                clock=self.clock,
            ),
            storage=self.storage,
            ids=TimeOrderedIds(self.clock),
            groups=GroupRule(self.namespaces),
            templates=self.templates,
        )

    def _rendering(self, environment: Mapping[str, str]) -> Rendering:
        return Rendering(
            sources=self._sources(environment),
            around=Surroundings(namespaces=self.namespaces.variables),
            credential_key=b"key",
            secret_outputs=lambda type_name: self.secret_outputs,
        )

    def _sources(self, environment: Mapping[str, str]) -> EffectSources:
        return EffectSources(
            clock=self.clock,
            secret_values=self._secrets(environment),
            files=self.files,
            key_values=self.key_values,
            cipher=self.cipher,
            namespace_files=self.namespace_files,
        )

    def _secrets(self, environment: Mapping[str, str]) -> SecretValues:
        return SecretChain([self.secret_book, *self.providers, EnvironmentSecrets(environment)])

    def _resolver(self, environment: Mapping[str, str]) -> InputResolver:
        return InputResolver(
            sources=self._sources(environment),
            around=Surroundings(namespaces=self.namespaces.variables),
        )

    def created(
        self, execution_id: str = "E1", schedule_at: datetime | None = None
    ) -> ExecutionCreated:
        """The beginning of an execution."""
        return ExecutionCreated(
            execution_id=execution_id,
            namespace="company",
            flow_id="nightly",
            flow_revision=1,
            inputs={},
            labels={},
            trigger=TriggerInfo(kind="manual"),
            schedule_at=schedule_at,
        )

    async def create(self, execution_id: str = "E1") -> None:
        """Begin an execution."""
        await self.executor.create(self.created(execution_id), self.plans.plan)

    def execution(self, execution_id: str = "E1") -> Execution:
        """The execution, which has not ended."""
        live = self.executor.live(execution_id)
        assert live is not None
        return live.execution

    async def ended(self, execution_id: str = "E1") -> Execution:
        """The execution, once it has ended."""

        async def archived() -> Execution | None:
            record = await self.store.execution(execution_id)
            return None if record is None else restore(record.snapshot)

        execution = await eventually(archived)
        assert execution is not None
        return execution

    async def lines(self, execution_id: str = "E1") -> list[str]:
        """Texts of the execution's log."""
        records = await self.store.logs(LogQuery(execution_id=execution_id), after=0, limit=1_000)
        return [record.text for record in records]


def states(execution: Execution) -> dict[str, State]:
    """State of each task run, by task id."""
    return {run.task_id: run.state for run in execution.task_runs.values()}


@asynccontextmanager
async def stage(
    flow: Flow,
    *,
    store: Store | None = None,
    clock: FakeClock | None = None,
    environment: Mapping[str, str] | None = None,
    children: Iterable[Flow] = (),
    ids: IdFactory | None = None,
    storage: ArtifactStorage = NO_ARTIFACTS,
    providers: Sequence[SecretValues] = (),
    files: FileReader | None = None,
) -> AsyncIterator[Stage]:
    """A running stage over an open store (its own, when none is given)."""
    own = MemoryStore() if store is None else None
    if own is not None:
        await own.__aenter__()
    built = Stage(
        flow,
        store or own or MemoryStore(),
        clock or FakeClock(),
        environment or {},
        children=children,
        ids=ids,
        storage=storage,
        providers=providers,
        files=files,
    )
    await built.registry.load()
    await built.executor.restore(built.plans)
    built.registry.adopt(built.executor.entries.values())
    try:
        with suppress(asyncio.CancelledError):
            async with asyncio.TaskGroup() as tasks:
                running = tasks.create_task(built.executor.run())
                yield built
                running.cancel()
    finally:
        if own is not None:
            await own.__aexit__(None, None, None)
