"""The version of the coordinator's software, from its distribution."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

try:
    VERSION = version("lanner")
except PackageNotFoundError:  # run from a source tree that is not installed
    VERSION = "0+unknown"
