"""Filters that replace, split and match."""

from __future__ import annotations

from lanner_coordinator.flow.expression.context import RenderContext
from lanner_coordinator.flow.expression.convert import as_text, flag_of, text_of, whole_of
from lanner_coordinator.flow.expression.errors import ExpressionValueError
from lanner_coordinator.flow.expression.filters.text import map_texts
from lanner_coordinator.flow.expression.java.regexes import Regex
from lanner_coordinator.flow.expression.printing import check_size, java_text
from lanner_coordinator.flow.expression.registry import filter_
from lanner_coordinator.flow.expression.values import is_mapping


def _required(value: object, name: str) -> str:
    if value is None:
        raise ExpressionValueError(f"The argument '{name}' is required.")
    return as_text(value, f"The argument '{name}'")


@filter_("replace", parameters="replace_pairs regexp", context=True)
def replace(
    context: RenderContext, value: object, replace_pairs: object = None, regexp: object = False
) -> object:
    """Replace texts by others, in every text of a value: `replace({'a': 'b'})`."""
    if not is_mapping(replace_pairs):
        raise ExpressionValueError("The argument 'replace_pairs' is required and has to be a Map.")
    budget = context.budget
    pairs = [(java_text(old, budget), java_text(new, budget)) for old, new in replace_pairs.items()]
    if flag_of(regexp, "The argument 'regexp'"):
        expressions = [(Regex(old, budget), new) for old, new in pairs]

        def change(text: str) -> str:
            for expression, new in expressions:
                text = expression.replace(text, new)
            return text
    else:

        def change(text: str) -> str:
            for old, new in pairs:
                places = text.count(old)
                budget.check_text(len(text) + places * (len(new) - len(old)))
                text = text.replace(old, new)
            return text

    check_size(value, budget)
    return map_texts(value, change, budget)


@filter_("split", parameters="delimiter limit", context=True)
def split(
    context: RenderContext, value: object, delimiter: object = None, limit: object = 0
) -> list[str]:
    """Split a text at a regular expression, into at most `limit` parts if that is above 0."""
    if delimiter is None:
        raise ExpressionValueError("missing delimiter parameter in split filter")
    most = 0 if limit is None else whole_of(limit, "The limit")
    expression = Regex(text_of(delimiter, "The delimiter"), context.budget)
    return expression.split(text_of(value, "The input of the 'split' filter"), most)


@filter_("regexMatch", parameters="regex", context=True, null=False)
def regex_match(context: RenderContext, value: object, regex: object = None) -> bool:
    """Tell whether a regular expression matches anywhere in a text."""
    expression = Regex(_required(regex, "regex"), context.budget)
    return expression.finds(as_text(value, "The input"))


@filter_("regexReplace", parameters="regex replacement", context=True)
def regex_replace(
    context: RenderContext, value: object, regex: object = None, replacement: object = None
) -> str:
    """Replace everything a regular expression matches; `$1` stands for a group."""
    expression = Regex(_required(regex, "regex"), context.budget)
    return expression.replace(as_text(value, "The input"), _required(replacement, "replacement"))


@filter_("regexExtract", parameters="regex group", context=True)
def regex_extract(
    context: RenderContext, value: object, regex: object = None, group: object = None
) -> str | None:
    """Return the first text a regular expression matches, or a group of it; null if none."""
    expression = Regex(_required(regex, "regex"), context.budget)
    number = 0 if group is None else whole_of(group, "The group")
    return expression.search(as_text(value, "The input"), number)
