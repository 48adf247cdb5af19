"""An agent with the plugins of tests, as a program."""

from __future__ import annotations

import asyncio
import logging
import sys

from lanner_agent import app
from lanner_agent.config import load_config
from tests.support.running_agent import plugins_of

if __name__ == "__main__":
    logging.basicConfig(level="INFO", stream=sys.stderr, format="%(levelname)s %(message)s")
    own = load_config(sys.argv[1:])
    asyncio.run(app.run(own, plugins_of(own)))
