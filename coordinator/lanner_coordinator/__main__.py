"""`python -m lanner_coordinator`: run the coordinator until it is told to stop."""

from __future__ import annotations

import gc
import sys


def main() -> int:
    """Run the coordinator and return its exit code."""
    # The collector would look through every module while they load; `app` lets it work.
    gc.disable()
    from lanner_coordinator.program import main as run

    return run()


if __name__ == "__main__":
    sys.exit(main())
