"""`scripts/bench`: all figures, as ratios to floors that are measured in the same run."""

from __future__ import annotations

import argparse
import asyncio
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks.artifact_memory import measure_files
from tests.benchmarks.containers import measure_containers
from tests.benchmarks.figures import percentile, report
from tests.benchmarks.floor import measure_floor
from tests.benchmarks.history import measure_history
from tests.benchmarks.lanner import measure_lanner, running
from tests.benchmarks.large import measure_large


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=100, help="single executions to time")
    parser.add_argument("--seconds", type=float, default=10.0, help="length of each rate")
    parser.add_argument(
        "--history", type=int, metavar="COUNT", help="measure beside so many archived executions"
    )
    parser.add_argument(
        "--large", action="store_true", help="measure executions of thousands of task runs"
    )
    parser.add_argument(
        "--files", type=int, metavar="MIB", help="measure memory while a file goes all its ways"
    )
    parser.add_argument("--s3", action="store_true", help="keep files on an S3 server")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="lanner-bench-") as name:
        folder = Path(name)
        if options.files:
            measure_files(folder, options.files, is_elsewhere=options.s3)
        elif options.large:
            asyncio.run(measure_large(folder))
        elif options.history:
            (folder / "history").mkdir()
            asyncio.run(_measure_history(folder, options.history, options.seconds))
        else:
            asyncio.run(_measure(folder, options.rounds, options.seconds))


async def _measure(folder: Path, rounds: int, seconds: float) -> None:
    floor = await measure_floor(folder, rounds=rounds, seconds=seconds)
    ours = await measure_lanner(folder, rounds=rounds, seconds=seconds)
    report("start_p50", ours.start_p50, "ms", floor=floor.start_p50, target="<= 1.5 x floor")
    report("start_p95", ours.start_p95, "ms", floor=floor.start_p95, target="<= 4 x floor")
    report(
        "sequential_40_native",
        ours.sequential_native,
        "ms",
        floor=floor.sequential_native,
        target="<= 25 ms",
    )
    report(
        "sequential_40_process",
        ours.sequential_process,
        "ms",
        floor=floor.sequential_process,
        target="<= 1.5 x floor",
    )
    report(
        "parallel_100_process",
        ours.parallel_process,
        "ms",
        floor=floor.parallel_process,
        target="<= 1.5 x floor",
    )
    report("native_rate", ours.native_rate, "1/s", floor=floor.native_rate, target=">= 1000 /s")
    report(
        "process_rate", ours.process_rate, "1/s", floor=floor.process_rate, target=">= 0.7 x floor"
    )
    report("ready", ours.ready_seconds, "s", target="< 1 s")
    report("idle_memory", ours.idle_bytes / 2**20, "MiB", floor=floor.idle_bytes / 2**20)
    report("cli_verb", await _cli_verb(folder), "ms", target="< 250 ms")
    await measure_containers(folder, rounds=max(10, rounds // 5))


async def _measure_history(folder: Path, count: int, seconds: float) -> None:
    found = await measure_history(folder / "history", count=count, seconds=seconds)
    report(
        "native_rate_with_history",
        found.rate_after,
        "1/s",
        floor=found.rate_before,
        target=">= 0.9 x floor",
    )
    report("ready_with_history", found.ready_after, "s", floor=found.ready_before)
    report("list_with_history", found.list_milliseconds, "ms")


async def _cli_verb(folder: Path) -> float:
    """A verb of the command line against a running coordinator, warm."""
    (folder / "cli").mkdir()
    async with running(folder / "cli"):
        address = f"unix:{folder / 'cli' / 'lanner' / 'coordinator.sock'}"
        verb = ("--address", address, "execution", "list")
        command = (sys.executable, "-m", "lanner_console", *verb)
        times = []
        for _ in range(10):
            began = time.monotonic()
            await asyncio.to_thread(subprocess.run, command, check=True, capture_output=True)
            times.append((time.monotonic() - began) * 1000)
        return percentile(times, 0.5)


if __name__ == "__main__":
    main()
