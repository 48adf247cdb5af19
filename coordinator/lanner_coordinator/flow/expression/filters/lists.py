"""Filters for lists and maps."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cmp_to_key

from lanner_coordinator.flow.expression import operators, tests
from lanner_coordinator.flow.expression.context import RenderContext
from lanner_coordinator.flow.expression.convert import optional_text, whole_of
from lanner_coordinator.flow.expression.errors import ExpressionValueError
from lanner_coordinator.flow.expression.printing import java_text, json_text
from lanner_coordinator.flow.expression.registry import CALL_WITH_NULL, filter_
from lanner_coordinator.flow.expression.values import (
    Sequence,
    is_mapping,
    is_number,
    is_sequence,
    type_name,
)


def _list_of(value: object, name: str) -> Sequence:
    if is_sequence(value):
        return value
    raise ExpressionValueError(
        f"'{name}' filter can only be applied to List. Actual type was: {type_name(value)}"
    )


@filter_("default", parameters="default", null=CALL_WITH_NULL)
def default(value: object, otherwise: object = None) -> object:
    """Return the value, or another one if it is undefined, null or empty."""
    return otherwise if tests.empty(value) else value


@filter_("first")
def first(value: object) -> object:
    """Return the first item of a list or the first character of a text; null if there is none."""
    if isinstance(value, str):
        if not value:
            raise ExpressionValueError("An empty text has no first character")
        return value[0]
    return next(iter(_list_of(value, "first")), None)


@filter_("last")
def last(value: object) -> object:
    """Return the last item of a list or the last character of a text; null if there is none."""
    if isinstance(value, str):
        if not value:
            raise ExpressionValueError("An empty text has no last character")
        return value[-1]
    items = list(_list_of(value, "last"))
    return items[-1] if items else None


@filter_("length", null=0)
def length(value: object) -> int:
    """Return the length of a text, list or map; 0 for anything else."""
    if isinstance(value, str) or is_mapping(value) or is_sequence(value):
        return len(value)
    return 0


@filter_("join", parameters="separator", context=True)
def join(context: RenderContext, value: object, separator: object = None) -> str:
    """Write the items of a list one after another, with a separator between them."""
    if not is_sequence(value):
        raise ExpressionValueError(
            "The 'join' filter expects that the input is either a collection or an array."
        )
    glue = optional_text(separator, "The separator") or ""
    context.budget.check_text(len(glue) * len(value))
    texts = []
    characters = len(glue) * len(value)
    for item in value:
        texts.append(java_text(item, context.budget))
        characters += len(texts[-1])
        context.budget.check_text(characters)
    return glue.join(texts)


@filter_("slice", parameters="fromIndex toIndex")
def slice_(value: object, from_index: object = None, to_index: object = None) -> object:
    """Return the part of a text or list from an index up to, not including, another."""
    if not isinstance(value, str | list | tuple):
        raise ExpressionValueError(
            "Slice filter can only be applied to String, List and array inputs. "
            f"Actual type was: {type_name(value)}"
        )
    start = 0 if from_index is None else whole_of(from_index, "Argument fromIndex")
    if start < 0:
        raise ExpressionValueError("fromIndex must be greater than 0")
    end = len(value) if to_index is None else whole_of(to_index, "Argument toIndex")
    if end > len(value):
        raise ExpressionValueError(f"toIndex must be smaller than input size: {len(value)}")
    if start > end or (to_index is not None and start == end):
        raise ExpressionValueError("toIndex must be greater than fromIndex")
    return value[start:end]


@filter_("sort", context=True)
def sort(context: RenderContext, value: object) -> list[object]:
    """Sort a list."""
    return _sorted(context, _list_of(value, "sort"))


@filter_("rsort", context=True)
def reverse_sort(context: RenderContext, value: object) -> list[object]:
    """Sort a list from the largest to the smallest."""
    return _sorted(context, _list_of(value, "rsort"))[::-1]


def _sorted(context: RenderContext, items: Iterable[object]) -> list[object]:
    def order(left: object, right: object) -> int:
        context.budget.spend()
        result = operators.compare(left, right)
        if result is None:
            raise ExpressionValueError("A list with null in it cannot be sorted")
        return result

    return sorted(items, key=cmp_to_key(order))


@filter_("reverse")
def reverse(value: object) -> list[object]:
    """Turn the order of a list around."""
    return list(_list_of(value, "reverse"))[::-1]


@filter_("merge", parameters="items", null=CALL_WITH_NULL, context=True)
def merge(context: RenderContext, value: object, items: object = None) -> object:
    """Put two lists or two maps together; what is merged in wins."""
    if value is None and items is None:
        raise ExpressionValueError("The two arguments to be merged are null")
    if value is None or items is None:
        return items if value is None else value
    if is_mapping(value):
        return _merge_into_map(context, dict(value), items)
    if is_sequence(value):
        more = operators.items_of(items)
        if more is None:
            raise ExpressionValueError(
                "Currently, only Maps and Lists can be merged with a List. "
                f"Arg2: {type_name(items)}"
            )
        context.budget.check_items(len(value) + len(more))
        return [*value, *more]
    raise ExpressionValueError("The object being filtered is not a Map/List/Array")


def _merge_into_map(
    context: RenderContext, result: dict[object, object], items: object
) -> dict[object, object]:
    if is_mapping(items):
        context.budget.check_items(len(result) + len(items))
        result.update(items)
        return result
    if is_sequence(items):
        context.budget.check_items(len(result) + len(items))
        result.update({item: item for item in items})
        return result
    raise ExpressionValueError(
        f"Currently, only Maps and Lists can be merged with a Map. Arg2: {type_name(items)}"
    )


@filter_("chunk", parameters="size")
def chunk(value: object, size: object) -> list[list[object]]:
    """Cut a list into lists of a size; the last may be shorter."""
    items = list(_list_of(value, "chunk"))
    width = whole_of(size, "'chunk' filter argument 'size'")
    if width <= 0:
        raise ExpressionValueError("'chunk' filter argument 'size' must be greater than 0")
    return [items[index : index + width] for index in range(0, len(items), width)]


@filter_("flatten", context=True)
def flatten(context: RenderContext, value: object) -> list[object]:
    """Put the items of the lists in a list into the list itself; one level."""
    if not is_sequence(value):
        raise ExpressionValueError("The 'flatten' filter can only be applied to lists.")
    result: list[object] = []
    for item in value:
        result.extend(item if is_sequence(item) else [item])
        context.budget.check_items(len(result))
    return result


@filter_("distinct", null="null", context=True)
def distinct(context: RenderContext, value: object) -> list[object]:
    """Drop items that a list has had before."""
    if not is_sequence(value):
        raise ExpressionValueError(f"Input must be a list, but received : {type_name(value)}")
    seen: set[str] = set()
    result: list[object] = []
    for item in value:
        key = f"{type_name(item)} {json_text(item, context.budget)}"
        if is_number(item) or isinstance(item, bool):
            key = f"{type(item).__name__} {key}"
        if key not in seen:
            seen.add(key)
            result.append(item)
    return result


@filter_("keys")
def keys(value: object) -> list[object]:
    """Return the keys of a map or the indexes of a list."""
    if is_mapping(value):
        return list(value)
    if is_sequence(value):
        return list(range(len(value)))
    raise ExpressionValueError(
        "'keys' filter can only be applied to List, Map, Array. "
        f"Actual type was: {type_name(value)}"
    )


@filter_("values")
def values(value: object) -> list[object]:
    """Return the values of a map."""
    if is_mapping(value):
        return list(value.values())
    raise ExpressionValueError(
        f"'values' filter can only be applied to Map. Actual type was: {type_name(value)}"
    )
