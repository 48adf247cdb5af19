"""Tests of flows, which run without a coordinator: `python -m lanner_coordinator.testing`.

A suite is a YAML file beside a flow: cases with fixtures and assertions. Each case is an
execution of the flow by the executor itself, over a store in memory and a clock that is set: what
would run on an agent is answered by fixtures, and waiting takes no time. `lanner flow test` starts
this program; it reads one request as JSON from stdin and writes an answer in lines of JSON.
"""

from __future__ import annotations
