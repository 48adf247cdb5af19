"""The plans that were used last, so that a flow is read once and not for each execution."""

from __future__ import annotations

from collections import OrderedDict

from lanner_coordinator.engine.plan import Plan

PLAN_LIMIT = 1_000
"""Plans that are kept; live executions hold theirs besides."""

RevisionKey = tuple[str, str, int]
"""Namespace, flow id and revision."""


class PlanCache:
    """A bounded number of plans by revision; the one unused for longest is dropped first.

    Attributes:
        age: How often all were dropped.
    """

    def __init__(self, limit: int = PLAN_LIMIT) -> None:
        self._limit = limit
        self.age = 0
        self._plans: OrderedDict[RevisionKey, Plan] = OrderedDict()

    def get(self, key: RevisionKey) -> Plan | None:
        """The plan of a revision, if it is kept."""
        plan = self._plans.get(key)
        if plan is not None:
            self._plans.move_to_end(key)
        return plan

    def put(self, key: RevisionKey, plan: Plan) -> None:
        """Keep a plan."""
        self._plans[key] = plan
        self._plans.move_to_end(key)
        if len(self._plans) > self._limit:
            self._plans.popitem(last=False)

    def drop(self, key: RevisionKey) -> None:
        """Forget the plan of one revision."""
        self._plans.pop(key, None)

    def clear(self) -> None:
        """Drop all: what they were read with has changed."""
        self._plans.clear()
        self.age += 1
