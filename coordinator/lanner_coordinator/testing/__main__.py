"""`python -m lanner_coordinator.testing`: a request from stdin, verdicts in lines to stdout."""

from __future__ import annotations

import sys

import msgspec

from lanner_coordinator.testing.program import answer


def main() -> int:
    """Answer one request; 0, or 2 where it is none."""
    try:
        for line in answer(sys.stdin.buffer.read()):
            sys.stdout.buffer.write(line + b"\n")
            sys.stdout.buffer.flush()
    except msgspec.DecodeError as error:
        sys.stderr.write(f"The request on stdin makes no sense: {error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
