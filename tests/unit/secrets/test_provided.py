"""Secrets of a provider: read once, in a thread, for a while; one that is down stops nobody."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from lanner_coordinator.engine.events import TriggerInfo
from lanner_coordinator.engine.state import State
from lanner_coordinator.flow.model import FlowOutput, InputType, Retry, RetryType, Task, TaskKind
from lanner_coordinator.runtime.errors import InvalidRequest, NotAllowed, NotFound
from lanner_coordinator.runtime.executions.triggered import Triggered, TriggeredExecutions
from lanner_coordinator.runtime.secrets.elsewhere import SecretsElsewhere
from lanner_coordinator.runtime.secrets.providers.contract import ProviderFailed, ProviderRules
from lanner_coordinator.runtime.secrets.providers.provided import (
    FAILURE_SECONDS,
    ProvidedSecrets,
)
from lanner_coordinator.runtime.secrets.values import SecretMissing, SecretUnreadable
from lanner_coordinator.runtime.wanted import Wanted, when_read
from lanner_coordinator.store.trigger_records import TriggerRecord
from tests.support.eventually import eventually
from tests.support.fake_clock import FakeClock
from tests.support.fake_provider import FakeProvider
from tests.support.stage import CORE, flow_of, native, script, stage, states
from tests.support.stage_agent import connected

MASK = "********"
RECORD = TriggerRecord(namespace="company", flow_id="nightly", trigger_id="daily")


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def provider() -> FakeProvider:
    return FakeProvider({("company", "DB"): "swordfish", ("company.team", "DB"): "trout"})


@pytest.fixture
async def provided(provider: FakeProvider, clock: FakeClock) -> AsyncIterator[ProvidedSecrets]:
    rules = ProviderRules(name="fake", is_writable=True, lasts=timedelta(seconds=60))
    secrets = ProvidedSecrets(provider, rules, clock)
    yield secrets
    provider.may_answer.set()
    secrets.close()


async def value(provided: ProvidedSecrets, key: str, namespace: str) -> str:
    return await when_read(lambda: provided.get(key, namespace))


async def test_the_nearest_namespace_gives_a_secret(provided: ProvidedSecrets) -> None:
    assert await value(provided, "DB", "company.team.etl") == "trout"
    assert await value(provided, "DB", "company.other") == "swordfish"
    with pytest.raises(SecretMissing):
        await value(provided, "DB", "acme")


async def test_an_answer_counts_for_a_while(
    provided: ProvidedSecrets, provider: FakeProvider, clock: FakeClock
) -> None:
    await value(provided, "DB", "company")
    provider.secrets["company", "DB"] = "carp"

    assert provided.get("DB", "company") == "swordfish"
    clock.advance(timedelta(seconds=60))
    assert await value(provided, "DB", "company") == "carp"
    assert provider.asked == [("company", "DB")] * 2


async def test_those_who_ask_at_once_share_the_answer(
    provided: ProvidedSecrets, provider: FakeProvider
) -> None:
    provider.may_answer.clear()
    wanted = []
    for _ in range(5):
        with pytest.raises(Wanted) as caught:
            provided.get("DB", "company")
        caught.value.begin()
        wanted.append(caught.value)
    provider.may_answer.set()
    for one in wanted:
        await one.read()

    assert provided.get("DB", "company") == "swordfish"
    assert len(provider.asked) == 1


async def test_a_provider_that_is_down_is_told_and_asked_again_soon(
    provided: ProvidedSecrets, provider: FakeProvider, clock: FakeClock
) -> None:
    provider.is_down = True
    with pytest.raises(SecretUnreadable, match=r"Cannot read secret 'DB'.*did not answer"):
        await value(provided, "DB", "company")
    asked_count = len(provider.asked)
    with pytest.raises(SecretUnreadable):
        provided.get("DB", "company")
    assert len(provider.asked) == asked_count

    provider.is_down = False
    clock.advance(timedelta(seconds=FAILURE_SECONDS))
    assert await value(provided, "DB", "company") == "swordfish"


@pytest.mark.parametrize("key", ["../DB", "a/b", "/DB", "..", "", "DB\0", "DB?x=1", ".DB"])
async def test_no_key_leads_out_of_its_place(
    provided: ProvidedSecrets, provider: FakeProvider, key: str
) -> None:
    with pytest.raises(SecretMissing):
        provided.get(key, "company")
    with pytest.raises(SecretMissing):
        provided.get("DB", f"company.{key}/..")

    assert provider.asked == []


async def test_a_provider_is_asked_for_its_namespace_only(
    provider: FakeProvider, clock: FakeClock
) -> None:
    rules = ProviderRules(name="fake", namespace="company.team")
    provided = ProvidedSecrets(provider, rules, clock)

    with pytest.raises(SecretMissing):
        provided.get("DB", "company")
    assert await value(provided, "DB", "company.team.x") == "trout"
    assert ("company", "DB") not in provider.asked
    provided.close()


async def test_no_repr_tells_a_value(provided: ProvidedSecrets) -> None:
    await value(provided, "DB", "company")

    assert "swordfish" not in repr(provided)
    assert "swordfish" not in repr(vars(provided))


async def test_every_place_of_a_flow_waits_for_a_secret(
    provided: ProvidedSecrets, provider: FakeProvider, clock: FakeClock
) -> None:
    flow = flow_of(
        Task(
            id="if",
            type=CORE + "flow.If",
            kind=TaskKind.FLOWABLE,
            properties={"condition": "{{ secret('DB') == 'swordfish' }}"},
            branches={
                "then": (native("tell", message="it is {{ secret('DB', 'company.team') }}"),)
            },
        ),
        native(
            "only",
            "debug.Return",
            format="{{ secret('DB') }}",
        ),
        outputs=(FlowOutput(id="out", type=InputType.STRING, value="{{ secret('DB') | length }}"),),
    )
    async with stage(flow, clock=clock, providers=[provided]) as on:
        await on.create()
        execution = await on.ended()

        assert states(execution) == dict.fromkeys(["if", "tell", "only"], State.SUCCESS)
        assert execution.outputs == {"out": "9"}
        assert await on.lines() == [f"it is {MASK}"]


async def test_the_labels_of_what_a_trigger_could_not_start_may_need_one(
    provided: ProvidedSecrets, clock: FakeClock
) -> None:
    async with stage(flow_of(native("tell")), clock=clock, providers=[provided]) as on:
        starter = TriggeredExecutions(
            executor=on.executor, hub=on.hub, resolver=on.resolver, clock=clock
        )
        wanted = Triggered(
            execution_id="E1",
            plan=on.plans.plan,
            trigger=TriggerInfo(kind="schedule", id="daily"),
            inputs={"unknown": "{{ nothing }}"},
            labels={"db": "{{ secret('DB') | length }}"},
            record=RECORD,
        )

        await starter.start(wanted, if_failed=RECORD)

        ended = await on.ended()
        assert (ended.state, ended.labels["db"]) == (State.FAILED, "9")


async def test_a_secret_that_is_slow_holds_up_its_own_execution_only(
    provided: ProvidedSecrets, provider: FakeProvider, clock: FakeClock
) -> None:
    provider.may_answer.clear()
    flow = flow_of(
        native("choose", "debug.Return", format="{{ execution.id == 'E1' ? secret('DB') : '-' }}")
    )
    async with stage(flow, clock=clock, providers=[provided]) as on:
        await on.create("E1")
        await on.create("E2")

        assert (await on.ended("E2")).state is State.SUCCESS
        assert on.executor.live("E1") is not None
        provider.may_answer.set()
        assert (await on.ended("E1")).state is State.SUCCESS


async def test_while_a_provider_is_down_attempts_fail_and_are_retried_by_their_policy(
    provided: ProvidedSecrets, provider: FakeProvider, clock: FakeClock
) -> None:
    provider.is_down = True
    retry = Retry(type=RetryType.CONSTANT, interval=timedelta(seconds=60), max_attempts=3)
    task = Task(
        id="use",
        type=CORE + "debug.Return",
        kind=TaskKind.NATIVE,
        properties={"format": "{{ secret('DB') }}"},
        retry=retry,
    )
    async with stage(flow_of(task), clock=clock, providers=[provided]) as on:
        await on.create()

        async def failed_once() -> bool:
            live = on.executor.live("E1")
            runs = list(live.execution.task_runs.values()) if live else []
            return bool(runs) and runs[0].attempts[0].state is State.FAILED

        assert await eventually(failed_once)
        provider.is_down = False
        clock.advance(timedelta(seconds=60))
        on.executor.wake_timers()
        execution = await on.ended()

        run = next(iter(execution.task_runs.values()))
        assert [one.state for one in run.attempts] == [State.FAILED, State.SUCCESS]
        assert "did not answer" in run.attempts[0].error


async def test_an_agents_attempt_waits_for_a_secret_and_then_for_the_agent_again(
    provided: ProvidedSecrets, provider: FakeProvider, clock: FakeClock
) -> None:
    provider.may_answer.clear()
    work = script("work")
    task = Task(
        id="work", type=work.type, kind=work.kind, properties={"script": "{{ secret('DB') }}"}
    )
    async with stage(flow_of(task), clock=clock, providers=[provided]) as on:
        agent = await connected(on)
        await on.create()

        async def is_asked() -> bool:
            return bool(provider.asked)

        assert await eventually(is_asked)
        provider.may_answer.set()

        assignment = await agent.assignment()
        assert b"swordfish" in assignment.properties
        assert "swordfish" in assignment.secrets


async def test_people_set_list_and_remove_where_it_is_allowed(
    provided: ProvidedSecrets, provider: FakeProvider, clock: FakeClock
) -> None:
    read_only = ProvidedSecrets(provider, ProviderRules(name="ro", namespace="company"), clock)
    elsewhere = SecretsElsewhere([provided, read_only])

    await elsewhere.set("fake", "company", "NEW", "carp", by="ada")
    assert await value(provided, "NEW", "company") == "carp"
    assert await elsewhere.list("fake", "company", "N") == ["NEW"]
    await elsewhere.delete("fake", "company", "NEW", by="ada")
    with pytest.raises(SecretMissing):
        await value(provided, "NEW", "company")
    with pytest.raises(NotFound, match="has no secret 'NEW'"):
        await elsewhere.delete("fake", "company", "NEW", by="ada")
    with pytest.raises(NotAllowed, match="is read-only: `writable = true`"):
        await elsewhere.set("ro", "company", "NEW", "carp", by="ada")
    with pytest.raises(NotFound, match=r'no secret provider "vault"; there are: fake, ro'):
        await elsewhere.list("vault", "company", "")
    with pytest.raises(InvalidRequest):
        await elsewhere.set("fake", "company", "../x", "carp", by="ada")
    provider.is_down = True
    with pytest.raises(ProviderFailed):
        await elsewhere.list("fake", "company", "")


async def test_a_value_of_ten_megabytes_is_refused_with_a_sentence(
    provider: FakeProvider, provided: ProvidedSecrets
) -> None:
    provider.secrets["company", "BIG"] = "x" * 10_000_000

    with pytest.raises(SecretUnreadable, match=r"10000000 bytes for BIG; a secret has at most"):
        await value(provided, "BIG", "company.team")
