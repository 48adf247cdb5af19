"""What the tasks of a Loop see, and what it gives."""

from __future__ import annotations

from lanner_coordinator.engine.execution import Execution
from lanner_coordinator.engine.state import State
from lanner_coordinator.flow.known_types import KnownTypes
from lanner_coordinator.flow.reader import read_flow
from tests.support.stage import stage


async def run(tasks: str) -> tuple[Execution, list[str]]:
    """Run a flow of these tasks to its end; its log with it."""
    source = f"id: nightly\nnamespace: company\ntasks:\n{tasks}"
    flow = read_flow(source, KnownTypes(())).flow
    assert flow is not None
    async with stage(flow) as on:
        await on.create()
        return await on.ended(), await on.lines()


async def test_a_task_sees_its_item_and_those_around_it() -> None:
    _, lines = await run(
        """
  - id: outer
    type: core.flow.Loop
    values: {k: 1}
    tasks:
      - id: middle
        type: core.flow.Loop
        values: [[2]]
        tasks:
          - id: inner
            type: core.flow.Loop
            values: '["x"]'
            tasks:
              - id: say
                type: core.log.Log
                message: "{{ item.index }} {{ item.value }} {{ item.parent.value }}
                  {{ item.parents[0].value }} {{ item.parents[1].key }}"
"""
    )

    assert lines == ["0 x [2] [2] k"]


async def test_a_task_sees_outputs_of_its_iteration_and_of_what_came_before_the_loop() -> None:
    _, lines = await run(
        """
  - {id: before, type: core.debug.Return, format: B}
  - id: loop
    type: core.flow.Loop
    values: [1, 2]
    tasks:
      - {id: a, type: core.debug.Return, format: "{{ outputs.before.value }}{{ item.value }}"}
      - {id: say, type: core.log.Log, message: "{{ outputs.a.value }} {{ tasks.a.state }}"}
  - {id: after, type: core.log.Log, message: "{{ outputs.a is defined }}"}
"""
    )

    assert lines == ["B1 SUCCESS", "B2 SUCCESS", "false"]


async def test_a_for_each_in_a_loop_has_values_of_its_own() -> None:
    _, lines = await run(
        """
  - id: loop
    type: core.flow.Loop
    values: [x]
    tasks:
      - id: each
        type: core.flow.ForEach
        values: [1, 2]
        tasks:
          - {id: a, type: core.debug.Return, format: "{{ item.value }}{{ taskrun.value }}"}
          - {id: b, type: core.log.Log, message: "{{ currentEachOutput(outputs.a).value }}"}
      - {id: say, type: core.log.Log, message: "{{ outputs.a['2'].value }}"}
"""
    )

    assert lines == ["x1", "x2", "x2"]


async def test_a_loop_gives_the_typed_outputs_of_its_iterations() -> None:
    execution, lines = await run(
        """
  - id: loop
    type: core.flow.Loop
    values: [{n: 1}, {n: 2}]
    concurrencyLimit: 0
    outputs:
      - {id: double, type: INT, value: "{{ outputs.a.value }}"}
    tasks:
      - {id: a, type: core.debug.Return, format: "{{ fromJson(item.value).n * 2 }}"}
  - id: say
    type: core.log.Log
    message: "{{ loopOutputs(outputs.loop.outputs, 'double') }} {{ outputs.loop.iterationCount }}"
"""
    )

    assert execution.state is State.SUCCESS
    assert lines == ["[2,4] 2"]


async def test_an_output_of_another_type_fails_the_iteration() -> None:
    execution, _ = await run(
        """
  - id: loop
    type: core.flow.Loop
    values: [x]
    outputs: [{id: n, type: INT, value: "{{ item.value }}"}]
    tasks: [{id: a, type: core.log.Log, message: x}]
"""
    )

    assert execution.state is State.FAILED
    assert "Invalid output for `n`" in execution.error
