"""Exit codes of the command line: an interface, as fixed as the wire contract."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """How a command ended."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    UNREACHABLE = 3
    DENIED = 4
    NOT_FOUND = 5
    CONFLICT = 6
    PARTLY = 7
    INVALID_FLOW = 8
    KILLED = 20
    PAUSED = 21
    TIMED_OUT = 124
    INTERRUPTED = 130


MEANINGS = {
    ExitCode.DONE: "done; with --exit-status: SUCCESS, WARNING or SKIPPED",
    ExitCode.FAILED: "the operation or a test failed; with --exit-status: the execution FAILED",
    ExitCode.USAGE: "wrong usage, configuration or input; or it would have to ask and cannot",
    ExitCode.UNREACHABLE: "no coordinator answers; the same call may work later",
    ExitCode.DENIED: "not authenticated, or not allowed",
    ExitCode.NOT_FOUND: "no such flow, execution, trigger, agent or batch",
    ExitCode.CONFLICT: "revision or state does not allow it, or it is there already",
    ExitCode.PARTLY: "the batch ended, and some executions failed or were refused",
    ExitCode.INVALID_FLOW: "flow validate, flow apply: a flow is invalid; flow test: a file is",
    ExitCode.KILLED: "with --exit-status: the execution was KILLED or CANCELLED",
    ExitCode.PAUSED: "with --exit-status: the execution is PAUSED and waits for a person",
    ExitCode.TIMED_OUT: "--timeout ran out",
    ExitCode.INTERRUPTED: "interrupted with Ctrl+C",
}
