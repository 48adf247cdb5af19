"""How much memory coordinator and agent take while a large file goes through all of its paths.

    python -m tests.benchmarks.artifact_memory --mib 1024 [--s3]

The file is uploaded for a FILE input, fetched by the agent for a task, stored again as the task's
output, read by a task of the coordinator, and fetched by the command line; with `--s3` the storage
is a server that speaks S3.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from tests.support.artifact_servers import Place, S3Server
from tests.support.memory_watch import MemoryWatch, programs_below
from tests.support.running_lanner import RunningLanner, running_lanner

MIB = 1024 * 1024
_FLOW = """
id: large
namespace: company
inputs: [{id: file, type: FILE}]
tasks:
  - id: copy
    type: io.kestra.plugin.scripts.shell.Commands
    taskRunner: {type: io.kestra.plugin.core.runner.Process}
    inputFiles: {in.bin: "{{ inputs.file }}"}
    commands: ["cp in.bin out.bin"]
    outputFiles: [out.bin]
  - {id: join, type: core.storage.Concat, files: ["{{ outputs.copy.outputFiles['out.bin'] }}"]}
  - {id: size, type: core.storage.Size, uri: "{{ outputs.join.uri }}"}
"""
_PROGRAMS = {"coordinator": "lanner_coordinator", "agent": "lanner_agent"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """What came of a file that went through all paths.

    Attributes:
        growth: Bytes of memory that each program took at its peak above what it had before.
        sent: SHA-256 of the file.
        received: SHA-256 of what came out at the end.
    """

    growth: Mapping[str, int]
    sent: str
    received: str


def passage(folder: Path, size_mib: int, place: Place | None = None) -> Passage:
    """Send a file through all paths, and look on."""
    config = folder / "coordinator.toml"
    config.write_text(_config(place))
    large = folder / "large.bin"
    _make(large, size_mib)
    flow = folder / "large.yaml"
    flow.write_text(_FLOW)
    fetched = folder / "fetched.bin"
    with running_lanner(folder / "data", config=config) as lanner:
        lanner.done("flow", "apply", str(flow))
        with MemoryWatch(programs_below(lanner.process.pid, _PROGRAMS)) as watch:
            _run(lanner, large)
            files = ("execution", "files")
            listed = msgspec.json.decode(lanner.done("-o", "json", *files, "list", "@latest"))
            (uri,) = [one["uri"] for one in listed["items"] if one["taskId"] == "join"]
            lanner.done(*files, "get", "@latest", uri, "--to", str(fetched))
    return Passage(growth=watch.growth, sent=_sha256(large), received=_sha256(fetched))


def _run(lanner: RunningLanner, large: Path) -> None:
    run = lanner.cli("flow", "run", "company/large", "-i", f"file=@{large}", "--wait")
    executions = lanner.executions()
    state = executions[0]["state"] if executions else "none"
    assert state == "SUCCESS", f"{state}: {run.stderr}{run.stdout}{lanner.logs_of_programs()}"


def _config(place: Place | None) -> str:
    if place is None:
        return ""
    options = place.options
    return f"""
[artifacts]
url = "{place.url}"
[artifacts.options]
endpoint_url = "{options["endpoint_url"]}"
key = "{options["key"]}"
secret = {{ env = "S3_TEST_SECRET" }}
client_kwargs = {{ region_name = "us-east-1" }}
"""


def _make(path: Path, size_mib: int) -> None:
    piece = os.urandom(MIB)
    with path.open("wb") as file:
        for number in range(size_mib):
            file.write(number.to_bytes(8, "big") + piece[8:])


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def main() -> int:
    """Print the growth of each program in MiB; 1 when the file came out otherwise."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mib", type=int, default=1024)
    parser.add_argument("--s3", action="store_true")
    options = parser.parse_args()
    place = None
    if options.s3:
        server = S3Server()
        server.start()
        server.make_bucket()
        place = server.place()
        os.environ["S3_TEST_SECRET"] = str(place.options["secret"])
    with tempfile.TemporaryDirectory() as folder:
        result = passage(Path(folder), options.mib, place)
    for name, growth in result.growth.items():
        sys.stdout.write(f"{name}: {growth / MIB:.0f} MiB above idle\n")
    return int(result.sent != result.received)


if __name__ == "__main__":
    sys.exit(main())
