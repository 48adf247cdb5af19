"""Renders texts and structures of texts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from lanner_coordinator.flow.expression.budget import Budget
from lanner_coordinator.flow.expression.compiler import compile_template
from lanner_coordinator.flow.expression.context import RAW_BRACE, RenderContext
from lanner_coordinator.flow.expression.effects import Effects
from lanner_coordinator.flow.expression.errors import ExpressionError, ExpressionLimitError
from lanner_coordinator.flow.expression.halves import read_json, whole
from lanner_coordinator.flow.expression.limits import DEFAULT_LIMITS, Limits
from lanner_coordinator.flow.expression.places import locate
from lanner_coordinator.flow.expression.printing import printed
from lanner_coordinator.flow.expression.secrets import SecretTexts
from lanner_coordinator.flow.expression.values import is_mapping, is_sequence

_NO_SECRETS: frozenset[str] = frozenset()

_MakeContext = Callable[[str], RenderContext]


@dataclass(frozen=True, slots=True)
class Rendered:
    """What a rendering gives."""

    value: object = field(repr=False)
    """The rendered text, structure or typed value."""
    secrets: frozenset[str] = field(repr=False)
    """Texts to be masked wherever `value` reaches a log: secrets and all that was made of them."""


def render(
    source: object,
    variables: Mapping[str, object],
    effects: Effects,
    *,
    limits: Limits = DEFAULT_LIMITS,
    secrets: frozenset[str] = _NO_SECRETS,
    recursive: bool = False,
) -> Rendered:
    """Render a text once; of lists and mappings every text in them, keys too.

    Values of other kinds come back unchanged, and so does a text without `{`. A text that prints
    nothing is empty, but null as the value of a key.

    Args:
        source: What to render.
        variables: What the text can see.
        effects: The way to time, secrets, files ...
        limits: How much the rendering may use.
        secrets: Texts that are secrets already, such as inputs of type SECRET.
        recursive: Whether the result is rendered again until nothing changes, as Kestra's setting
            `recursive-rendering` does.

    Raises:
        ExpressionError: With line and column.
    """
    if type(source) is str:
        if "{" not in source:
            return Rendered(source, secrets)
        if not recursive:
            return _render_text(source, variables, effects, limits, secrets)
    rendering = _Rendering(variables, effects, limits, secrets)
    rendering.recursive = recursive
    value = rendering.structure(source, rendering.text, 0)
    return Rendered(
        value, frozenset(rendering.secrets.texts) if rendering.secrets.texts else secrets
    )


def _render_text(
    source: str,
    variables: Mapping[str, object],
    effects: Effects,
    limits: Limits,
    secrets: frozenset[str],
) -> Rendered:
    """Render one text one time: the case that has to be fast."""
    found = SecretTexts(secrets)
    context = RenderContext(compile_template(source), variables, effects, Budget(limits), found)
    text = _join(context, _collect(context))
    return Rendered(text, frozenset(found.texts) if found.texts else secrets)


def render_typed(
    source: object,
    variables: Mapping[str, object],
    effects: Effects,
    *,
    limits: Limits = DEFAULT_LIMITS,
    secrets: frozenset[str] = _NO_SECRETS,
) -> Rendered:
    """Render like `render`; a text that prints exactly one value gives the value itself."""
    rendering = _Rendering(variables, effects, limits, secrets)
    value = rendering.structure(source, rendering.typed, 0)
    return Rendered(value, frozenset(rendering.secrets.texts))


class _Rendering:
    """One call of `render`: everything in it shares limits and secrets."""

    __slots__ = ("budget", "effects", "recursive", "secrets", "variables")

    def __init__(
        self,
        variables: Mapping[str, object],
        effects: Effects,
        limits: Limits,
        secrets: frozenset[str],
    ) -> None:
        self.variables = variables
        self.effects = effects
        self.budget = Budget(limits)
        self.secrets = SecretTexts(secrets)
        self.recursive = False

    def structure(self, source: object, render_text: Callable[[str], object], depth: int) -> object:
        if isinstance(source, str):
            return render_text(source)
        if isinstance(source, Mapping):
            self.budget.check_depth(depth)
            self.budget.spend(len(source))
            render_value = self.text_or_null if render_text == self.text else render_text
            return {
                self.text(key) if isinstance(key, str) else key: self.structure(
                    value, render_value if isinstance(value, str) else render_text, depth + 1
                )
                for key, value in source.items()
            }
        if isinstance(source, list | tuple | set | frozenset):
            self.budget.check_depth(depth)
            self.budget.spend(len(source))
            return [self.structure(item, render_text, depth + 1) for item in source]
        return source

    def _context(self, source: str) -> RenderContext:
        template = compile_template(source)
        context = RenderContext(template, self.variables, self.effects, self.budget, self.secrets)
        context.recursive = context.marks_raw = self.recursive
        return context

    def text(self, source: str) -> str:
        if "{" not in source:
            return source
        return (
            render_again(source, self._context)
            if self.recursive
            else print_once(source, self._context)
        )

    def text_or_null(self, source: str) -> str | None:
        """Render the text of a key in a map, which is null where it prints nothing at all."""
        if "{" not in source or self.recursive:
            return self.text(source)
        context = self._context(source)
        parts = _collect(context)
        return _join(context, parts) if parts else None

    def typed(self, source: str) -> object:
        if "{" not in source:
            return source
        context = self._context(source)
        parts = _collect(context)
        if len(parts) == 1:
            only = parts[0]
            return whole(only) if type(only) is str else only
        return _typed_text(_join(context, parts), parts) if parts else None


def _typed_text(text: str, parts: list[object]) -> object:
    """Return a text; where it is JSON around printed lists or maps, the structure it stands for."""
    if not any(is_mapping(part) or is_sequence(part) for part in parts):
        return text
    try:
        return read_json(text)
    except (ValueError, RecursionError):
        return text


def render_again(source: str, make_context: _MakeContext) -> str:
    """Render a text until nothing changes any more; text of raw tags is rendered no further."""
    text = source
    context = None
    attempts = 0
    while "{" in text:
        context = make_context(text)
        attempts += 1
        context.budget.look_at_clock()
        if attempts > context.budget.limits.render_attempts:
            error = ExpressionLimitError("Too many rendering attempts")
            locate(error, source, 0)
            raise error
        result = _join(context, _collect(context))
        if result == text:
            break
        text = result
    return text.replace(RAW_BRACE, "{") if context is not None else text


def print_once(source: str, make_context: _MakeContext) -> str:
    """Render a text one time."""
    context = make_context(source)
    return _join(context, _collect(context))


def _collect(context: RenderContext) -> list[object]:
    """Return what the template prints, without nulls, as values."""
    parts: list[object] = []
    characters = 0
    most = context.budget.limits.output_characters
    try:
        for part in context.template.root(context):
            if part is None:
                continue
            parts.append(part)
            if type(part) is str:
                characters += len(part)
                if characters > most:
                    context.budget.check_text(characters)
    except ExpressionError as error:
        locate(error, context.template.source, 0)
        context.secrets.hide_in(error)
        raise
    except RecursionError as error:
        refused = ExpressionLimitError("The expression or its values are nested too deeply")
        locate(refused, context.template.source, 0)
        raise refused from error
    return parts


def _join(context: RenderContext, parts: list[object]) -> str:
    texts: list[str] = []
    characters = 0
    most = context.budget.limits.output_characters
    try:
        for part in parts:
            text = part if type(part) is str else printed(part, context.budget)
            texts.append(text)
            characters += len(text)
            if characters > most:
                context.budget.check_text(characters)
    except ExpressionError as error:
        locate(error, context.template.source, 0)
        context.secrets.hide_in(error)
        raise
    return whole("".join(texts))
