"""A coordinator on another machine, with its database and S3, but without what it had near."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from tests.support.artifact_servers import S3Server
from tests.support.eventually import eventually_blocking
from tests.support.running_lanner import RunningLanner, running_lanner

CHILD = """
id: child
namespace: elsewhere
tasks: [{id: write, type: core.storage.Write, content: of the child}]
outputs: [{id: file, type: STRING, value: "{{ outputs.write.uri }}"}]
"""
PARENT = """
id: parent
namespace: company
tasks:
  - {id: call, type: core.flow.Subflow, namespace: elsewhere, flowId: child, wait: true}
  - {id: own, type: core.storage.Write, content: of the parent}
  - id: tell
    type: core.debug.Return
    format: "{{ kv('go') }} {{ read(outputs.call.outputs.file) }}, {{ read('query.sql') }}"
outputs:
  - {id: told, type: STRING, value: "{{ outputs.tell.value }}"}
  - {id: own, type: STRING, value: "{{ outputs.own.uri }}"}
"""
AFTER = """
id: after
namespace: third
inputs: [{id: text, type: STRING}]
tasks: [{id: size, type: core.debug.Return, format: "{{ fileSize(trigger.outputs.own) }}"}]
outputs: [{id: told, type: STRING, value: "{{ inputs.text }}, {{ outputs.size.value }}"}]
triggers:
  - id: parent
    type: core.trigger.Flow
    inputs: {text: "{{ read(trigger.outputs.own) }}"}
    preconditions: {id: parent, flows: [{namespace: company, flowId: parent, states: [SUCCESS]}]}
"""
TOLD = "at last of the child, select 1"


@pytest.fixture
def s3() -> Iterator[S3Server]:
    server = S3Server()
    server.start()
    server.make_bucket()
    yield server
    server.stop()


@pytest.fixture
def config(s3: S3Server, tmp_path: Path) -> Path:
    place = s3.place()
    file = tmp_path / "lanner.toml"
    file.write_text(
        f'[artifacts]\nurl = "{place.url}"\nretry_seconds = 1\n[artifacts.options]\n'
        f'endpoint_url = "{place.options["endpoint_url"]}"\nkey = "test"\nsecret = "test"\n'
        'client_kwargs = { region_name = "us-east-1" }\n'
        "config_kwargs = { retries = { max_attempts = 1 } }\n"
    )
    return file


def _fail_at_first(lanner: RunningLanner, folder: Path) -> None:
    """Parent and child have run and ended, the parent without reading."""
    for name, source in (("child", CHILD), ("parent", PARENT), ("after", AFTER)):
        (folder / f"{name}.yaml").write_text(source)
        lanner.done("flow", "apply", str(folder / f"{name}.yaml"))
    (folder / "query.sql").write_text("select 1")
    lanner.done("namespace", "files", "put", str(folder / "query.sql"), "-n", "company")
    assert lanner.cli("flow", "run", "company/parent", "--exit-status").returncode != 0
    lanner.done("kv", "set", "go", "at last", "-n", "company")


def _forget_what_is_near(data: Path) -> None:
    for folder in (data / "artifacts-near").iterdir():
        if folder.is_dir() and not folder.name.startswith("."):
            shutil.rmtree(folder)


def _newest(lanner: RunningLanner, flow_id: str) -> dict[str, object]:
    found = [one for one in lanner.executions() if one["flowId"] == flow_id]
    return found[0] if found else {}


def _outputs(lanner: RunningLanner, execution_id: str) -> dict[str, object]:
    view = msgspec.json.decode(lanner.done("-o", "json", "execution", "get", execution_id))
    outputs = view["outputs"]
    assert isinstance(outputs, dict), view
    return outputs


@pytest.mark.timeout(240)
def test_files_of_ended_executions_are_read_on_another_machine(
    s3: S3Server, config: Path, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    with running_lanner(data, config=config) as lanner:
        _fail_at_first(lanner, tmp_path)
        parent = str(_newest(lanner, "parent")["id"])
    shutil.rmtree(data / "artifacts-near")

    with running_lanner(data, config=config) as lanner:
        lanner.done("execution", "restart", parent, "--yes", "--exit-status")
        assert _outputs(lanner, parent)["told"] == TOLD
        eventually_blocking(lambda: _newest(lanner, "after").get("state") == "SUCCESS", 30)
        after = str(_newest(lanner, "after")["id"])
        assert _outputs(lanner, after)["told"] == "of the parent, 13"

        _forget_what_is_near(data)
        lanner.done("execution", "replay", parent, "--from", "tell", "--yes", "--wait")
        assert _outputs(lanner, str(_newest(lanner, "parent")["id"]))["told"] == TOLD

        _forget_what_is_near(data)
        s3.stop()
        text = "{{ read(outputs.own.uri) }}"
        failed = lanner.cli("execution", "eval", parent, text)
        assert failed.returncode != 0
        assert "could not give kestra:///company/parent" in failed.stderr + failed.stdout
        s3.start()
        eventually_blocking(
            lambda: "of the parent" in lanner.cli("execution", "eval", parent, text).stdout, 30
        )
