"""Functions that render texts once more."""

from __future__ import annotations

from lanner_coordinator.flow.expression.compiler import compile_template
from lanner_coordinator.flow.expression.context import RenderContext
from lanner_coordinator.flow.expression.convert import flag_of
from lanner_coordinator.flow.expression.errors import ExpressionLimitError
from lanner_coordinator.flow.expression.printing import printed
from lanner_coordinator.flow.expression.registry import function
from lanner_coordinator.flow.expression.rendering import print_once, render_again
from lanner_coordinator.flow.expression.values import is_mapping, is_sequence


@function("render", parameters="toRender recursive", context=True)
def render(context: RenderContext, to_render: object, recursive: object = True) -> object:
    """Render a text, or every text in a list or map, until nothing is left to render."""
    again = True if recursive is None else flag_of(recursive, "The argument 'recursive'")
    return _rendered(context, to_render, again=again)


@function("renderOnce", parameters="toRender", context=True)
def render_once(context: RenderContext, to_render: object) -> object:
    """Render a text, or every text in a list or map, one time."""
    return _rendered(context, to_render, again=False)


def _rendered(context: RenderContext, value: object, *, again: bool) -> object:
    variables = context.visible()

    def inner(source: str) -> RenderContext:
        made = RenderContext(
            compile_template(source), variables, context.effects, context.budget, context.secrets
        )
        made.depth = context.depth + 1
        made.marks_raw = context.marks_raw or again
        if made.depth > context.budget.limits.calls:
            raise ExpressionLimitError("Too many rendering attempts: texts render each other")
        return made

    def text(source: str) -> str:
        if "{" not in source:
            return source
        return render_again(source, inner) if again else print_once(source, inner)

    def structure(one: object, depth: int) -> object:
        context.budget.spend()
        context.budget.check_depth(depth)
        if isinstance(one, str):
            return text(one)
        if is_mapping(one):
            return {
                text(key) if isinstance(key, str) else key: structure(item, depth + 1)
                for key, item in one.items()
            }
        if is_sequence(one):
            return [structure(item, depth + 1) for item in one]
        return one

    if isinstance(value, str) or is_mapping(value) or is_sequence(value):
        return structure(value, 0)
    return None if value is None else printed(value, context.budget)
