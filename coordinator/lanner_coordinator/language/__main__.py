"""`python -m lanner_coordinator.language VERB`: one request from stdin, one answer to stdout."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import msgspec

from lanner_coordinator.language.requests import VERBS, answer


def main(arguments: Sequence[str] | None = None) -> int:
    """Answer one request; 0, or 2 where it is none."""
    words = sys.argv[1:] if arguments is None else arguments
    if len(words) != 1 or words[0] not in VERBS:
        sys.stderr.write(f"usage: python -m lanner_coordinator.language {'|'.join(VERBS)}\n")
        return 2
    try:
        written = answer(words[0], sys.stdin.buffer.read())
    except msgspec.DecodeError as error:
        sys.stderr.write(f"The request on stdin makes no sense: {error}\n")
        return 2
    sys.stdout.buffer.write(written)
    return 0


if __name__ == "__main__":
    sys.exit(main())
