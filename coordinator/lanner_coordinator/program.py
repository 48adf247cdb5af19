"""The coordinator as a program: its command line, its log, its exit code."""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import platformdirs

from lanner_coordinator.app import serve
from lanner_coordinator.config import read_config
from lanner_coordinator.errors import StartError
from lanner_coordinator.version import VERSION

LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
"""One line for each event, on stderr."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the coordinator.

    Returns:
        0 after a polite stop, 2 when the configuration makes no sense, 1 when it cannot start.
    """
    options = _parser().parse_args(arguments)
    # Below warnings libraries write whole requests and answers, with the secrets in them.
    logging.basicConfig(level=logging.WARNING, format=LOG_FORMAT, stream=sys.stderr)
    logging.getLogger("lanner_coordinator").setLevel(options.log_level)
    try:
        config = read_config(
            data_dir=options.data.expanduser().absolute(),
            file=options.config,
            listen=options.listen,
            log_level=options.log_level,
        )
    except StartError as error:
        sys.stderr.write(f"lanner coordinator: {error}\n")
        return 2
    try:
        asyncio.run(serve(config, os.environ))
    except StartError as error:
        sys.stderr.write(f"lanner coordinator: {error}\n")
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="lanner coordinator",
        description="Keeps flows and executions and decides what runs next.",
    )
    parser.add_argument(
        "--data",
        type=Path,
        default=Path(platformdirs.user_data_dir("lanner")),
        metavar="DIR",
        help="folder of the database, the artifacts and the socket (default: %(default)s)",
    )
    parser.add_argument("--config", type=Path, metavar="FILE", help="TOML file")
    parser.add_argument(
        "--listen",
        action="append",
        default=[],
        metavar="HOST:PORT",
        help="listen on a loopback address too; may be given several times",
    )
    parser.add_argument(
        "--log-level", default="INFO", choices=["DEBUG", "INFO", "WARNING", "ERROR"]
    )
    parser.add_argument("--version", action="version", version=VERSION)
    return parser
