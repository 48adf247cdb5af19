"""The agent that runs the cases, as a program: the installed one with the stand-ins added."""

from __future__ import annotations

import asyncio
import logging
import sys
from dataclasses import replace

from lanner_agent import app
from lanner_agent.config import load_config
from tests.conformance.stand_ins.task_types import TASK_TYPES

if __name__ == "__main__":
    logging.basicConfig(level="INFO", stream=sys.stderr, format="%(levelname)s %(message)s")
    own = load_config(sys.argv[1:])
    plugins = app.installed_plugins(own)
    asyncio.run(app.run(own, replace(plugins, task_types=(*plugins.task_types, *TASK_TYPES))))
