"""The core of the coordinator: the executor and all that belongs to it, built once."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from lanner_coordinator.artifact_config import near_root
from lanner_coordinator.config import Config
from lanner_coordinator.engine.slots import Slots
from lanner_coordinator.keys import load_or_make_key
from lanner_coordinator.runtime.agents.registry import AgentRegistry
from lanner_coordinator.runtime.agents.reports import ExecutorReports
from lanner_coordinator.runtime.application import Application
from lanner_coordinator.runtime.artifacts import ArtifactStorage
from lanner_coordinator.runtime.catalog import CatalogHolder
from lanner_coordinator.runtime.clock import Clock, SystemClock
from lanner_coordinator.runtime.dispatcher import Dispatcher
from lanner_coordinator.runtime.effects import EffectSources
from lanner_coordinator.runtime.errands.errands import Errands
from lanner_coordinator.runtime.executions.inputs import InputResolver
from lanner_coordinator.runtime.executions.views import Shown
from lanner_coordinator.runtime.executor import Executor
from lanner_coordinator.runtime.far_files import FarFiles
from lanner_coordinator.runtime.flows.reading import FlowReader
from lanner_coordinator.runtime.flows.registry import FlowRegistry
from lanner_coordinator.runtime.hub import Hub
from lanner_coordinator.runtime.ids import IdFactory, TimeOrderedIds
from lanner_coordinator.runtime.key_values.book import KeyValueBook
from lanner_coordinator.runtime.log_writer import LogWriter
from lanner_coordinator.runtime.namespaces.book import NamespaceBook
from lanner_coordinator.runtime.namespaces.files.book import FileBook
from lanner_coordinator.runtime.namespaces.files.editing import FileEditor
from lanner_coordinator.runtime.namespaces.groups import GroupRule
from lanner_coordinator.runtime.rendering import Rendering
from lanner_coordinator.runtime.results.cache import KeptResults
from lanner_coordinator.runtime.secrets.keeping import SecretKeeping, keep_secrets
from lanner_coordinator.runtime.secrets.keyring import Keyring
from lanner_coordinator.runtime.secrets.providers.making import make_provider
from lanner_coordinator.runtime.secrets.providers.provided import ProvidedSecrets
from lanner_coordinator.runtime.secrets.sealing import masked_values, revealed_values
from lanner_coordinator.runtime.small_files import SmallFiles
from lanner_coordinator.runtime.subflows.starter import SubflowStarter
from lanner_coordinator.runtime.subflows.subflows import Subflows
from lanner_coordinator.runtime.templates.book import TemplateBook
from lanner_coordinator.runtime.variables import Surroundings
from lanner_coordinator.store.protocol import Store

KEY_NAME = "credential.key"
"""File of the key that attempts' credentials are made with."""

ENCRYPTION_KEY_NAME = "encryption.key"
"""File of the master key in the data folder, where neither environment nor configuration say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Core:
    """What everything else stands on: the executor and what belongs to it."""

    store: Store
    clock: Clock
    hub: Hub
    dispatcher: Dispatcher
    catalog: CatalogHolder
    flows: FlowRegistry
    reader: FlowReader
    registry: AgentRegistry
    rendering: Rendering
    application: Application
    errands: Errands
    executor: Executor
    resolver: InputResolver
    ids: IdFactory
    around: Surroundings
    key_values: KeyValueBook
    namespaces: NamespaceBook
    secrets: SecretKeeping
    shown: Shown
    namespace_files: FileBook
    file_editor: FileEditor
    templates: TemplateBook
    far_files: FarFiles | None


async def build_core(
    config: Config, environment: Mapping[str, str], store: Store, storage: ArtifactStorage
) -> Core:
    """Build the core over an open store and open artifact storage."""
    ground = await _ground(config, environment, store, storage)
    values, rendering = ground.values, ground.rendering
    slots = Slots()
    errands = Errands(
        store=store,
        storage=storage,
        rendering=rendering,
        files=values.namespace_files,
        file_editor=values.file_editor,
    )
    application = await _application(ground, slots, errands, storage)
    executor = Executor(
        store=store,
        clock=ground.clock,
        application=application,
        dispatcher=ground.dispatcher,
        hub=ground.hub,
        carrier=ground.registry,
        slots=slots,
    )
    flows, namespaces = ground.flows, ground.namespaces
    flows.on_replaced(executor.limit)
    values.key_values.know_namespaces(lambda: {*flows.namespaces(), *namespaces.names()})
    ground.registry.report_to(ExecutorReports(executor, application))
    return Core(
        store=store,
        clock=ground.clock,
        hub=ground.hub,
        dispatcher=ground.dispatcher,
        catalog=ground.catalog,
        flows=flows,
        reader=ground.reader,
        registry=ground.registry,
        rendering=rendering,
        application=application,
        errands=errands,
        executor=executor,
        resolver=ground.resolver,
        ids=ground.ids,
        around=values.around,
        key_values=values.key_values,
        namespaces=namespaces,
        secrets=values.secrets,
        shown=_shown(config, values.secrets.keyring),
        namespace_files=values.namespace_files,
        file_editor=values.file_editor,
        templates=ground.templates,
        far_files=values.far_files,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ground:
    """What the executor stands on; as in `Core`."""

    store: Store
    clock: SystemClock
    hub: Hub
    dispatcher: Dispatcher
    catalog: CatalogHolder
    namespaces: NamespaceBook
    flows: FlowRegistry
    reader: FlowReader
    registry: AgentRegistry
    values: _Values
    rendering: Rendering
    resolver: InputResolver
    ids: IdFactory
    templates: TemplateBook


async def _ground(
    config: Config, environment: Mapping[str, str], store: Store, storage: ArtifactStorage
) -> _Ground:
    clock = SystemClock()
    dispatcher = Dispatcher()
    catalog = CatalogHolder()
    namespaces = NamespaceBook()
    namespaces.load(await store.namespaces())
    reader = FlowReader(catalog, config.plugin_defaults, namespaces)
    values = await _values(config, environment, store, storage, clock, namespaces)
    return _Ground(
        store=store,
        clock=clock,
        hub=Hub(),
        dispatcher=dispatcher,
        catalog=catalog,
        namespaces=namespaces,
        flows=FlowRegistry(store=store, reader=reader),
        reader=reader,
        registry=AgentRegistry(
            store=store,
            clock=clock,
            dispatcher=dispatcher,
            offer_types=catalog.offer,
            epoch=await store.epoch(),
        ),
        values=values,
        rendering=await _rendering(config, catalog, values),
        resolver=InputResolver(sources=values.sources, around=values.around),
        # One for all: ids of one millisecond sort as they were made by the same factory.
        ids=TimeOrderedIds(clock),
        templates=TemplateBook(await store.templates()),
    )


async def _application(
    ground: _Ground, slots: Slots, errands: Errands, storage: ArtifactStorage
) -> Application:
    rendering, store = ground.rendering, ground.store
    starter = SubflowStarter(rendering=rendering, resolver=ground.resolver, ids=ground.ids)
    return Application(
        slots=slots,
        subflows=Subflows(starter=starter, flows=ground.flows, store=store, rendering=rendering),
        errands=errands,
        results=KeptResults(
            store=store,
            storage=storage,
            rendering=rendering,
            files=ground.values.namespace_files,
            clock=ground.clock,
        ),
        storage=storage,
        ids=ground.ids,
        rendering=rendering,
        dispatcher=ground.dispatcher,
        log_writer=LogWriter(await store.last_log_position()),
        groups=GroupRule(ground.namespaces),
        templates=ground.templates,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Values:
    """What expressions reach besides the execution itself."""

    sources: EffectSources
    far_files: FarFiles | None
    around: Surroundings
    secrets: SecretKeeping
    key_values: KeyValueBook
    namespace_files: FileBook
    file_editor: FileEditor


async def _values(
    config: Config,
    environment: Mapping[str, str],
    store: Store,
    storage: ArtifactStorage,
    clock: Clock,
    namespaces: NamespaceBook,
) -> _Values:
    key_values = KeyValueBook()
    key_values.load(await store.key_values())
    namespace_files = FileBook()
    namespace_files.load(await store.namespace_files())
    far_files = FarFiles(storage, clock) if config.artifacts.url else None
    secrets = await keep_secrets(
        store=store,
        clock=clock,
        environment=environment,
        key_file=config.encryption_key_file or config.data_dir / ENCRYPTION_KEY_NAME,
        is_encrypted=config.encryption,
        providers=_providers(config, environment, clock),
    )
    return _Values(
        sources=EffectSources(
            clock=clock,
            secret_values=secrets.values,
            files=SmallFiles(near_root(config.artifacts, config.data_dir), far_files),
            key_values=key_values,
            cipher=secrets.keyring,
            namespace_files=namespace_files,
        ),
        far_files=far_files,
        around=_surroundings(config, environment, namespaces),
        secrets=secrets,
        key_values=key_values,
        namespace_files=namespace_files,
        file_editor=FileEditor(book=namespace_files, storage=storage, store=store, clock=clock),
    )


async def _rendering(config: Config, catalog: CatalogHolder, values: _Values) -> Rendering:
    key = await asyncio.to_thread(load_or_make_key, config.data_dir / KEY_NAME)
    return Rendering(
        sources=values.sources,
        around=values.around,
        credential_key=key,
        output_keys=values.secrets.output_keys,
        secret_outputs=catalog.secret_outputs,
        types=lambda: catalog.current,
    )


def _providers(
    config: Config, environment: Mapping[str, str], clock: Clock
) -> Sequence[ProvidedSecrets]:
    """The places that the configuration names, in its order."""
    return [
        ProvidedSecrets(make_provider(one.resolved(environment), one.rules), one.rules, clock)
        for one in config.secret_providers
    ]


def _shown(config: Config, keyring: Keyring | None) -> Shown:
    """What people see of values with secrets in them."""
    return partial(revealed_values, cipher=keyring) if config.secrets_in_outputs else masked_values


def _surroundings(
    config: Config, environment: Mapping[str, str], namespaces: NamespaceBook
) -> Surroundings:
    prefix = config.env_prefix
    return Surroundings(
        envs={
            name.removeprefix(prefix).lower(): value
            for name, value in environment.items()
            if name.startswith(prefix)
        },
        globals=config.globals,
        url=config.url,
        environment=config.environment,
        namespaces=namespaces.variables,
    )
