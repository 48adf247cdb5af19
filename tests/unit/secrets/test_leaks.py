"""Ways out that a secret once found: each is closed, and stays closed."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lanner_coordinator.engine.events import AttemptFinished, MetricValue
from lanner_coordinator.engine.state import State
from lanner_coordinator.flow.catalog import TypeDescription
from lanner_coordinator.flow.expression import ExpressionError, render
from lanner_coordinator.flow.model import Task, TaskKind
from lanner_coordinator.runtime.agents.messages import Lines, LogLine, Offer
from lanner_coordinator.runtime.artifacts import Owner
from lanner_coordinator.runtime.effects import EffectSources, RenderingEffects
from lanner_coordinator.runtime.key_values.book import KeyValueBook
from lanner_coordinator.runtime.secrets.environment import EnvironmentSecrets
from lanner_coordinator.runtime.secrets.met import MOST, MetSecrets
from lanner_coordinator.runtime.secrets.sealing import masked_values
from lanner_coordinator.runtime.shared_folders import LOCAL_FILES
from lanner_coordinator.store.memory import MemoryStore
from tests.support.eventually import eventually
from tests.support.fake_clock import FakeClock
from tests.support.stage import (
    CORE,
    SCRIPT,
    Stage,
    flow_of,
    flowable,
    native,
    script,
    stage,
    states,
)
from tests.support.stage_agent import StageAgent, hello
from tests.unit.expression.world import World

SECRET = "swordfish"
ENVIRONMENT = {"SECRET_DB": base64.b64encode(SECRET.encode()).decode()}
MASK = "********"


def secrets_of(template: str) -> frozenset[str]:
    return render(template, {}, World(secrets={"K": SECRET})).secrets


def switch(*cases: str) -> Task:
    return Task(
        id="choose",
        type=CORE + "flow.Switch",
        kind=flowable("x", "Switch").kind,
        properties={"value": "{{ secret('db') }}"},
        branches={
            **{f"cases.{case}": (native(f"case_{case}"),) for case in cases},
            "defaults": (native("other"),),
        },
    )


def test_a_secret_that_was_taken_apart_and_put_together_again_is_one() -> None:
    assert "s.w.o.r.d.f.i.s.h" in secrets_of("{{ secret('K') | split('') | join('.') }}")


def test_single_letters_of_a_secret_are_none_by_themselves() -> None:
    found = secrets_of("{{ secret('K') | split('') | first }}{{ 'open' | upper }}")

    assert found == {SECRET}


@pytest.mark.parametrize(
    "template",
    ["{{ render(secret('K') ~ '{{ nope }}') }}", "{{ render('{{ nope[secret(\"K\")] }}') }}"],
)
def test_the_text_that_an_error_quotes_does_not_tell_a_secret(template: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        render(template, {}, World(secrets={"K": SECRET}))

    assert SECRET not in str(caught.value)


def test_a_secret_that_is_used_as_a_name_of_a_secret_is_not_told_in_capitals() -> None:
    effects = RenderingEffects(one_file_sources(), owner=OWNER)
    with pytest.raises(ExpressionError) as caught:
        render("{{ secret(secret('db')) }}", {}, effects)

    assert SECRET not in str(caught.value).lower()


OWNER = Owner(namespace="company", flow_id="nightly", execution_id="E1")


class OneFile:
    """Every file has the secret in it."""

    def read_text(self, uri: str, owner: Owner) -> str:
        return f"password={SECRET}\n"

    def size_bytes(self, uri: str, owner: Owner) -> int:
        return 0

    def is_there(self, uri: str, owner: Owner) -> bool:
        return True


def one_file_sources() -> EffectSources:
    return EffectSources(
        clock=FakeClock(),
        secret_values=EnvironmentSecrets(ENVIRONMENT),
        files=OneFile(),
        key_values=KeyValueBook(),
    )


def test_a_secret_that_comes_back_out_of_a_file_is_one() -> None:
    met = MetSecrets()
    effects = RenderingEffects(one_file_sources(), owner=OWNER, met=met)
    before = render("{{ read('kestra:///a') }}", {}, effects)
    render("{{ secret('db') }}", {}, effects)
    after = render("{{ read('kestra:///a') | upper }}", {}, effects)

    assert before.secrets == frozenset()
    assert after.secrets == {SECRET, f"PASSWORD={SECRET.upper()}\n", "PASSWORD=SWORDFISH\\n"}


def test_met_secrets_are_bounded_told_by_their_number_and_hidden_in_all_forms() -> None:
    met = MetSecrets()
    met.add(["abc", SECRET, "one\ntwo words"])
    text = f"abc {SECRET} {base64.b64encode(SECRET.encode()).decode()} {SECRET.encode().hex()}"

    assert met.mask(text) == f"abc {MASK} {MASK} {MASK}"
    assert met.mask("line two words") == f"line {MASK}"
    assert repr(met) == "<2 secrets>"
    met.add(f"secret {number}" for number in range(2 * MOST))
    assert len(met.all()) == MOST


@pytest.mark.parametrize(
    ("task", "error"),
    [
        (
            native("x", "trigger.Toggle", trigger="{{ secret('db') }}", enabled=True),
            f'there is no trigger "{MASK}" in that flow',
        ),
        (
            native("x", "execution.Resume", executionId="{{ secret('db') }}"),
            f"no live execution {MASK}",
        ),
    ],
)
async def test_an_error_about_what_a_secret_names_does_not_tell_it(task: Task, error: str) -> None:
    async with (
        MemoryStore() as store,
        stage(flow_of(task), store=store, environment=ENVIRONMENT) as on,
    ):
        await on.create()

        run = next(iter((await on.ended()).task_runs.values()))
        assert run.attempts[-1].error == error


@pytest.mark.parametrize(
    ("cases", "taken", "value"),
    [((SECRET,), f"case_{SECRET}", SECRET), (("a",), "other", MASK)],
)
async def test_a_switch_on_a_secret_takes_its_case_and_tells_a_case_only(
    cases: tuple[str, ...], taken: str, value: str
) -> None:
    async with (
        MemoryStore() as store,
        stage(flow_of(switch(*cases)), store=store, environment=ENVIRONMENT) as on,
    ):
        await on.create()
        execution = await on.ended()

        assert states(execution) == {"choose": State.SUCCESS, taken: State.SUCCESS}
        assert next(iter(execution.task_runs.values())).outputs["value"] == value


async def test_what_the_agent_of_another_task_tells_is_looked_through(tmp_path: Path) -> None:
    flow = flow_of(native("first", message="{{ secret('db') }}"), script("fetch"))
    async with (
        MemoryStore() as store,
        stage(flow, store=store, environment=ENVIRONMENT) as on,
    ):
        await on.create()
        attempt_id = await attempt_of(on, "fetch")
        on.executor.post("E1", on.application.lines(lines_of(attempt_id)))
        on.executor.post("E1", on.application.feeding(end_of(attempt_id)))
        execution = await on.ended()

        run = next(run for run in execution.task_runs.values() if run.task_id == "fetch")
        assert masked_values(run.outputs) == {"vars": {"a": MASK}}
        assert run.attempts[-1].error == f"no {MASK}"
        assert run.attempts[-1].metrics[0].name == MASK
        assert await on.lines() == [MASK, f"read {MASK}"]
        await store.backup(str(tmp_path / "backup"))
        assert SECRET.encode() not in (tmp_path / "backup").read_bytes()


async def test_tasks_in_a_shared_folder_are_told_what_is_secret_in_its_files() -> None:
    files = {"a.txt": "{{ secret('db') }}"}
    flow = flow_of(flowable("wd", "WorkingDirectory", script("read"), inputFiles=files))
    async with (
        MemoryStore() as store,
        stage(flow, store=store, environment=ENVIRONMENT) as on,
    ):
        agent = StageAgent(on, hello())
        await agent.listen(1)
        await agent.say_unnumbered(Offer(types=TYPES))
        await on.create()
        placing = await agent.assignment()
        await agent.finish(placing.attempt_id)
        reading = await agent.assignment()

        assert (placing.task_id, reading.task_id) == ("wd", "read")
        assert placing.secrets == reading.secrets == [SECRET]


TYPES = tuple(TypeDescription(name=name, kind=TaskKind.AGENT) for name in (SCRIPT, LOCAL_FILES))


def lines_of(attempt_id: str) -> Lines:
    at = datetime(2026, 3, 1, tzinfo=UTC)
    line = LogLine(at=at, level="INFO", text=f"read {SECRET}")
    return Lines(attempt_id=attempt_id, first_line=1, lines=[line])


def end_of(attempt_id: str) -> AttemptFinished:
    return AttemptFinished(
        attempt_id=attempt_id,
        state=State.WARNING,
        outputs={"vars": {"a": SECRET}},
        error=f"no {SECRET}",
        metrics=[MetricValue(name=SECRET, kind="counter", value=1, tags={})],
    )


async def attempt_of(on: Stage, task_id: str) -> str:
    async def current() -> str:
        live = on.executor.live("E1")
        runs = live.execution.task_runs.values() if live else []
        attempts = [run.attempt for run in runs if run.task_id == task_id]
        return attempts[0].id if attempts and attempts[0] else ""

    found = await eventually(current)
    assert found
    return found
