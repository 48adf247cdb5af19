"""Which control runs which task type."""

from __future__ import annotations

from collections.abc import Mapping

from lanner_coordinator.engine.control.approval import Approval
from lanner_coordinator.engine.control.contract import Control, WaitingControl
from lanner_coordinator.engine.control.dag import Dag
from lanner_coordinator.engine.control.for_each import EachParallel, EachSequential, ForEach
from lanner_coordinator.engine.control.loop import Iteration, Loop
from lanner_coordinator.engine.control.loop_until import LoopUntil
from lanner_coordinator.engine.control.parallel import Parallel
from lanner_coordinator.engine.control.pause import Pause
from lanner_coordinator.engine.control.sequential import If, Sequential, Switch
from lanner_coordinator.engine.control.template import Template
from lanner_coordinator.engine.control.working_directory import WorkingDirectory
from lanner_coordinator.flow.types.flowables import TEMPLATE_TYPE
from lanner_coordinator.flow.types.loop import ITERATION_TYPE, LOOP_TYPE

SEQUENTIAL: Control = Sequential()
"""The control of the flow itself and of every `errors`, `finally` and `afterExecution`."""

_PREFIX = "io.kestra.plugin.core.flow."

WAITING_CONTROLS: Mapping[str, WaitingControl] = {
    _PREFIX + "Pause": Pause(),
    _PREFIX + "Approval": Approval(),
    _PREFIX + "LoopUntil": LoopUntil(),
    LOOP_TYPE: Loop(),
    ITERATION_TYPE: Iteration(),
}
"""Those that may wait, by canonical name of the task type."""

CONTROLS: Mapping[str, Control] = {
    _PREFIX + "Sequential": SEQUENTIAL,
    _PREFIX + "AllowFailure": SEQUENTIAL,
    _PREFIX + "ForEachItem": SEQUENTIAL,
    TEMPLATE_TYPE: Template(),
    _PREFIX + "WorkingDirectory": WorkingDirectory(),
    _PREFIX + "If": If(),
    _PREFIX + "Switch": Switch(),
    _PREFIX + "Parallel": Parallel(),
    _PREFIX + "Dag": Dag(),
    _PREFIX + "ForEach": ForEach(),
    _PREFIX + "EachSequential": EachSequential(),
    _PREFIX + "EachParallel": EachParallel(),
    **WAITING_CONTROLS,
}
"""By canonical name of the task type."""

ALLOW_FAILURE_TYPE = _PREFIX + "AllowFailure"
"""The one type whose failure is a warning by its nature."""
