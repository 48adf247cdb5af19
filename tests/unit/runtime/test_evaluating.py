"""Expressions in executions that are there."""

from __future__ import annotations

import pytest

from lanner_coordinator.flow.expression import render, render_typed
from lanner_coordinator.runtime.artifacts import Owner
from lanner_coordinator.runtime.effects import EffectSources, ShownEffects
from lanner_coordinator.runtime.encryption import Cipher, sealed
from lanner_coordinator.runtime.errors import NotFound
from tests.support.services_stage import Services, services
from tests.support.stage import NoFiles

STORED_IN_CLEAR = {
    "it": sealed("hush-hush", None),
    "all": {"it": sealed("hush-hush", None)},
}

FLOW = """
id: nightly
namespace: company
tasks:
  - id: each
    type: core.flow.ForEach
    values: [a, b]
    tasks:
      - {id: say, type: core.debug.Return, format: "said {{ taskrun.value }}"}
  - {id: derived, type: core.debug.Return, format: "with {{ secret('TOKEN') }}"}
  - {id: broken, type: core.execution.Fail, errorMessage: no luck}
"""


async def test_a_text_is_evaluated_as_a_task_run_of_an_ended_execution_saw_it() -> None:
    async with services() as on:
        await on.secrets.set("company", "TOKEN", "s3cret-token", by="ada")
        await on.apply(FLOW)
        execution_id = await on.create()
        await on.ended(execution_id)

        found = await on.evaluator.evaluate(
            execution_id, "say[b]", "{{ taskrun.value }}: {{ outputs.say.b.value }}"
        )

        assert found.result == "b: said b"


async def test_the_lines_of_its_errors_are_there() -> None:
    async with services() as on:
        await on.secrets.set("company", "TOKEN", "s3cret-token", by="ada")
        await on.apply(FLOW)
        await on.ended(await on.create())

        found = await on.evaluator.evaluate("@latest", "", "{{ errorLogs()[0].message }}")

        assert found.result == "no luck"


async def test_no_secret_comes_into_a_result_nor_a_part_of_one() -> None:
    async with services() as on:
        await on.secrets.set("company", "TOKEN", "s3cret-token", by="ada")
        await on.apply(FLOW)
        await on.ended(await on.create())

        async def result(text: str) -> str:
            found = await on.evaluator.evaluate("@latest", "", text)
            return found.result if found.result is not None else found.error

        assert "only tasks see secrets" in await result("{{ secret('TOKEN') | slice(0, 1) }}")
        assert await result("{{ outputs.derived.value }}") == "********"
        assert await result("{{ outputs.derived.value | length }}") == "8"
        assert "s3cret" not in await result("{{ outputs }}")


def shown(on: Services) -> ShownEffects:
    return ShownEffects(
        EffectSources(
            clock=on.clock,
            secret_values=on.core.secret_book,
            files=NoFiles(),
            key_values=on.core.key_values,
        ),
        owner=Owner(namespace="company", flow_id="nightly", execution_id="E1"),
    )


async def test_a_secret_that_is_stored_in_clear_is_not_shown_either() -> None:
    async with services() as on:
        rendered = render("{{ it }} {{ all }}", STORED_IN_CLEAR, shown(on))

        assert rendered.value == '******** {"it":"********"}'


async def test_a_secret_that_is_stored_encrypted_stays_so() -> None:
    stored = sealed("hush-hush", Cipher(bytes(16)))
    async with services() as on:
        rendered = render_typed("{{ it }}", {"it": stored}, shown(on))

        assert rendered.value == stored


async def test_an_execution_that_runs_is_looked_at_as_it_is_now() -> None:
    async with services() as on:
        await on.apply(
            "id: nightly\nnamespace: company\ntasks:\n"
            "  - {id: first, type: core.debug.Return, format: done}\n"
            "  - {id: waits, type: core.flow.Pause}\n"
        )
        execution_id = await on.create()

        found = await on.evaluator.evaluate(execution_id, "waits", "{{ outputs.first.value }}")
        wrong = await on.evaluator.evaluate(execution_id, "waits", "{{ outputs.second }}")

        assert found.result == "done"
        assert wrong.result is None
        assert "`second`" in wrong.error
        with pytest.raises(NotFound, match='no task run "elsewhere"'):
            await on.evaluator.evaluate(execution_id, "elsewhere", "x")


async def test_a_result_without_end_is_refused() -> None:
    async with services() as on:
        await on.apply(
            "id: nightly\nnamespace: company\ntasks:\n  - {id: a, type: core.flow.Pause}\n"
        )
        execution_id = await on.create()

        text = "{% for i in range(1, 1000) %}" + "y" * 2_000 + "{% endfor %}"
        found = await on.evaluator.evaluate(execution_id, "", text)

        assert found.result is None
        assert "2,000,000 characters" in found.error
