"""What the coordinator answers with when it cannot do what it was asked.

CoordinatorError
├── NotFound          there is no such thing
├── InvalidRequest    what was given makes no sense; says all of it
│   └── Blocked       a check of the flow does not hold for it
├── NotAllowed        its state does not allow it; says why
├── AlreadyThere      there is one already
├── Changed           it is not at the revision that was named
├── Overloaded        a bounded queue is full; try again
└── NotDurable        it could not be committed: nothing was done; try again later
"""

from __future__ import annotations

from collections.abc import Sequence

from lanner_coordinator.flow.diagnostics import Problem


class CoordinatorError(Exception):
    """A request that was not done; its text is a sentence for people."""


class NotFound(CoordinatorError):
    """There is no such thing."""


class InvalidRequest(CoordinatorError):
    """What was given makes no sense.

    Attributes:
        problems: Findings about sources, by their order; empty: the text says it all.
    """

    def __init__(self, message: str, problems: Sequence[Problem] = ()) -> None:
        super().__init__(message)
        self.problems = problems


class Blocked(InvalidRequest):
    """A check of the flow does not hold: nothing begins."""


class NotAllowed(CoordinatorError):
    """The state of the thing does not allow it."""


class AlreadyThere(CoordinatorError):
    """There is one already."""


class Changed(CoordinatorError):
    """The thing is not at the revision that was named."""


class Overloaded(CoordinatorError):
    """A bounded queue is full."""


class NotDurable(CoordinatorError):
    """It could not be committed; nothing was done."""
