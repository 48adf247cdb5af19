"""Filters for texts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from lanner_coordinator.flow.expression.budget import Budget
from lanner_coordinator.flow.expression.context import RenderContext
from lanner_coordinator.flow.expression.convert import as_text, text_of, whole_of
from lanner_coordinator.flow.expression.errors import ExpressionValueError
from lanner_coordinator.flow.expression.printing import check_size, java_text
from lanner_coordinator.flow.expression.registry import CALL_WITH_NULL, filter_
from lanner_coordinator.flow.expression.values import is_mapping, is_sequence

_ELLIPSIS = "..."
_QUOTES = {"single": ("'", r"\'"), "double": ('"', r"\""), "shell": ("'", r"'\''")}


@filter_("upper", context=True)
def upper(context: RenderContext, value: object) -> str:
    """Write a text, or the text of another value, in capital letters."""
    return java_text(value, context.budget).upper()


@filter_("lower", context=True)
def lower(context: RenderContext, value: object) -> str:
    """Write a text, or the text of another value, in small letters."""
    return java_text(value, context.budget).lower()


@filter_("trim")
def trim(value: object) -> str:
    """Take away white space at both ends."""
    return text_of(value, "The input of the 'trim' filter").strip()


@filter_("capitalize")
def capitalize(value: object) -> str:
    """Write the first letter of a text as capital letter."""
    text = text_of(value, "The input of the 'capitalize' filter")
    start = len(text) - len(text.lstrip())
    return text[:start] + text[start : start + 1].title() + text[start + 1 :]


@filter_("title")
def title(value: object) -> str:
    """Write the first letter of every word as capital letter."""
    text = text_of(value, "The input of the 'title' filter")
    return re.sub(r"(?<!\S)\S", lambda found: found.group().title(), text)


@filter_("abbreviate", parameters="length")
def abbreviate(value: object, length: object) -> str:
    """Cut a text to a length, with `...` at the end."""
    text = text_of(value, "The input of the 'abbreviate' filter")
    width = whole_of(length, "The length")
    if width < 0:
        raise ExpressionValueError("The length to abbreviate to must be greater than zero")
    if len(text) < width or len(text) <= len(_ELLIPSIS):
        return text
    if width <= len(_ELLIPSIS):
        return text[:width]
    return text[: width - len(_ELLIPSIS)] + _ELLIPSIS


@filter_("substringBefore", parameters="separator")
def substring_before(value: object, separator: object) -> str:
    """Return what is before the first separator; everything if there is none."""
    return as_text(value, "The input").partition(text_of(separator, "The separator"))[0]


@filter_("substringAfter", parameters="separator")
def substring_after(value: object, separator: object) -> str:
    """Return what is behind the first separator; nothing if there is none."""
    return as_text(value, "The input").partition(text_of(separator, "The separator"))[2]


@filter_("substringBeforeLast", parameters="separator")
def substring_before_last(value: object, separator: object) -> str:
    """Return what is before the last separator; everything if there is none."""
    text = as_text(value, "The input")
    before, found, _ = text.rpartition(text_of(separator, "The separator"))
    return before if found else text


@filter_("substringAfterLast", parameters="separator")
def substring_after_last(value: object, separator: object) -> str:
    """Return what is behind the last separator; nothing if there is none."""
    _, found, after = as_text(value, "The input").rpartition(text_of(separator, "The separator"))
    return after if found else ""


@filter_("startsWith", parameters="value", null=CALL_WITH_NULL)
def starts_with(value: object, start: object) -> bool:
    """Tell whether a text starts with another."""
    return as_text(value, "The input").startswith(as_text(start, "The start"))


@filter_("endsWith", parameters="value", null=CALL_WITH_NULL)
def ends_with(value: object, end: object) -> bool:
    """Tell whether a text ends with another."""
    return as_text(value, "The input").endswith(as_text(end, "The end"))


@filter_("slugify", context=True)
def slugify(context: RenderContext, value: object) -> str:
    """Turn a text into small letters, digits and dashes, for use in addresses."""
    spaced = re.sub(r"\s", "-", java_text(value, context.budget))
    plain = unicodedata.normalize("NFD", spaced)
    kept = re.sub(r"[^A-Za-z0-9_-]", "", plain).replace("_", "-")
    return re.sub(r"-{2,}", "-", kept).removeprefix("-").removesuffix("-").lower()


@filter_("indent", parameters="amount prefix", context=True)
def indent(
    context: RenderContext, value: object, amount: object = None, prefix: object = " "
) -> str:
    """Indent every line but the first."""
    text = java_text(value, context.budget)
    return _indented(context.budget, "indent", text, text, amount, prefix)


@filter_("nindent", parameters="amount prefix", context=True)
def nindent(
    context: RenderContext, value: object, amount: object = None, prefix: object = " "
) -> str:
    """Start on a line of its own and indent every line."""
    text = java_text(value, context.budget)
    return _indented(context.budget, "nindent", text, _line_end(text) + text, amount, prefix)


def _indented(
    budget: Budget, name: str, original: str, text: str, amount: object, prefix: object
) -> str:
    if not original:
        return ""
    if amount is None:
        raise ExpressionValueError(f"The '{name}' filter expects an integer as argument 'amount'.")
    count = whole_of(amount, "The argument 'amount'")
    if count < 0:
        raise ExpressionValueError(
            f"The '{name}' filter expects a positive integer >=0 as argument 'amount'."
        )
    line_end = _line_end(original)
    one = text_of(prefix, "The prefix")
    budget.check_text(count * len(one))
    budget.check_text(len(text) + text.count(line_end) * count * len(one))
    return text.replace(line_end, line_end + one * count)


def _line_end(text: str) -> str:
    for candidate in ("\r\n", "\n\r", "\n", "\r"):
        if candidate in text:
            return candidate
    return "\n"


@filter_("escapeChar", parameters="type", context=True)
def escape_char(context: RenderContext, value: object, type_: object) -> object:
    """Escape quotes in every text of a value: `single`, `double` or `shell`."""
    kind = str(type_).lower() if isinstance(type_, str) else ""
    if kind not in _QUOTES:
        raise ExpressionValueError(
            "The 'escapeChar' filter expects the value of 'type' to be either "
            "'single', 'double', or 'shell'."
        )
    original, escaped = _QUOTES[kind]

    def escape(text: str) -> str:
        context.budget.check_text(len(text) + text.count(original) * len(escaped))
        return text.replace(original, escaped)

    check_size(value, context.budget)
    return map_texts(value, escape, context.budget)


@filter_("sh", context=True)
def shell_quotes(context: RenderContext, value: object) -> str:
    """Escape single quotes for a shell."""
    text = java_text(value, context.budget)
    context.budget.check_text(len(text) * 4)
    return text.replace("'", r"'\''")


@filter_("condense", "condenseString", null=CALL_WITH_NULL)
def condense(value: object) -> str:
    """Take line ends out of a text."""
    return text_of(value, "The input of the 'condense' filter").replace("\n", "")


@filter_("string", context=True)
def string(context: RenderContext, value: object) -> str:
    """Turn a value into text."""
    return java_text(value, context.budget)


def map_texts(
    value: object, change: Callable[[str], str], budget: Budget, depth: int = 0
) -> object:
    """Change every text in lists and maps; other single values are changed as text."""
    budget.spend()
    budget.check_depth(depth)
    if is_mapping(value):
        return {key: map_texts(one, change, budget, depth + 1) for key, one in value.items()}
    if is_sequence(value):
        return [map_texts(one, change, budget, depth + 1) for one in value]
    return None if value is None and depth else change(java_text(value, budget))
