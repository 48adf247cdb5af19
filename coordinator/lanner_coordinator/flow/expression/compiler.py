"""Turns a parsed template into Python through Jinja2's compiler, and keeps the result.

Jinja2 contributes the compiler of its statements (loops, branches, blocks, output) and constants;
this module replaces how calls and output are written: a call is a call of the render context, and
output yields values as they are, so that the one who collects them decides how they are printed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeGuard

from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.environment import Template as JinjaTemplate
from jinja2.sandbox import SandboxedEnvironment

from lanner_coordinator.flow.expression import syntax
from lanner_coordinator.flow.expression.errors import ExpressionSyntaxError
from lanner_coordinator.flow.expression.limits import DEFAULT_LIMITS
from lanner_coordinator.flow.expression.parser import parse
from lanner_coordinator.flow.expression.places import locate

_CACHED_TEMPLATES = 2_048
_CACHED_CHARACTERS = 50_000

Body = Callable[[Any], Iterator[object]]
"""A compiled body: takes the render context and yields the values to be printed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A compiled template."""

    source: str
    """The text it was made from."""
    root: Body
    """The template itself."""
    bodies: Mapping[str, Body]
    """Bodies of blocks, macros and filter tags by compiled name."""
    blocks: Mapping[str, str]
    """Compiled name by the name of the block."""
    macros: Mapping[str, syntax.Macro]
    """Macros by name."""


class _Generator(CodeGenerator):
    """Writes calls and output the way the render context needs them."""

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:
        self._write_call(node, frame, "")

    def _write_call(self, node: nodes.Call, frame: Frame, suffix: str) -> None:
        method = syntax.method_of(node)
        lazy = method in syntax.LAZY_METHODS
        self.write(f"context.{method}{suffix}(")
        for index, argument in enumerate(node.args):
            if index:
                self.write(", lambda: " if lazy else ", ")
            if index == 1 and method == "attribute" and _is_path(argument):
                # Only what a path ends at is used; what lies on the way is not looked into.
                self._write_call(argument, frame, "_on_the_way")
            else:
                self.visit(argument, frame)
        self.write(")")

    def visit_Output(self, node: nodes.Output, frame: Frame) -> None:
        for child in node.nodes:
            self.writeline("yield ")
            self.visit(child, frame)

    def visit_Block(self, node: nodes.Block, frame: Frame) -> None:
        # Bodies of macros and filter tags are only called by name.
        if node.name.startswith("block_"):
            self.writeline(f"yield from block_{node.name}(context)")


def _is_path(node: nodes.Node) -> TypeGuard[nodes.Call]:
    return syntax.method_of(node) in ("variable", "attribute")


class _Environment(SandboxedEnvironment):
    """Jinja2's sandbox with our way to write code; no filter, test or global of Jinja2's is left.

    Templates never reach `getattr` or `getitem` of the environment: the parser makes no node that
    is compiled to them. They refuse all the same.
    """

    code_generator_class = _Generator

    def __init__(self) -> None:
        super().__init__(autoescape=False, optimized=False, cache_size=0)
        self.globals.clear()
        self.filters.clear()
        self.tests.clear()

    def is_safe_attribute(self, obj: object, attr: str, value: object) -> bool:
        """Refuse every attribute of every object."""
        return False

    def is_safe_callable(self, obj: object) -> bool:
        """Refuse every call."""
        return False


_ENVIRONMENT = _Environment()


def compile_template(source: str) -> Template:
    """Return the compiled template, from the cache if it was compiled before.

    Raises:
        ExpressionSyntaxError: With line and column.
    """
    if len(source) > _CACHED_CHARACTERS:
        return _compile(source)
    return _compile_cached(source)


def _compile(source: str) -> Template:
    try:
        parsed = parse(source, DEFAULT_LIMITS)
        code = _ENVIRONMENT.compile(parsed.tree)
    except ExpressionSyntaxError as error:
        locate(error, source, error.column)
        raise
    except (RecursionError, SyntaxError, MemoryError, OverflowError) as error:
        refused = ExpressionSyntaxError("The text is nested too deeply or too large to compile")
        locate(refused, source, 0)
        raise refused from error
    compiled = JinjaTemplate.from_code(_ENVIRONMENT, code, {})
    return Template(
        source=source,
        root=compiled.root_render_func,
        bodies=compiled.blocks,
        blocks=parsed.blocks,
        macros=parsed.macros,
    )


_compile_cached = lru_cache(maxsize=_CACHED_TEMPLATES)(_compile)
