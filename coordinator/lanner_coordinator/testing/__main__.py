"""`python -m lanner_coordinator.testing`: a request from stdin, verdicts in lines to stdout."""

from __future__ import annotations

import sys

import msgspec

from lanner_coordinator.errors import StartError
from lanner_coordinator.testing.program import answer


def main() -> int:
    """Answer one request; 0, 2 where it is none, or 1 where it cannot be answered."""
    try:
        answer(sys.stdin.buffer.read(), _tell)
    except StartError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except msgspec.DecodeError as error:
        sys.stderr.write(f"The request on stdin makes no sense: {error}\n")
        return 2
    return 0


def _tell(line: bytes) -> None:
    sys.stdout.buffer.write(line + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    sys.exit(main())
