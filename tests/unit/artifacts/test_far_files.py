"""Files that are in a storage elsewhere only: fetched once, within limits, holding up nobody."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from lanner_coordinator.engine.state import State
from lanner_coordinator.flow.model import FlowOutput, InputType, Task, TaskKind
from lanner_coordinator.runtime.artifacts import (
    ArtifactMissing,
    ArtifactUri,
    Owner,
    StorageUnavailable,
    parse_uri,
)
from lanner_coordinator.runtime.far_files import (
    FAILURE_SECONDS,
    FETCH_COUNT,
    FarFiles,
    FarFileUnreadable,
)
from lanner_coordinator.runtime.lookups import WORKER_COUNT
from lanner_coordinator.runtime.secrets.providers.contract import ProviderRules
from lanner_coordinator.runtime.secrets.providers.provided import ProvidedSecrets
from lanner_coordinator.runtime.wanted import Wanted, when_read
from tests.support.eventually import eventually
from tests.support.fake_clock import FakeClock
from tests.support.fake_provider import FakeProvider
from tests.support.stage import CORE, flow_of, native, script, stage, states
from tests.support.stage_agent import connected

OWNER = Owner(namespace="company", flow_id="etl", execution_id="5ZkQ")
ROWS = str(ArtifactUri.of_task(OWNER, "load", "7Run", "rows.csv"))
OTHER = str(ArtifactUri.of_task(OWNER, "load", "7Run", "other.csv"))


class Elsewhere:
    """A storage elsewhere, and what of it is near.

    Attributes:
        files: What it has.
        near: What was brought.
        asked: What it was asked for, in order.
        error: What it raises instead.
        may_answer: It answers once this is set.
        most_at_once: Questions that were open together.
    """

    def __init__(self, **files: str) -> None:
        self.files = {ROWS: "a,b"} | files
        self.near: dict[str, str] = {}
        self.asked: list[str] = []
        self.error: Exception | None = None
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self.most_at_once = 0
        self._open_count = 0

    async def bring(self, uri: ArtifactUri) -> None:
        """Answer, once it may."""
        self.asked.append(str(uri))
        self._open_count += 1
        self.most_at_once = max(self.most_at_once, self._open_count)
        try:
            await self.may_answer.wait()
        finally:
            self._open_count -= 1
        if self.error is not None:
            raise self.error
        if str(uri) not in self.files:
            raise ArtifactMissing(f"There is no artifact {uri}.")
        self.near[str(uri)] = self.files[str(uri)]


class Reader:
    """Reads what is near, and wants the rest."""

    def __init__(self, elsewhere: Elsewhere, far: FarFiles) -> None:
        self._elsewhere = elsewhere
        self._far = far

    def read_text(self, uri: str, owner: Owner) -> str:
        """Its text."""
        if uri not in self._elsewhere.near:
            self._far.refuse(parse_uri(uri))
        return self._elsewhere.near[uri]

    def size_bytes(self, uri: str, owner: Owner) -> int:
        """Its characters."""
        return len(self.read_text(uri, owner))

    def is_there(self, uri: str, owner: Owner) -> bool:
        """Whether it is elsewhere."""
        try:
            self.read_text(uri, owner)
        except FileNotFoundError:
            return False
        return True


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def elsewhere() -> Elsewhere:
    return Elsewhere()


@pytest.fixture
def far(elsewhere: Elsewhere, clock: FakeClock) -> FarFiles:
    return FarFiles(elsewhere, clock)


@pytest.fixture
def reader(elsewhere: Elsewhere, far: FarFiles) -> Reader:
    return Reader(elsewhere, far)


async def text(reader: Reader, uri: str = ROWS) -> str:
    return await when_read(lambda: reader.read_text(uri, OWNER))


async def test_those_who_ask_at_once_share_one_fetch(reader: Reader, elsewhere: Elsewhere) -> None:
    found = await asyncio.gather(*[text(reader) for _ in range(5)])

    assert found == ["a,b"] * 5
    assert elsewhere.asked == [ROWS]


async def test_a_file_that_is_not_there_is_told_and_looked_for_again_later(
    reader: Reader, elsewhere: Elsewhere, clock: FakeClock
) -> None:
    for _ in range(2):
        with pytest.raises(FileNotFoundError, match=f"There is no artifact {OTHER}"):
            await text(reader, OTHER)
    assert elsewhere.asked == [OTHER]

    elsewhere.files[OTHER] = "c"
    clock.advance(timedelta(seconds=FAILURE_SECONDS))
    assert await text(reader, OTHER) == "c"


async def test_a_storage_that_is_down_is_told_to_all_and_asked_again_soon(
    reader: Reader, elsewhere: Elsewhere, clock: FakeClock
) -> None:
    elsewhere.error = StorageUnavailable("The artifact storage s3://x could not give it for 90 s.")
    for uri in (ROWS, OTHER):
        with pytest.raises(FarFileUnreadable, match=r"Cannot read kestra.*could not give it"):
            await text(reader, uri)
    assert elsewhere.asked == [ROWS]

    elsewhere.error = None
    clock.advance(timedelta(seconds=FAILURE_SECONDS))
    assert await text(reader) == "a,b"


async def test_a_storage_that_never_answers_is_not_waited_for_without_end(
    elsewhere: Elsewhere, clock: FakeClock
) -> None:
    reader = Reader(elsewhere, FarFiles(elsewhere, clock, limit_seconds=0.02))
    elsewhere.may_answer.clear()

    with pytest.raises(FarFileUnreadable, match=r"did not give it within 0.02 s. Try again later"):
        await text(reader)


async def test_a_surprise_of_a_library_is_an_error_like_others(
    reader: Reader, elsewhere: Elsewhere
) -> None:
    elsewhere.error = RuntimeError("secret of the library")

    with pytest.raises(FarFileUnreadable, match=r"failed unexpectedly \(RuntimeError\)"):
        await text(reader)


async def test_only_a_few_files_are_fetched_at_once(clock: FakeClock) -> None:
    uris = [str(ArtifactUri.of_task(OWNER, "load", "7Run", f"{n}.csv")) for n in range(20)]
    elsewhere = Elsewhere(**{uri: uri for uri in uris})
    reader = Reader(elsewhere, FarFiles(elsewhere, clock))
    elsewhere.may_answer.clear()

    async def release() -> None:
        await eventually(lambda: len(elsewhere.asked) == FETCH_COUNT)
        elsewhere.may_answer.set()

    *found, _ = await asyncio.gather(*[text(reader, uri) for uri in uris], release())

    assert found == uris
    assert elsewhere.most_at_once == FETCH_COUNT


async def test_those_who_cannot_wait_let_a_file_be_fetched_from_any_thread(
    reader: Reader, elsewhere: Elsewhere, far: FarFiles
) -> None:
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(far.run())
        with pytest.raises(Wanted) as caught:
            reader.read_text(ROWS, OWNER)
        await asyncio.sleep(0)
        await asyncio.to_thread(caught.value.begin)
        assert await eventually(lambda: elsewhere.near.get(ROWS) == "a,b")
        running.cancel()


async def test_every_place_of_a_flow_waits_for_a_file(reader: Reader, clock: FakeClock) -> None:
    asked = f"read('{ROWS}')"
    flow = flow_of(
        Task(
            id="if",
            type=CORE + "flow.If",
            kind=TaskKind.FLOWABLE,
            properties={"condition": f"{{{{ {asked} == 'a,b' }}}}"},
            branches={"then": (native("tell", message=f"it is {{{{ {asked} }}}}"),)},
        ),
        native("gone", message=f"{{{{ fileExists('{OTHER}') ? 'there' : 'gone' }}}}"),
        outputs=(FlowOutput(id="out", type=InputType.INT, value=f"{{{{ fileSize('{ROWS}') }}}}"),),
    )
    async with stage(flow, clock=clock, files=reader) as on:
        await on.create()
        execution = await on.ended()

        assert states(execution) == dict.fromkeys(["if", "tell", "gone"], State.SUCCESS)
        assert execution.outputs == {"out": 3}
        assert await on.lines() == ["it is a,b", "gone"]


@pytest.mark.parametrize("function", ["read", "fileSize", "fileExists"])
async def test_while_a_storage_is_down_a_task_fails_with_a_sentence(
    function: str, reader: Reader, elsewhere: Elsewhere, clock: FakeClock
) -> None:
    elsewhere.error = StorageUnavailable("The artifact storage s3://x could not give it for 90 s.")
    flow = flow_of(native("tell", message=f"{{{{ {function}('{ROWS}') }}}}"))
    async with stage(flow, clock=clock, files=reader) as on:
        await on.create()
        execution = await on.ended()

    run = next(iter(execution.task_runs.values()))
    assert run.state is State.FAILED
    assert "The artifact storage s3://x could not give it for 90 s." in run.attempts[0].error


async def test_files_that_take_long_hold_up_neither_secrets_nor_other_executions(
    reader: Reader, elsewhere: Elsewhere, clock: FakeClock
) -> None:
    elsewhere.may_answer.clear()
    waiting = [f"F{number}" for number in range(WORKER_COUNT + 1)]
    asked = f"{{{{ execution.id == 'S' ? secret('DB') | length : read('{ROWS}') }}}}"
    provided = ProvidedSecrets(
        FakeProvider({("company", "DB"): "trout"}), ProviderRules(name="fake"), clock
    )
    flow = flow_of(native("tell", "debug.Return", format=asked))
    async with stage(flow, clock=clock, files=reader, providers=[provided]) as on:
        for one in waiting:
            await on.create(one)
        assert await eventually(lambda: elsewhere.asked == [ROWS])
        await on.create("S")

        assert (await on.ended("S")).state is State.SUCCESS
        assert all(on.executor.live(one) is not None for one in waiting)
        elsewhere.may_answer.set()
        assert [(await on.ended(one)).state for one in waiting] == [State.SUCCESS] * len(waiting)
    provided.close()


async def test_an_agents_attempt_waits_for_a_file_and_then_for_the_agent_again(
    reader: Reader, elsewhere: Elsewhere, clock: FakeClock
) -> None:
    elsewhere.may_answer.clear()
    work = script("work")
    properties = {"script": f"echo {{{{ read('{ROWS}') }}}}"}
    task = Task(id="work", type=work.type, kind=work.kind, properties=properties)
    async with stage(flow_of(task), clock=clock, files=reader) as on:
        agent = await connected(on)
        await on.create()
        assert await eventually(lambda: elsewhere.asked == [ROWS])
        elsewhere.may_answer.set()

        assert b"echo a,b" in (await agent.assignment()).properties
