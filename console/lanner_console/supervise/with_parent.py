"""Become another program that is told to stop when its parent dies, even by `kill -9`.

Run as a file, `python -I -S with_parent.py PARENT_PID PROGRAM ARGUMENT…`: the kernel's wish is set
here, after the fork, since code between fork and exec is unsafe in a parent with threads. It
outlives the exec. On systems without it (macOS) the program is started all the same.
"""

from __future__ import annotations

import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    """Ask the kernel for SIGTERM at the parent's death, then exec."""
    parent_pid, command = int(sys.argv[1]), sys.argv[2:]
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    # The parent may have died before the wish was heard.
    if os.getppid() != parent_pid:
        sys.exit(1)
    os.execv(command[0], command)


if __name__ == "__main__":
    main()
