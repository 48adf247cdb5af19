"""Runs jq programs: the builtins, put together with what is written in jq itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache

from lanner_coordinator.flow.expression.budget import Budget
from lanner_coordinator.flow.expression.errors import ExpressionLimitError, ExpressionValueError
from lanner_coordinator.flow.expression.jq import syntax
from lanner_coordinator.flow.expression.jq.builtins import FUNCTIONS
from lanner_coordinator.flow.expression.jq.evaluator import Evaluator
from lanner_coordinator.flow.expression.jq.parser import parse
from lanner_coordinator.flow.expression.jq.scopes import BreakOut, Scope, define
from lanner_coordinator.flow.expression.jq.specials import SPECIALS
from lanner_coordinator.flow.expression.jq.text_matching import MATCHING
from lanner_coordinator.flow.expression.jq.values import JqError, Json

_LONGEST_PROGRAM = 10_000
_ALL_FUNCTIONS = {**FUNCTIONS, **MATCHING}
_PRELUDE = r"""
def map(f): [.[] | f];
def map_values(f): .[] |= f;
def with_entries(f): to_entries | map(f) | from_entries;
def values: select(. != null);
def nulls: select(. == null);
def booleans: select(type == "boolean");
def numbers: select(type == "number");
def strings: select(type == "string");
def arrays: select(type == "array");
def objects: select(type == "object");
def iterables: select(type == "array" or type == "object");
def scalars: select(type != "array" and type != "object");
def del(f): delpaths([path(f)]);
def paths: path(..) | select(length > 0);
def paths(f): . as $whole | paths | select(. as $p | $whole | getpath($p) | f);
def leaf_paths: paths(scalars);
def pick(f): . as $whole | reduce path(f) as $p (null; setpath($p; $whole | getpath($p)));
def add(f): reduce f as $x (null; . + $x);
def any(f): isempty(first(.[] | f | select(.))) | not;
def all(f): isempty(first(.[] | f | select(. | not)));
def any(g; f): isempty(first(g | f | select(.))) | not;
def all(g; f): isempty(first(g | f | select(. | not)));
def first: .[0];
def last: .[-1];
def nth($n): .[$n];
def nth($n; f): last(limit($n + 1; f));
def combinations: if length == 0 then []
  else .[0][] as $x | (.[1:] | combinations) as $w | [$x] + $w end;
def combinations($n): . as $whole | [range($n)] | map($whole) | combinations;
def match($re): _match($re)[];
def match($re; $flags): _match($re; $flags)[];
def capture($re): match($re) | _captures;
def capture($re; $flags): match($re; $flags) | _captures;
def scan($re; $flags): match($re; $flags + "g")
  | if (.captures | length) > 0 then [.captures[].string] else .string end;
def scan($re): scan($re; "");
def splits($re): split($re; null)[];
def splits($re; $flags): split($re; $flags)[];
def sub($re; replacement; $flags): . as $in | [_match($re; $flags)[]] as $found
  | reduce $found[] as $m ({at: 0, text: ""};
      .text += $in[.at:$m.offset] + ($m | _captures | replacement) | .at = $m.offset + $m.length)
  | .text + $in[.at:];
def sub($re; replacement): sub($re; replacement; "");
def gsub($re; replacement; $flags): sub($re; replacement; $flags + "g");
def gsub($re; replacement): sub($re; replacement; "g");
def ascii: [.] | implode;
def tostream: path(def r: (.[]?|r), .; r) as $p
  | getpath($p) | reduce path(.[]?) as $q ([$p, .]; [$p+$q]);
def INDEX(stream; f): reduce stream as $row ({}; .[$row | f | tostring] |= $row);
def INDEX(f): INDEX(.[]; f);
def IN(s): any(s == .; .);
def IN(source; s): any(source == s; .);
def dateadd(u; n): . + n;
def datesub(u; n): . - n;
def finites: select(isinfinite or isnan | not);
def normals: select(isnormal);
.
"""


def run_program(program: str, text: str, budget: Budget) -> Iterator[Json]:
    """Run a program on the JSON in a text and give its results.

    Raises:
        ExpressionValueError: The program or the text cannot be parsed, or the program fails.
        ExpressionLimitError: The program needs more than the limits allow.
    """
    tree = parse_program(program)
    evaluator = Evaluator(budget, _ALL_FUNCTIONS, SPECIALS, _prelude())
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _failure(program, f"the text is no JSON: {error}") from error
    try:
        yield from evaluator.results(tree, None, value)
    except JqError as error:
        raise _failure(program, str(error)) from error
    except BreakOut as error:
        raise _failure(program, "break") from error
    except RecursionError as error:
        raise ExpressionLimitError("The jq program or its values are nested too deeply") from error
    except (ValueError, TypeError, ArithmeticError, AttributeError, LookupError) as error:
        raise _failure(program, "it cannot work with these values") from error


def _failure(program: str, why: str) -> ExpressionValueError:
    return ExpressionValueError(f"Failed to resolve JQ expression '{program[:200]}': {why[:200]}")


@lru_cache(maxsize=512)
def parse_program(program: str) -> syntax.Node:
    """Parse a program; the result is kept."""
    if len(program) > _LONGEST_PROGRAM:
        raise ExpressionLimitError(f"A jq program is at most {_LONGEST_PROGRAM} characters long")
    try:
        return parse(program)
    except RecursionError as error:
        raise ExpressionLimitError("The jq program is nested too deeply") from error


@lru_cache(maxsize=1)
def _prelude() -> Scope | None:
    """Return the names of the builtins written in jq."""
    scope: Scope | None = None
    node = parse(_PRELUDE)
    while isinstance(node, syntax.Define):
        scope = define(node, scope)
        node = node.rest
    return scope
