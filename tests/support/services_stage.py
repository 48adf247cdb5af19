"""The coordinator's services on a stage: all verbs over the real executor and a store in memory.

    async with services() as on:
        await on.apply(flow_source("nightly", schedule="0 6 * * *"))
        execution_id = await on.create("nightly")

A second one over the same store and clock is the coordinator after a restart.
"""

from __future__ import annotations

import asyncio
import base64
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import msgspec

from lanner_coordinator.engine.execution import Execution
from lanner_coordinator.engine.rules.eligibility import Act
from lanner_coordinator.runtime.artifacts import ArtifactStorage, Owner
from lanner_coordinator.runtime.batches.batches import Batches
from lanner_coordinator.runtime.batches.selection import Selector
from lanner_coordinator.runtime.batches.worker import BatchWorker
from lanner_coordinator.runtime.catalog import CatalogHolder
from lanner_coordinator.runtime.effects import EffectSources
from lanner_coordinator.runtime.errands.upkeep.table import upkeep_errands
from lanner_coordinator.runtime.executions.acts import Acts
from lanner_coordinator.runtime.executions.conditions import Conditions
from lanner_coordinator.runtime.executions.creation import ExecutionCreator, NewExecution
from lanner_coordinator.runtime.executions.evaluating import Evaluator
from lanner_coordinator.runtime.executions.input_files import InputFiles
from lanner_coordinator.runtime.executions.inputs import InputResolver
from lanner_coordinator.runtime.executions.listing import ExecutionLists
from lanner_coordinator.runtime.executions.logs import Logs
from lanner_coordinator.runtime.executions.pausing import Pausing
from lanner_coordinator.runtime.executions.reading import ExecutionReader
from lanner_coordinator.runtime.executions.references import References
from lanner_coordinator.runtime.executions.replays import Replays
from lanner_coordinator.runtime.executions.requests import Requests
from lanner_coordinator.runtime.executions.triggered import TriggeredExecutions
from lanner_coordinator.runtime.executions.watching import Watching
from lanner_coordinator.runtime.executions.wishes import Details, Wish
from lanner_coordinator.runtime.flow_triggers.aftermath import TriggerAftermath
from lanner_coordinator.runtime.flow_triggers.flow_triggers import FlowTriggers
from lanner_coordinator.runtime.flow_triggers.reactions import Reactions
from lanner_coordinator.runtime.flows.changes import AppliedFlow, GivenSource
from lanner_coordinator.runtime.flows.editing import FlowEditor
from lanner_coordinator.runtime.flows.overview import FlowLists
from lanner_coordinator.runtime.flows.purging import RevisionPurger
from lanner_coordinator.runtime.flows.reading import FlowReader
from lanner_coordinator.runtime.flows.registry import FlowRegistry
from lanner_coordinator.runtime.key_values.editing import KeyValueEditor
from lanner_coordinator.runtime.namespaces.book import NamespaceBook
from lanner_coordinator.runtime.namespaces.editing import Contents, NamespaceEditor
from lanner_coordinator.runtime.namespaces.groups import GroupRule
from lanner_coordinator.runtime.polling.building import Polling, build_polling
from lanner_coordinator.runtime.polling.ground import PollGround
from lanner_coordinator.runtime.polling.rendering import PollRendering
from lanner_coordinator.runtime.schedule.records import TriggerKey
from lanner_coordinator.runtime.schedule.scheduler import Scheduler
from lanner_coordinator.runtime.schedule.triggers import Triggers
from lanner_coordinator.runtime.secrets.editing import SecretEditor
from lanner_coordinator.runtime.secrets.elsewhere import SecretsElsewhere
from lanner_coordinator.runtime.secrets.keyring import new_keyring
from lanner_coordinator.runtime.secrets.master_key import KEY_VARIABLE, MasterKey
from lanner_coordinator.runtime.secrets.providers.contract import ProviderRules
from lanner_coordinator.runtime.secrets.providers.provided import ProvidedSecrets
from lanner_coordinator.runtime.secrets.rotation import KeyRotation
from lanner_coordinator.runtime.templates.editing import TemplateEditor
from lanner_coordinator.runtime.variables import Surroundings
from lanner_coordinator.runtime.webhooks.webhooks import Webhooks
from lanner_coordinator.store.memory import MemoryStore
from lanner_coordinator.store.records import ExecutionSummary
from tests.support.eventually import eventually
from tests.support.fake_clock import FakeClock
from tests.support.fake_provider import FakeProvider
from tests.support.stage import NO_ARTIFACTS, NoFiles, Stage, flow_of, native
from tests.support.stage_agent import TYPES, StageAgent, connected, hello

NAMESPACE = "company"

MASTER = b"m" * 32
"""The master key of the stage's keyring."""


def flow_source(
    flow_id: str = "nightly",
    *,
    schedule: str = "",
    task: str = "script",
    namespace: str = NAMESPACE,
    more: str = "",
    trigger: str = "",
) -> str:
    """A flow with one task: an agent's `script`, a `log` in the coordinator, or one that fails.

    `more` is put below the flow's own keys, `trigger` below those of its schedule `daily`.
    """
    kinds = {
        "script": "  - {id: work, type: scripts.shell.Script, script: 'true'}",
        "log": "  - {id: work, type: core.log.Log, message: hello}",
        "fail": "  - {id: work, type: core.execution.Fail, errorMessage: no luck}",
    }
    lines = [f"id: {flow_id}", f"namespace: {namespace}", *([more] if more else [])]
    lines += ["tasks:", kinds[task]]
    if schedule:
        lines += ["triggers:", "  - id: daily", "    type: core.trigger.Schedule"]
        lines += [f"    cron: '{schedule}'", *(f"    {line}" for line in trigger.splitlines())]
    return "\n".join(lines) + "\n"


class CountedIds:
    """Ids that a test can foresee: X0001, X0002 and so on."""

    def __init__(self, prefix: str = "X") -> None:
        self._prefix = prefix
        self._numbers = count(1)

    def new_id(self) -> str:
        """The next one."""
        return f"{self._prefix}{next(self._numbers):04}"


class DeletedFiles:
    """Remembers whose files were deleted.

    Attributes:
        owners: Ids of executions.
    """

    def __init__(self) -> None:
        self.owners: list[str] = []

    async def delete_execution(self, owner: Owner) -> None:
        """Remember it."""
        self.owners.append(owner.execution_id)


class Services:
    """Everything that the public API calls."""

    def __init__(
        self,
        store: MemoryStore,
        clock: FakeClock,
        ids: CountedIds,
        storage: ArtifactStorage = NO_ARTIFACTS,
    ) -> None:
        self.store = store
        self.storage = storage
        self.clock = clock
        self.files = DeletedFiles()
        self.catalog = CatalogHolder()
        self.catalog.offer("etl-1", TYPES)
        book = NamespaceBook()
        reader = FlowReader(self.catalog, namespaces=book)
        self.flows = FlowRegistry(store=store, reader=reader)
        unused = flow_of(native("unused"))
        self.core = Stage(
            unused, store, clock, {}, child_flows=self.flows, ids=ids, namespaces=book
        )
        self.executor = self.core.executor
        self.editor = FlowEditor(store=store, clock=clock, reader=reader, flows=self.flows)
        sources = EffectSources(
            clock=clock,
            secret_values=self.core.secret_book,
            files=NoFiles(),
            key_values=self.core.key_values,
            cipher=self.core.cipher,
        )
        self.resolver = InputResolver(
            sources=sources, around=Surroundings(namespaces=book.variables)
        )
        self._keep_secrets(store, clock)
        self.key_values = KeyValueEditor(book=self.core.key_values, store=store, clock=clock)
        self.templates = TemplateEditor(
            book=self.core.templates, store=store, clock=clock, reader=reader
        )
        self.read_namespace = reader.read_namespace
        self.namespaces = self._namespaces(book, reader)
        self._serve_executions(store, clock, ids)

    def _keep_secrets(self, store: MemoryStore, clock: FakeClock) -> None:
        self.secrets = SecretEditor(book=self.core.secret_book, store=store, clock=clock)
        self.provider = FakeProvider()
        rules = ProviderRules(name="vault", is_writable=True)
        provided = ProvidedSecrets(self.provider, rules, clock)
        readable = ProvidedSecrets(FakeProvider(), ProviderRules(name="ro"), clock)
        self.secrets_elsewhere = SecretsElsewhere([provided, readable])
        self.rotation = KeyRotation(
            keyring=new_keyring(MASTER, clock.now()),
            master_key=MasterKey({KEY_VARIABLE: base64.b64encode(MASTER).decode()}, Path("unused")),
            store=store,
            clock=clock,
        )

    def _namespaces(self, book: NamespaceBook, reader: FlowReader) -> NamespaceEditor:
        return NamespaceEditor(
            book=book,
            store=self.store,
            clock=self.clock,
            contents=Contents(
                flows=lambda: Counter(self.flows.namespaces()),
                files=self.core.namespace_files.counts,
                key_values=self.core.key_values.counts,
            ),
            check_defaults=reader.read_defaults,
        )

    def _serve_executions(self, store: MemoryStore, clock: FakeClock, ids: CountedIds) -> None:
        self.requests = Requests(store, clock)
        self.creator = ExecutionCreator(
            flows=self.flows,
            executor=self.executor,
            resolver=self.resolver,
            requests=self.requests,
            files=InputFiles(NO_ARTIFACTS),
            ids=ids,
        )
        self.references = References(store=store, executor=self.executor, clock=clock)
        self.reader = ExecutionReader(
            store=store,
            executor=self.executor,
            dispatcher=self.core.dispatcher,
            flows=self.flows,
            references=self.references,
        )
        self.evaluator = Evaluator(
            store=store,
            references=self.references,
            reader=self.reader,
            rendering=self.core.rendering,
        )
        self.lists = ExecutionLists(store=store, executor=self.executor, clock=clock)
        self.watching = Watching(
            hub=self.core.hub, reader=self.reader, references=self.references, clock=clock
        )
        self.acts = self._acts(ids)
        self.logs = Logs(
            store=store, hub=self.core.hub, executor=self.executor, references=self.references
        )
        self.core.errands.add(
            upkeep_errands(
                store=store,
                storage=NO_ARTIFACTS,
                executions=self.lists,
                acts=self.acts,
                keys=self.key_values,
                revisions=RevisionPurger(store=store, flows=self.flows, live=self.executor.entries),
            )
        )
        self._add_triggers(ids)
        self._add_batches(ids)

    def _acts(self, ids: CountedIds) -> Acts:
        return Acts(
            store=self.store,
            executor=self.executor,
            application=self.core.application,
            flows=self.flows,
            replays=Replays(
                executor=self.executor,
                application=self.core.application,
                flows=self.flows,
                resolver=self.resolver,
                ids=ids,
            ),
            files=self.files,
            pausing=Pausing(feed=self.core.application.feed, rendering=self.core.rendering),
        )

    def _add_triggers(self, ids: CountedIds) -> None:
        starter = TriggeredExecutions(
            executor=self.executor,
            hub=self.core.hub,
            resolver=self.resolver,
            clock=self.clock,
        )
        self.scheduler = Scheduler(
            store=self.store,
            clock=self.clock,
            flows=self.flows,
            executor=self.executor,
            starter=starter,
            conditions=Conditions(self.resolver),
            ids=ids,
        )
        self.polling = self._polling(starter, ids)
        self._listen(starter, ids)
        self.triggers = Triggers(
            scheduler=self.scheduler,
            flows=self.flows,
            store=self.store,
            starter=starter,
            clock=self.clock,
            activity=self.polling.beginnings.activity,
        )
        self.editor.keep_triggers(self.scheduler)
        self.flow_lists = FlowLists(
            flows=self.flows, store=self.store, executor=self.executor, keeper=self.scheduler
        )

    def _polling(self, starter: TriggeredExecutions, ids: CountedIds) -> Polling:
        ground = PollGround(
            keeper=self.scheduler,
            flows=self.flows,
            starter=starter,
            conditions=Conditions(self.resolver),
            rendering=PollRendering(
                resolver=self.resolver,
                credential=self.core.rendering.credential,
                secret_outputs=lambda type_name: self.core.secret_outputs,
                namespace_files=self.core.namespace_files,
                cipher=self.core.cipher,
            ),
            groups=GroupRule(self.core.namespaces),
            dispatcher=self.core.dispatcher,
            registry=self.core.registry,
            clock=self.clock,
            ids=ids,
        )
        return build_polling(ground, application=self.core.application, storage=self.storage)

    def _listen(self, starter: TriggeredExecutions, ids: CountedIds) -> None:
        """Have executions started by those of other flows, and by requests."""
        self.core.application.tell(TriggerAftermath(self.scheduler.records))
        self.flow_triggers = FlowTriggers(
            store=self.store,
            flows=self.flows,
            executor=self.executor,
            application=self.core.application,
            scheduler=self.scheduler,
            reactions=Reactions(
                resolver=self.resolver, starter=starter, around=Surroundings(), ids=ids
            ),
            hub=self.core.hub,
        )
        self.webhooks = Webhooks(
            store=self.store,
            flows=self.flows,
            executor=self.executor,
            hub=self.core.hub,
            starter=starter,
            conditions=Conditions(self.resolver),
            resolver=self.resolver,
            records=self.scheduler.records,
            ids=ids,
        )

    def _add_batches(self, ids: CountedIds) -> None:
        self.batch_worker = BatchWorker(
            store=self.store, executor=self.executor, acts=self.acts, clock=self.clock
        )
        self.batches = Batches(
            store=self.store,
            worker=self.batch_worker,
            selector=Selector(self.lists),
            requests=self.requests,
            clock=self.clock,
            ids=ids,
        )

    async def load(self) -> None:
        """Take up what the store holds."""
        await self.core.registry.load()
        await self.flows.load()
        await self.requests.load()
        await self.executor.restore(self.flows)
        self.core.registry.adopt(self.executor.entries.values())
        await self.scheduler.load()
        self.polling.polls.load()
        await self.flow_triggers.load()
        await self.batch_worker.load()

    async def run(self) -> None:
        """Work, for ever."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.executor.run())
            tasks.create_task(self.scheduler.run())
            tasks.create_task(self.polling.polls.run())
            tasks.create_task(self.flow_triggers.run())
            tasks.create_task(self.batch_worker.run())

    # What tests do

    async def apply(self, *sources: str) -> Sequence[AppliedFlow]:
        """Apply sources, which are named a.yaml, b.yaml and so on."""
        given = [
            GivenSource(name=f"{name}.yaml", text=text)
            for name, text in zip("abcdefgh", sources, strict=False)
        ]
        return await self.editor.apply(given, by="moist")

    async def create(
        self, flow_id: str = "nightly", *, namespace: str = NAMESPACE, **wanted: Any
    ) -> str:
        """Start an execution."""
        wish = NewExecution(namespace=namespace, flow_id=flow_id, by="moist", **wanted)
        execution_id, _ = await self.creator.create(wish)
        return execution_id

    async def retry(self, execution_id: str) -> ExecutionSummary:
        """Restart an execution."""
        return await self.acts.do(Act.RETRY, execution_id, Wish(by="moist", reason="again"))

    async def kill(self, execution_id: str) -> ExecutionSummary:
        """Kill an execution."""
        return await self.acts.do(Act.KILL, execution_id, Wish(by="moist", reason="enough"))

    async def act(self, act: Act, execution_id: str, **details: Any) -> ExecutionSummary:
        """Do something to an execution."""
        wish = Wish(by="moist", details=Details(**details))
        return await self.acts.do(act, execution_id, wish)

    async def agent(self, slots: int = 100) -> StageAgent:
        """An agent that runs scripts."""
        return await connected(self.core, hello(slots=slots))

    async def execution(self, reference: str) -> Execution:
        """An execution, apart from what happens to it later."""
        return await self.reader.read(
            reference, lambda view: msgspec.convert(msgspec.to_builtins(view.execution), Execution)
        )

    async def ended(self, execution_id: str) -> ExecutionSummary:
        """The execution, once it is archived and not live."""

        async def look() -> ExecutionSummary | None:
            archived = await self.store.execution(execution_id)
            is_live = self.executor.live(execution_id) is not None
            return archived.summary if archived and not is_live else None

        summary = await eventually(look)
        assert summary is not None
        return summary

    async def all_summaries(self) -> Sequence[ExecutionSummary]:
        """All executions, oldest first."""
        where = self.lists.filter_of("")
        return (await self.lists.page(where, sort="created", limit=1_000)).rows

    async def pass_time(self, step: timedelta) -> None:
        """Let time go by and let schedules and timers notice."""
        self.clock.advance(step)
        self.scheduler.wake()
        self.executor.wake_timers()
        await self.settle()

    async def settle(self) -> None:
        """Let everything that can happen now happen: all is in memory, so that turns suffice."""
        for _ in range(200):
            await asyncio.sleep(0)


def daily(flow_id: str = "nightly") -> TriggerKey:
    """Key of the schedule that `flow_source` makes."""
    return NAMESPACE, flow_id, "daily"


@asynccontextmanager
async def services(
    *,
    store: MemoryStore | None = None,
    clock: FakeClock | None = None,
    ids: CountedIds | None = None,
    is_running: bool = True,
    storage: ArtifactStorage = NO_ARTIFACTS,
) -> AsyncIterator[Services]:
    """Running services; the store stays open when it was given (and opened) by the caller."""
    own = MemoryStore() if store is None else None
    if own is not None:
        await own.__aenter__()
    on = Services(store or own or MemoryStore(), clock or FakeClock(), ids or CountedIds(), storage)
    await on.load()
    try:
        with suppress(asyncio.CancelledError):
            async with asyncio.TaskGroup() as tasks:
                running = tasks.create_task(on.run()) if is_running else None
                yield on
                if running is not None:
                    running.cancel()
    finally:
        if own is not None:
            await own.__aexit__(None, None, None)
