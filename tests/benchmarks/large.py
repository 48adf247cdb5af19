"""What a task run costs in large executions, beside what it costs in small ones.

Once in the engine alone, in this process, and once end to end through the API.
"""

from __future__ import annotations

import gc
import time
import tracemalloc
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from lanner_coordinator.engine import commands, events
from lanner_coordinator.engine.decide import begin, decide
from lanner_coordinator.engine.execution import LiveExecution
from lanner_coordinator.engine.plan import Plan, make_plan
from lanner_coordinator.engine.state import State
from lanner_coordinator.flow.known_types import KnownTypes
from lanner_coordinator.flow.reader import read_flow
from lanner_proto.client import Client
from lanner_proto.v1 import flow_pb2
from tests.benchmarks.figures import report
from tests.benchmarks.lanner import NAMESPACE, run_flow, running

_NOW = datetime(2030, 1, 1, tzinfo=UTC)
_RETURN = "io.kestra.plugin.core.debug.Return"
_FEW = 100
_AT_MOST = "<= 1.2 x floor"
_ROUNDS = 3
_SMALL_ONES = 20
"""Small executions that are timed together, as one alone is over too soon."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shape:
    """One kind of large flow.

    Attributes:
        name: Of the figures.
        many: How many values or tasks the large one has.
        source: The flow of so many values or tasks.
    """

    name: str
    many: int
    source: Callable[[int], str]


def _sequence(count: int) -> str:
    tasks = "".join(
        f"  - {{id: t{number}, type: {_RETURN}, format: x}}\n" for number in range(count)
    )
    return f"tasks:\n{tasks}"


def _repeated(name: str, settings: str) -> Callable[[int], str]:
    def source(count: int) -> str:
        return (
            "tasks:\n"
            f"  - id: each\n    type: io.kestra.plugin.core.flow.{name}\n"
            f'    values: "{{{{ range(1, {count}) }}}}"\n    {settings}\n'
            f"    tasks: [{{id: work, type: {_RETURN}, format: x}}]\n"
        )

    return source


_SHAPES = (
    _Shape(name="for_each", many=10_000, source=_repeated("ForEach", "concurrencyLimit: 1")),
    _Shape(name="for_each_all", many=10_000, source=_repeated("ForEach", "concurrencyLimit: 0")),
    _Shape(
        name="loop",
        many=10_000,
        source=_repeated("Loop", 'outputs: [{id: n, type: STRING, value: "{{ item.value }}"}]'),
    ),
    _Shape(name="sequential", many=5_000, source=_sequence),
)


async def measure_large(folder: Path) -> None:
    """Measure and report all shapes."""
    for shape in _SHAPES:
        _report_engine(shape)
    for shape in _SHAPES:
        place = folder / shape.name
        place.mkdir()
        async with running(place) as (client, _, _):
            await _report_end_to_end(client, shape)


def _report_engine(shape: _Shape) -> None:
    """Both over the same number of task runs, by turns, so that what disturbs one disturbs both."""
    few, many = _plan(shape, _FEW), _plan(shape, shape.many)
    times = [
        (_engine_time(few, _FEW, shape.many // _FEW), _engine_time(many, shape.many, 1))
        for _ in range(_ROUNDS)
    ]
    small, large = (min(column) for column in zip(*times, strict=True))
    report(f"engine_{shape.name}_{shape.many}", large, "us/run", floor=small, target=_AT_MOST)
    size = _bytes_per_run(shape)
    report(f"memory_{shape.name}_{shape.many}", size, "bytes/run", target="<= 2048")


def _engine_time(plan: Plan, count: int, times: int) -> float:
    """Microseconds of this process for each task run, in the engine alone."""
    gc.collect()
    began = time.process_time()
    run_count = sum(len(_run(plan, count).execution.task_runs) for _ in range(times))
    return (time.process_time() - began) * 1e6 / run_count


def _bytes_per_run(shape: _Shape) -> float:
    plan = _plan(shape, shape.many)
    gc.collect()
    tracemalloc.start()
    live = _run(plan, shape.many)
    gc.collect()
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return size / len(live.execution.task_runs)


def _plan(shape: _Shape, count: int) -> Plan:
    read = read_flow(_whole(shape, count), KnownTypes())
    if read.flow is None:
        raise ValueError(f"{shape.name}: {read.problems}")
    return make_plan(read.flow, 1)


def _whole(shape: _Shape, count: int) -> str:
    return f"id: {shape.name}-{count}\nnamespace: {NAMESPACE}\n{shape.source(count)}"


def _run(plan: Plan, count: int) -> LiveExecution:
    """Run an execution to its end; every wish is granted at once."""
    created = events.ExecutionCreated(
        execution_id="E",
        namespace=NAMESPACE,
        flow_id="large",
        flow_revision=1,
        inputs={},
        labels={},
        trigger=events.TriggerInfo(kind="manual"),
    )
    values: dict[str, object] = {"values": list(map(str, range(count))), "outputs": {"n": "x"}}
    live, wishes = begin(created, _NOW, plan)
    agenda = deque(wishes)
    while agenda:
        for answer in _answers(live, agenda.popleft(), values):
            agenda.extend(decide(live, answer, _NOW))
    return live


def _answers(
    live: LiveExecution, wish: commands.Command, values: Mapping[str, object]
) -> Iterator[events.Event]:
    if isinstance(wish, commands.RunNative):
        outputs: dict[str, object] = {"value": "x"}
        yield events.AttemptFinished(
            attempt_id=wish.attempt_id, state=State.SUCCESS, outputs=outputs
        )
    elif isinstance(wish, commands.Evaluate):
        task = live.plan.tasks[live.execution.task_runs[wish.task_run_id].task_id].task
        asked = {"concurrencyLimit": task.properties.get("concurrencyLimit", 1), **values}
        yield events.TaskRunEvaluated(task_run_id=wish.task_run_id, values=asked)


async def _report_end_to_end(client: Client, shape: _Shape) -> None:
    """Milliseconds for each task run, from the wish to the end that a watcher sees."""
    for count in (_FEW, shape.many):
        source = _whole(shape, count)
        await client.apply_flows([flow_pb2.FlowSource(name=shape.name, source=source)])
        await run_flow(client, f"{shape.name}-{count}")
    times = [
        (await _time(client, shape, _FEW, _SMALL_ONES), await _time(client, shape, shape.many, 1))
        for _ in range(_ROUNDS)
    ]
    small, large = (min(column) for column in zip(*times, strict=True))
    report(f"{shape.name}_{shape.many}", large, "ms/run", floor=small, target=_AT_MOST)


async def _time(client: Client, shape: _Shape, count: int, times: int) -> float:
    began = time.perf_counter()
    for _ in range(times):
        await run_flow(client, f"{shape.name}-{count}")
    return (time.perf_counter() - began) * 1000 / (count * times)
