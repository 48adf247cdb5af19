"""The program `lanner`."""

from __future__ import annotations

import gc
import sys


def main() -> None:
    """Run the command of this process and exit with its code."""
    # The collector would look through every module while they load; `Invocation.run` lets it work.
    gc.disable()
    from lanner_console.cli.entry import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
