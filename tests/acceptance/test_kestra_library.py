"""A script in a container with the `kestra` package of PyPI, as it is written for Kestra."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from lanner_proto.client import Client
from lanner_proto.v1 import execution_pb2, state_pb2
from lanner_proto.values import from_struct
from tests.support.docker_engine import DockerEngine
from tests.support.running_lanner import RunningLanner, running_lanner

FLOW = """\
id: library
namespace: company.team

labels:
  env: prod

inputs:
  - id: dataset
    type: STRING
    defaults: "a 'quoted' name"

tasks:
  - id: extract
    type: io.kestra.plugin.core.debug.Return
    format: kestra:///orders.csv

  - id: transform
    type: io.kestra.plugin.scripts.python.Script
    containerImage: IMAGE
    pythonVersion: "3.11"
    dependencies: [kestra>=2]
    executionContext: true
    outputFiles: ["**"]
    script: |
      from kestra import Kestra, context

      Kestra.outputs({"rows": 3, "from": context.outputs.extract.value})
      Kestra.counter("rows", 3, {"table": "orders"})
      Kestra.timer("load", 1.5)
      Kestra.gauge("ratio", 0.25)
      log = Kestra.logger()
      log.debug("in %s", context.labels.env)
      log.info("loaded %s", context.inputs.dataset)
      log.warning("slow")
      log.error("broken")
"""


@pytest.mark.docker
async def test_outputs_metrics_and_log_levels_arrive(
    tmp_socket_dir: Path, docker_engine: DockerEngine, python_image: str
) -> None:
    flow = tmp_socket_dir / "library.yaml"
    flow.write_text(FLOW.replace("IMAGE", python_image))
    with running_lanner(tmp_socket_dir / "data") as lanner:
        lanner.done("flow", "apply", str(flow))
        lanner.done("flow", "run", "company.team/library", "--follow")
        (execution,) = lanner.executions()
        run = await _transform(lanner, str(execution["id"]))
        logs = lanner.done("-o", "jsonl", "execution", "logs", str(execution["id"]))

    outputs = from_struct(run.outputs)
    assert outputs["vars"] == {"rows": 3, "from": "kestra:///orders.csv"}
    assert outputs["outputFiles"] == {}
    metrics = {
        metric.name: (metric.kind, metric.value, dict(metric.tags))
        for metric in run.attempts[0].metrics
    }
    assert metrics == {
        "rows": (state_pb2.Metric.KIND_COUNTER, 3, {"table": "orders"}),
        "load": (state_pb2.Metric.KIND_TIMER, 1.5, {}),
        "ratio": (state_pb2.Metric.KIND_GAUGE, 0.25, {}),
    }
    lines = [msgspec.json.decode(line, type=dict[str, object]) for line in logs.splitlines()]
    # The library writes its own date before the text.
    told = {str(line["text"]).rpartition(" - ")[2]: line["level"] for line in lines}
    assert told["in prod"] == "DEBUG"
    assert told["loaded a 'quoted' name"] == "INFO"
    assert told["slow"] == "WARN"
    assert told["broken"] == "ERROR"


async def _transform(lanner: RunningLanner, execution_id: str) -> execution_pb2.TaskRun:
    async with Client(lanner.address) as client:
        execution = await client.get_execution(execution_id)
    (run,) = [run for run in execution.task_runs if run.task_id == "transform"]
    return run
