"""`lanner up`: a coordinator and an agent as two child processes that are kept alive."""

from __future__ import annotations
