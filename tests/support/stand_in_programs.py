"""Stand-ins for the coordinator and the agent, to test what starts, watches and stops them.

`write_programs` makes packages of their names in a folder; with that folder first on the path,
`python -m lanner_coordinator` serves an empty `FakeApi` at its socket. Both note their start and
their polite end in `events` of the data folder: `coordinator start 4711`.
"""

from __future__ import annotations

from pathlib import Path

REPOSITORY = Path(__file__).parents[2]

COORDINATOR = """
import asyncio, os, signal, sys
from pathlib import Path
from tests.support.fake_api import FakeApi

folder = Path(sys.argv[sys.argv.index("--data") + 1])

def note(event):
    with open(folder / "events", "a") as events:
        events.write(f"coordinator {event} {os.getpid()}\\n")

async def serve():
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    note("start")
    (folder / "coordinator-arguments").write_text(" ".join(sys.argv[1:]))
    (folder / "coordinator.sock").unlink(missing_ok=True)
    async with FakeApi(f"unix:{folder}/coordinator.sock") as api:
        while not stopped.is_set():
            has_agent = (folder / "agent-arguments").exists()
            api.state.status.connected_agent_count = int(has_agent)
            await asyncio.sleep(0.02)
    note("stop")

if (folder / "refuse").exists():
    sys.exit("the database is of a newer version")
asyncio.run(serve())
"""
AGENT = """
import os, signal, sys
from pathlib import Path

folder = Path(sys.argv[sys.argv.index("--data") + 1]).parent

def note(event):
    with open(folder / "events", "a") as events:
        events.write(f"agent {event} {os.getpid()}\\n")

def stop(number, frame):
    note("stop")
    sys.exit(0)

signal.signal(signal.SIGTERM, stop)
note("start")
# The coordinator's sign of a connected agent.
(folder / "agent-arguments").write_text(" ".join(sys.argv[1:]))
while True:
    signal.pause()
"""


def write_programs(folder: Path) -> str:
    """Write both and return the PYTHONPATH with which they stand in for the real ones."""
    for name, text in (("lanner_coordinator", COORDINATOR), ("lanner_agent", AGENT)):
        (folder / name).mkdir(parents=True)
        (folder / name / "__init__.py").touch()
        (folder / name / "__main__.py").write_text(text)
    parts = (folder, REPOSITORY / "console", REPOSITORY / "proto", REPOSITORY)
    return ":".join(map(str, parts))
