"""How much the spool holds, where."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SpoolLimits:
    """How much of everything.

    Attributes:
        disk_bytes: Log lines are dropped beyond it; results are not.
        segment_bytes: Size of one file.
        memory_bytes: Reports kept in memory too; others are read back when they are sent.
        window_bytes: Sent and not acknowledged.
        live_backlog_bytes: With a link, more than this slows the tasks' output down.
        reserve_bytes: Kept free for results on a disk that others may fill.
    """

    disk_bytes: int = 256 * 1024 * 1024
    segment_bytes: int = 8 * 1024 * 1024
    memory_bytes: int = 8 * 1024 * 1024
    window_bytes: int = 16 * 1024 * 1024
    live_backlog_bytes: int = 24 * 1024 * 1024
    reserve_bytes: int = 4 * 1024 * 1024
