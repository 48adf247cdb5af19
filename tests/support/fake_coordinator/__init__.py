"""The parts of the fake coordinator that `tests.support.fake_api` starts."""

from __future__ import annotations
