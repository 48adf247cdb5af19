"""Starts the agent from the command line."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import Sequence

from lanner_agent.config import load_config
from lanner_agent.errors import AgentError, ConfigError

LINE = "%(asctime)s %(levelname)-7s %(message)s"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the agent to its end, or print its types; 0, 1 for a failure, 2 for a wrong command."""
    words = sys.argv[1:] if arguments is None else arguments
    if list(words) == ["types"]:
        return _print_types()
    try:
        config = load_config(words)
        # gRPC's own lines on stderr say what the agent says in words; it reads this when imported.
        os.environ.setdefault("GRPC_VERBOSITY", "NONE")
        from lanner_agent import app

        # Below warnings libraries write whole requests, with the secrets in them.
        logging.basicConfig(level=logging.WARNING, format=LINE, stream=sys.stderr)
        logging.getLogger("lanner_agent").setLevel(config.log_level.upper())
        asyncio.run(app.run(config))
    except ConfigError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except AgentError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _print_types() -> int:
    from lanner_agent.discovery import installed_task_types
    from lanner_agent.types_listing import types_text

    sys.stdout.write(f"{types_text(installed_task_types())}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
