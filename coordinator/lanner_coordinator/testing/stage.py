"""All that an execution needs, in memory and with a clock that is set: built once for each test."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from lanner_coordinator.engine.execution import TaskRun
from lanner_coordinator.engine.slots import Slots
from lanner_coordinator.flow.expression import render_typed
from lanner_coordinator.flow.types.keeping import Setting
from lanner_coordinator.runtime.application import Application
from lanner_coordinator.runtime.artifacts import ArtifactStorage
from lanner_coordinator.runtime.effects import EffectSources
from lanner_coordinator.runtime.encryption import Cipher
from lanner_coordinator.runtime.errands.errands import Errands
from lanner_coordinator.runtime.executions.inputs import InputResolver
from lanner_coordinator.runtime.executor import Executor
from lanner_coordinator.runtime.group import LiveEntry
from lanner_coordinator.runtime.hub import Hub
from lanner_coordinator.runtime.key_values.book import KeyValueBook
from lanner_coordinator.runtime.log_writer import LogWriter
from lanner_coordinator.runtime.masking import mask
from lanner_coordinator.runtime.namespaces.files.book import FileBook
from lanner_coordinator.runtime.namespaces.files.editing import FileEditor
from lanner_coordinator.runtime.rendering import Rendering
from lanner_coordinator.runtime.results.cache import KeptResults
from lanner_coordinator.runtime.secrets.sealing import seal
from lanner_coordinator.runtime.secrets.values import SecretUnreadable, SecretValues
from lanner_coordinator.runtime.small_files import SmallFiles
from lanner_coordinator.runtime.subflows.starter import SubflowStarter
from lanner_coordinator.runtime.subflows.subflows import Subflows
from lanner_coordinator.runtime.variables import Surroundings, task_run_variables
from lanner_coordinator.store.memory import MemoryStore
from lanner_coordinator.testing.agents import Agents
from lanner_coordinator.testing.fixture_answers import FixtureAnswers
from lanner_coordinator.testing.given import GivenFlows
from lanner_coordinator.testing.held_clock import FIRST_DATE, CountedIds, HeldClock
from lanner_coordinator.testing.model import Case, Fixtures, Suite

_KEY = bytes(32)
"""What values are encrypted with; nothing of a test outlives it."""


class FixtureSecrets(SecretValues):
    """The secrets of a test. The repr says how many, not which."""

    def __init__(self, secrets: Mapping[str, str]) -> None:
        self._values = {name.upper(): value for name, value in secrets.items()}

    def __repr__(self) -> str:
        return f"<{len(self._values)} secrets of a test>"

    def get(self, key: str, namespace: str) -> str:
        """The value of a secret; the same for all namespaces."""
        value = self._values.get(key.upper())
        if value is None:
            raise SecretUnreadable(f'no secret "{key}": add it to `secrets` of the fixtures')
        return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What one test plays on.

    Attributes:
        clock: Its time.
        ids: Makes its ids.
        store: Holds what was archived.
        storage: Holds its files.
        file_editor: Stores files in namespaces.
        rendering: Renders what it asserts.
        resolver: Resolves its inputs.
        executor: Owns its executions.
        answers: What its fixtures answered.
        around: What expressions see of the coordinator.
        files: URIs of its files by name.
        agents: Who runs tasks without a fixture.
    """

    clock: HeldClock
    ids: CountedIds
    store: MemoryStore
    storage: ArtifactStorage
    file_editor: FileEditor
    rendering: Rendering
    resolver: InputResolver
    executor: Executor
    answers: FixtureAnswers
    around: Surroundings
    files: dict[str, str]
    agents: Agents


def build_stage(
    suite: Suite,
    case: Case,
    flows: GivenFlows,
    store: MemoryStore,
    storage: ArtifactStorage,
    root: Path,
    agents: Agents,
) -> Stage:
    """Build the stage of a test.

    Args:
        suite: Whose test.
        case: The test.
        flows: All that may be started.
        store: Open and empty.
        storage: Open; other tests may have files in it.
        root: Folder of the storage.
        agents: Who runs tasks without a fixture.

    Raises:
        ValueError: A value of the key-value store is none; with a sentence.
    """
    fixtures = case.fixtures
    ground = _ground(suite, case, flows, store, storage, root)
    files: dict[str, str] = {}
    answers = FixtureAnswers(
        fixtures.tasks, suite.flow_id, _renderer(ground, files), has_agent=agents.are_there
    )
    executor = _executor(ground, flows, agents, answers)
    return Stage(
        clock=ground.clock,
        ids=ground.ids,
        store=store,
        storage=storage,
        file_editor=ground.file_editor,
        rendering=ground.rendering,
        resolver=ground.resolver,
        executor=executor,
        answers=answers,
        around=ground.around,
        files=files,
        agents=agents,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ground:
    """What the executor of a test stands on; as in `Stage`."""

    clock: HeldClock
    ids: CountedIds
    store: MemoryStore
    storage: ArtifactStorage
    book: FileBook
    file_editor: FileEditor
    rendering: Rendering
    resolver: InputResolver
    around: Surroundings
    cipher: Cipher


def _ground(
    suite: Suite,
    case: Case,
    flows: GivenFlows,
    store: MemoryStore,
    storage: ArtifactStorage,
    root: Path,
) -> _Ground:
    fixtures = case.fixtures
    clock = HeldClock(fixtures.now or FIRST_DATE)
    key_values = _key_values(suite.namespace, fixtures, flows, clock)
    around = Surroundings(
        envs=fixtures.envs,
        globals=fixtures.globals,
        namespaces=lambda namespace: fixtures.namespace,
    )
    cipher, book = Cipher(_KEY), FileBook()
    sources = EffectSources(
        clock=clock,
        secret_values=FixtureSecrets(fixtures.secrets),
        files=SmallFiles(root),
        key_values=key_values,
        cipher=cipher,
        namespace_files=book,
    )
    return _Ground(
        clock=clock,
        ids=CountedIds(clock.now(), f"{suite.namespace}/{suite.id}/{case.id}"),
        store=store,
        storage=storage,
        book=book,
        file_editor=FileEditor(book=book, storage=storage, store=store, clock=clock),
        rendering=Rendering(sources=sources, around=around, credential_key=_KEY),
        resolver=InputResolver(sources=sources, around=around),
        around=around,
        cipher=cipher,
    )


def _renderer(
    ground: _Ground, files: Mapping[str, str]
) -> Callable[[LiveEntry, TaskRun, object], object]:
    """Renders what fixtures say, with the files of the test."""

    def render(entry: LiveEntry, run: TaskRun, value: object) -> object:
        variables = task_run_variables(entry.live, run, ground.around)
        effects = ground.rendering.effects(entry)
        rendered = render_typed(value, {**variables, "files": files}, effects)
        if isinstance(rendered.value, Mapping):
            return seal(rendered.value, rendered.secrets, ground.cipher)
        return mask(str(rendered.value), rendered.secrets)

    return render


def _executor(
    ground: _Ground, flows: GivenFlows, agents: Agents, answers: FixtureAnswers
) -> Executor:
    store, rendering, slots = ground.store, ground.rendering, Slots()
    starter = SubflowStarter(rendering=rendering, resolver=ground.resolver, ids=ground.ids)
    application = Application(
        rendering=rendering,
        dispatcher=agents.dispatcher,
        log_writer=LogWriter(0),
        slots=slots,
        subflows=Subflows(starter=starter, flows=flows, store=store, rendering=rendering),
        errands=Errands(
            store=store,
            storage=ground.storage,
            rendering=rendering,
            files=ground.book,
            file_editor=ground.file_editor,
        ),
        results=KeptResults(
            store=store,
            storage=ground.storage,
            rendering=rendering,
            files=ground.book,
            clock=ground.clock,
        ),
        storage=ground.storage,
        ids=ground.ids,
        stand_ins=answers,
        templates=flows.templates,
    )
    executor = Executor(
        store=store,
        clock=ground.clock,
        application=application,
        dispatcher=agents.dispatcher,
        hub=Hub(),
        carrier=agents.carrier,
        slots=slots,
    )
    agents.play(executor, application, rendering, ground.clock)
    return executor


def _key_values(
    namespace: str, fixtures: Fixtures, flows: GivenFlows, clock: HeldClock
) -> KeyValueBook:
    book = KeyValueBook()
    book.know_namespaces(flows.namespaces)
    for key, value in fixtures.kv.items():
        book.set(namespace, key, Setting(value=value), clock.now(), flow_namespace=namespace)
    return book
