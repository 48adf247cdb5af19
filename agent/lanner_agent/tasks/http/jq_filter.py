"""Applies a jq program to events, in a process of its own with limits of time and memory.

A program of jq may run without end, and nothing but the end of its process stops it.

Usage: `python -m lanner_agent.tasks.http.jq_filter PROGRAM`, a JSON value on each line of stdin; on
each line of stdout a JSON list of what it gave, or a JSON object with the key `error`.
"""

from __future__ import annotations

import json
import resource
import sys

CPU_SECONDS = 20
MEMORY_BYTES = 1024**3


def main() -> None:
    """Read, apply, write."""
    import jq

    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    program = jq.compile(sys.argv[1])
    for line in sys.stdin:
        try:
            given: object = program.input_text(line).all()
        except ValueError as error:
            given = {"error": str(error)}
        sys.stdout.write(json.dumps(given) + "\n")


if __name__ == "__main__":
    main()
