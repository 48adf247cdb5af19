"""Builtins of jq that take their arguments unevaluated."""

from __future__ import annotations

from collections.abc import Iterator

from lanner_coordinator.flow.expression.jq import syntax, values
from lanner_coordinator.flow.expression.jq.evaluator import Evaluator, Special
from lanner_coordinator.flow.expression.jq.scopes import Scope
from lanner_coordinator.flow.expression.jq.syntax import Node
from lanner_coordinator.flow.expression.jq.terms import Located
from lanner_coordinator.flow.expression.jq.values import JqError, Json, Path

_Arguments = tuple[Node, ...]
_Scope = Scope | None
_Path = Path | None


def _empty(
    run: Evaluator, arguments: _Arguments, scope: _Scope, path: _Path, value: Json
) -> Iterator[Located]:
    return iter(())


def _error(
    run: Evaluator, arguments: _Arguments, scope: _Scope, path: _Path, value: Json
) -> Iterator[Located]:
    for message in run.results(arguments[0], scope, value):
        raise JqError(message)
    yield from ()


def _path(
    run: Evaluator, arguments: _Arguments, scope: _Scope, path: _Path, value: Json
) -> Iterator[Located]:
    for found, _ in run.paths(arguments[0], scope, value):
        yield None, list(found)


def _get_path(
    run: Evaluator, arguments: _Arguments, scope: _Scope, path: _Path, value: Json
) -> Iterator[Located]:
    for keys in run.results(arguments[0], scope, value):
        if not isinstance(keys, list):
            raise JqError("Path must be specified as an array")
        yield (None if path is None else (*path, *keys)), values.get_path(value, tuple(keys))


def _delete_paths(
    run: Evaluator, arguments: _Arguments, scope: _Scope, path: _Path, value: Json
) -> Iterator[Located]:
    for paths in run.results(arguments[0], scope, value):
        if not isinstance(paths, list) or not all(isinstance(one, list) for one in paths):
            raise JqError("Paths must be specified as an array of arrays")
        yield None, values.delete_paths(value, [tuple(one) for one in paths], run.budget)


def _select(
    run: Evaluator, arguments: _Arguments, scope: _Scope, path: _Path, value: Json
) -> Iterator[Located]:
    for test in run.results(arguments[0], scope, value):
        if values.is_true(test):
            yield path, value


def _recurse_all(
    run: Evaluator, arguments: _Arguments, scope: _Scope, path: _Path, value: Json
) -> Iterator[Located]:
    children = syntax.Try(syntax.Each(syntax.Identity()), None)
    return _descend(run, children, None, scope, path, value)


def _recurse(
    run: Evaluator, arguments: _Arguments, scope: _Scope, path: _Path, value: Json
) -> Iterator[Located]:
    condition = arguments[1] if len(arguments) > 1 else None
    return _descend(run, arguments[0], condition, scope, path, value)


def _descend(
    run: Evaluator, step: Node, condition: Node | None, scope: _Scope, path: _Path, value: Json
) -> Iterator[Located]:
    """Go down from a value, children before siblings, without recursion of Python's."""
    stack: list[Iterator[Located]] = [iter([(path, value)])]
    first = True
    while stack:
        found = next(stack[-1], None)
        run.budget.spend()
        if found is None:
            stack.pop()
            continue
        at, one = found
        if condition is not None and not first and not _holds(run, condition, scope, one):
            continue
        first = False
        yield at, one
        stack.append(run.run(step, scope, at, one))


def _holds(run: Evaluator, condition: Node, scope: _Scope, value: Json) -> bool:
    return any(values.is_true(one) for one in run.results(condition, scope, value))


def _while(
    run: Evaluator, arguments: _Arguments, scope: _Scope, path: _Path, value: Json
) -> Iterator[Located]:
    if _holds(run, arguments[0], scope, value):
        yield from _descend(run, arguments[1], arguments[0], scope, path, value)


def _until(
    run: Evaluator, arguments: _Arguments, scope: _Scope, path: _Path, value: Json
) -> Iterator[Located]:
    stack: list[Iterator[Located]] = [iter([(path, value)])]
    while stack:
        found = next(stack[-1], None)
        run.budget.spend()
        if found is None:
            stack.pop()
        elif _holds(run, arguments[0], scope, found[1]):
            yield found
        else:
            stack.append(run.run(arguments[1], scope, *found))


def _range(
    run: Evaluator, arguments: _Arguments, scope: _Scope, path: _Path, value: Json
) -> Iterator[Located]:
    given: _Arguments = arguments
    if len(arguments) == 1:
        given = (syntax.Literal(0), arguments[0])
    if len(given) < 3:
        given = (*given, syntax.Literal(1))
    for start in run.results(given[0], scope, value):
        for end in run.results(given[1], scope, value):
            for step in run.results(given[2], scope, value):
                yield from _count(run, start, end, step)


def _count(run: Evaluator, start: Json, end: Json, step: Json) -> Iterator[Located]:
    if not all(values.is_number(one) for one in (start, end, step)):
        raise JqError("Range bounds must be numeric")
    current = start
    while (step > 0 and current < end) or (step < 0 and current > end):
        run.budget.iterate()
        yield None, current
        current = values.number(current + step)


def _limit(
    run: Evaluator, arguments: _Arguments, scope: _Scope, path: _Path, value: Json
) -> Iterator[Located]:
    for count in run.results(arguments[0], scope, value):
        if not values.is_number(count):
            raise JqError("Invalid arguments to limit")
        left = count
        if left <= 0:
            continue
        for found in run.run(arguments[1], scope, path, value):
            yield found
            left -= 1
            if left <= 0:
                break


def _skip(
    run: Evaluator, arguments: _Arguments, scope: _Scope, path: _Path, value: Json
) -> Iterator[Located]:
    for count in run.results(arguments[0], scope, value):
        for place, found in enumerate(run.run(arguments[1], scope, path, value)):
            if place >= count:
                yield found


def _first(
    run: Evaluator, arguments: _Arguments, scope: _Scope, path: _Path, value: Json
) -> Iterator[Located]:
    for found in run.run(arguments[0], scope, path, value):
        yield found
        return


def _last(
    run: Evaluator, arguments: _Arguments, scope: _Scope, path: _Path, value: Json
) -> Iterator[Located]:
    last: Located | None = None
    for found in run.run(arguments[0], scope, path, value):
        last = found
    if last is not None:
        yield last


def _is_empty(
    run: Evaluator, arguments: _Arguments, scope: _Scope, path: _Path, value: Json
) -> Iterator[Located]:
    yield None, next(run.results(arguments[0], scope, value), run) is run


def _sorted_by(
    run: Evaluator, arguments: _Arguments, scope: _Scope, value: Json
) -> list[tuple[tuple[Json, ...], Json]]:
    """Return the items of a list with their keys, in order."""
    if not isinstance(value, list):
        raise JqError(f"Cannot sort {values.type_of(value)}, as it is not an array")
    keyed = []
    for item in value:
        key = list(run.results(arguments[0], scope, item))
        keyed.append((values.sort_key(key, run.budget), item))
    return sorted(keyed, key=lambda pair: pair[0])


def _sort_by(
    run: Evaluator, arguments: _Arguments, scope: _Scope, path: _Path, value: Json
) -> Iterator[Located]:
    yield None, [item for _, item in _sorted_by(run, arguments, scope, value)]


def _group_by(
    run: Evaluator, arguments: _Arguments, scope: _Scope, path: _Path, value: Json
) -> Iterator[Located]:
    groups: list[list[Json]] = []
    previous: tuple[Json, ...] | None = None
    for key, item in _sorted_by(run, arguments, scope, value):
        if key != previous:
            groups.append([])
        groups[-1].append(item)
        previous = key
    yield None, groups


def _unique_by(
    run: Evaluator, arguments: _Arguments, scope: _Scope, path: _Path, value: Json
) -> Iterator[Located]:
    for _, groups in _group_by(run, arguments, scope, path, value):
        yield None, [group[0] for group in groups]


def _min_by(
    run: Evaluator, arguments: _Arguments, scope: _Scope, path: _Path, value: Json
) -> Iterator[Located]:
    ordered = _sorted_by(run, arguments, scope, value)
    yield None, ordered[0][1] if ordered else None


def _max_by(
    run: Evaluator, arguments: _Arguments, scope: _Scope, path: _Path, value: Json
) -> Iterator[Located]:
    ordered = _sorted_by(run, arguments, scope, value)
    yield None, ordered[-1][1] if ordered else None


def _walk(
    run: Evaluator, arguments: _Arguments, scope: _Scope, path: _Path, value: Json
) -> Iterator[Located]:
    yield from _walked(run, arguments[0], scope, value, 0)


def _walked(
    run: Evaluator, change: Node, scope: _Scope, value: Json, depth: int
) -> Iterator[Located]:
    """Change the parts of a value before the value itself."""
    run.budget.check_depth(depth)
    if isinstance(value, list):
        value = [
            inner for item in value for _, inner in _walked(run, change, scope, item, depth + 1)
        ]
    elif isinstance(value, dict):
        changed = {}
        for key, item in value.items():
            found = next(_walked(run, change, scope, item, depth + 1), None)
            if found is not None:
                changed[key] = found[1]
        value = changed
    yield from run.run(change, scope, None, value)


SPECIALS: dict[str, Special] = {
    "empty/0": _empty,
    "error/1": _error,
    "path/1": _path,
    "getpath/1": _get_path,
    "delpaths/1": _delete_paths,
    "select/1": _select,
    "recurse/0": _recurse_all,
    "recurse/1": _recurse,
    "recurse/2": _recurse,
    "repeat/1": _recurse,
    "walk/1": _walk,
    "while/2": _while,
    "until/2": _until,
    "range/1": _range,
    "range/2": _range,
    "range/3": _range,
    "limit/2": _limit,
    "skip/2": _skip,
    "first/1": _first,
    "last/1": _last,
    "isempty/1": _is_empty,
    "sort_by/1": _sort_by,
    "group_by/1": _group_by,
    "unique_by/1": _unique_by,
    "min_by/1": _min_by,
    "max_by/1": _max_by,
}
"""Builtins by `name/arity`."""
