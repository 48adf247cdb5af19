"""Renders the properties of tasks that the coordinator runs or that steer its flowables."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from lanner_coordinator.engine.control.for_each import EachParallel, ForEach
from lanner_coordinator.engine.control.loop import Loop
from lanner_coordinator.engine.control.sequential import Switch
from lanner_coordinator.engine.control.table import CONTROLS
from lanner_coordinator.flow.duration import parse_duration
from lanner_coordinator.flow.expression import Rendered, is_truthy, render, render_typed
from lanner_coordinator.flow.model import Task
from lanner_coordinator.flow.types.flowables import TEMPLATE_TYPE
from lanner_coordinator.flow.types.native import text_properties
from lanner_coordinator.runtime.effects import RenderingEffects
from lanner_coordinator.runtime.masking import mask
from lanner_coordinator.runtime.secrets.loop_values import SecretSteers, sealed_values
from lanner_coordinator.runtime.secrets.sealing import seal
from lanner_coordinator.runtime.variables import SECRET_MASK

_VALUES = ("values", "value")
_LOOPS = (ForEach, EachParallel, Loop)


def native_properties(
    type_name: str,
    properties: Mapping[str, object],
    variables: Mapping[str, object],
    effects: RenderingEffects,
) -> Rendered:
    """The properties of a native task; those that take texts stay texts.

    Raises:
        ExpressionError: One of them cannot be rendered.
    """
    texts = text_properties(type_name, properties)
    if not texts:
        return render_typed(properties, variables, effects)
    others = {name: one for name, one in properties.items() if name not in texts}
    rendered = render_typed(others, variables, effects)
    values = {name: render(properties[name], variables, effects) for name in texts}
    return Rendered(
        {**as_mapping(rendered.value), **{name: one.value for name, one in values.items()}},
        rendered.secrets.union(*(one.secrets for one in values.values())),
    )


def steering_values(
    task: Task,
    names: Mapping[str, str],
    variables: Mapping[str, object],
    effects: RenderingEffects,
) -> dict[str, object]:
    """What a control asks for; `timeout` is a property of every task.

    Raises:
        ExpressionError: One of them cannot be rendered.
        SecretSteers: One of them is a secret that could not be kept.
    """
    given = {**task.properties, "timeout": task.timeout}
    return {
        name: _without_secrets(
            task, name, _rendered(given[name], kind, variables, effects), effects
        )
        for name, kind in names.items()
        if given.get(name) is not None
    }


def _without_secrets(
    task: Task, name: str, rendered: Rendered, effects: RenderingEffects
) -> object:
    """What steers a flowable stands in journals and names of branches: no secret belongs there."""
    value, secrets = rendered.value, rendered.secrets
    if not secrets or seal({name: value}, secrets, None) == {name: value}:
        return value
    if name == "condition":
        return is_truthy(value)
    if task.type == TEMPLATE_TYPE:
        # Its `args` steer nothing: they are outputs, which carry secrets out of sight.
        return effects.sealed(value, secrets)
    if isinstance(CONTROLS.get(task.type), Switch):
        return value if f"cases.{value}" in task.branches else SECRET_MASK
    if name in _VALUES and isinstance(CONTROLS.get(task.type), _LOOPS):
        return sealed_values(task, rendered, effects.sealed)
    raise SecretSteers(
        f"`{name}` has a secret in it, and everybody sees what it is: give it another value"
    )


def as_mapping(value: object) -> Mapping[str, object]:
    """A rendered map; what is none is an empty one."""
    return value if isinstance(value, Mapping) else {}


def rendered_timeout(
    task: Task, variables: Mapping[str, object], effects: RenderingEffects
) -> timedelta | None:
    """How long a task may take; absent: as long as it likes.

    Raises:
        ExpressionError: It cannot be rendered.
        ValueError: It comes to no length of time.
    """
    if task.timeout is None:
        return None
    rendered = render(task.timeout, variables, effects)
    text = str(rendered.value)
    try:
        length = parse_duration(text) if text.strip() else None
    except ValueError as error:
        raise ValueError(mask(str(error), rendered.secrets)) from None
    if length is not None and length <= timedelta():
        shown = mask(text, rendered.secrets)
        raise ValueError(f"`timeout` must be longer than nothing, but is `{shown}`")
    return length


def _rendered(
    source: object, kind: str, variables: Mapping[str, object], effects: RenderingEffects
) -> Rendered:
    if kind == "typed":
        return render_typed(source, variables, effects)
    return render(source, variables, effects)
