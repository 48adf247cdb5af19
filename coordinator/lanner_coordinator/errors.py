"""Why the coordinator does not start.

StartError
└── ConfigError    the configuration makes no sense; says the file, the key and what to do

Errors of requests are in `runtime/errors.py`, those of the store in `store/errors.py`.
"""

from __future__ import annotations


class StartError(Exception):
    """The coordinator cannot start; its text is a sentence for people."""


class ConfigError(StartError):
    """The configuration makes no sense."""
