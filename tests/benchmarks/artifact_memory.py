"""How much memory coordinator and agent take while a large file goes through all of its ways.

    scripts/bench --files 1024 [--s3]

Each way has a line: MiB above idle of each program, and seconds. With `--s3` the storage is a
server that speaks S3. It takes the disk that some dozen copies of the file need.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import msgspec

from tests.benchmarks.artifact_flows import NAMESPACE, TASKS, UPLOAD, flow_id, flow_source
from tests.benchmarks.figures import report
from tests.support.artifact_servers import Place, S3Server
from tests.support.memory_watch import MemoryWatch, memory_of, programs_below
from tests.support.running_lanner import RunningLanner, running_lanner

MIB = 1024 * 1024
FETCHED = "fetched by the command line"
NAMESPACE_PUT = "put into a namespace by the command line"
NAMESPACE_GOT = "got from a namespace by the command line"
WAYS: Sequence[str] = (*TASKS, FETCHED, NAMESPACE_PUT, NAMESPACE_GOT)
"""All of them, in order: some need what an earlier one left."""

_LINE_BYTES = 1024
_SECONDS = 3_600.0
_PROGRAMS = {"coordinator": "lanner_coordinator", "agent": "lanner_agent"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """What came of a file that went one way.

    Attributes:
        way: Which.
        growth: Bytes of memory that each program took at its peak above what it had when idle.
        seconds: How long it took.
        is_whole: It came out as it went in, where it came out.
    """

    way: str
    growth: Mapping[str, int]
    seconds: float
    is_whole: bool = True


def passages(
    folder: Path, size_mib: int, place: Place | None = None, ways: Sequence[str] = WAYS
) -> Iterator[Passage]:
    """Send a file all ways, one after the other, and look on."""
    config = folder / "coordinator.toml"
    config.write_text(_config(place))
    large = folder / "large.jsonl"
    _make(large, size_mib)
    with _web(large) as web, running_lanner(folder / "data", config=config) as lanner:
        traveller = _Traveller(lanner, large, web)
        for way in ways:
            yield traveller.go(way)


class _Traveller:
    """Sends the file one way after the other."""

    def __init__(self, lanner: RunningLanner, large: Path, web: str) -> None:
        self._lanner = lanner
        self._large = large
        self._web = web
        self._uri = ""
        self._fetched = large.with_name("fetched.jsonl")
        self._programs = programs_below(lanner.process.pid, _PROGRAMS)
        self._idle = memory_of(self._programs)

    def go(self, way: str) -> Passage:
        """Send it one way."""
        acts = {FETCHED: self._fetch, NAMESPACE_PUT: self._put, NAMESPACE_GOT: self._get}
        began = time.monotonic()
        with MemoryWatch(self._programs, self._idle) as watch:
            if way in TASKS:
                self._execute(way)
            else:
                acts[way]()
        seconds = time.monotonic() - began
        is_whole = way not in (FETCHED, NAMESPACE_GOT) or _is_same(self._large, self._fetched)
        return Passage(way=way, growth=watch.growth, seconds=seconds, is_whole=is_whole)

    def _execute(self, way: str) -> None:
        flow = self._large.with_name("flow.yaml")
        flow.write_text(flow_source(way))
        self._done("flow", "apply", str(flow))
        given = (
            [f"file=@{self._large}"] if way == UPLOAD else [f"uri={self._uri}", f"web={self._web}"]
        )
        inputs = [word for one in given for word in ("-i", one)]
        run = self._lanner.cli(
            *("flow", "run", f"{NAMESPACE}/{flow_id(way)}", *inputs, "--wait"),
            timeout_seconds=_SECONDS,
        )
        assert run.returncode == 0, f"{way}: {run.stderr}{run.stdout}"
        if way == UPLOAD:
            listed = self._done("-o", "json", "execution", "files", "list", "@latest")
            files = msgspec.json.decode(listed)["items"]
            (self._uri,) = [one["uri"] for one in files if one["taskId"] == "copy"]

    def _fetch(self) -> None:
        execution_id = self._uri.partition("/executions/")[2].partition("/")[0]
        to = str(self._fetched)
        self._done("execution", "files", "get", execution_id, self._uri, "--to", to)

    def _put(self) -> None:
        self._done("-n", NAMESPACE, "namespace", "files", "put", str(self._large), "by-hand.jsonl")

    def _get(self) -> None:
        name = "by-hand.jsonl"
        to = str(self._fetched)
        self._done("-n", NAMESPACE, "namespace", "files", "get", name, "--to", to)

    def _done(self, *arguments: str) -> str:
        return self._lanner.done(*arguments, timeout_seconds=_SECONDS)


@contextmanager
def _web(large: Path) -> Iterator[str]:
    """A server that gives the file to everybody, and takes what anybody sends."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(large.stat().st_size))
            self.end_headers()
            with large.open("rb") as file:
                shutil.copyfileobj(file, self.wfile, MIB)

        def do_POST(self) -> None:
            left = int(self.headers["Content-Length"])
            while left and (data := self.rfile.read(min(MIB, left))):
                left -= len(data)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


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
config_kwargs = {{ read_timeout = 600 }}
"""


def _make(path: Path, size_mib: int) -> None:
    """A file of different items, a KiB each."""
    filler = os.urandom(_LINE_BYTES).hex()
    with path.open("w") as file:
        for number in range(size_mib * MIB // _LINE_BYTES):
            line = f'{{"n": {number}, "filler": "{filler}'
            file.write(f'{line[: _LINE_BYTES - 3]}"}}\n')


def _is_same(one: Path, other: Path) -> bool:
    return _sha256(one) == _sha256(other)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def measure_files(folder: Path, size_mib: int, *, is_elsewhere: bool) -> None:
    """Print a line for each way."""
    place = None
    if is_elsewhere:
        server = S3Server()
        server.start()
        server.make_bucket()
        place = server.place()
        os.environ["S3_TEST_SECRET"] = str(place.options["secret"])
    for passage in passages(folder, size_mib, place):
        assert passage.is_whole, f"{passage.way}: what came out is not what went in"
        for name, growth in passage.growth.items():
            report(f"{passage.way}, {name}", growth / MIB, "MiB", target="< 200 MiB")
        report(passage.way, passage.seconds, "s")
