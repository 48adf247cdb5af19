"""The formats of jq: `@json`, `@csv`, `@base64` ..."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from urllib.parse import quote

from lanner_coordinator.flow.expression.budget import Budget
from lanner_coordinator.flow.expression.jq.values import JqError, Json, type_of
from lanner_coordinator.flow.expression.printing import json_text

_HTML = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "'": "&#39;", '"': "&quot;"}


def text_of(value: Json, budget: Budget) -> str:
    """Return a text as it is, anything else as JSON."""
    return value if isinstance(value, str) else json_text(value, budget)


def apply(format_: str, value: Json, budget: Budget) -> str:
    """Write a value in a format.

    Raises:
        JqError: There is no such format, or it does not fit the value.
    """
    work = _FORMATS.get(format_)
    if work is None:
        raise JqError(f"{format_[1:]} is not a valid format")
    text = work(value, budget)
    budget.check_text(len(text))
    return text


def _row(value: Json, budget: Budget, kind: str) -> list[str]:
    if not isinstance(value, list):
        raise JqError(f"{type_of(value)} cannot be {kind}-formatted, only an array can be")
    cells = []
    for item in value:
        if isinstance(item, list | dict):
            raise JqError(f"{type_of(item)} is not valid in a {kind} row")
        cells.append("" if item is None else text_of(item, budget))
    return cells


def _csv(value: Json, budget: Budget) -> str:
    cells = _row(value, budget, "csv")
    quoted = (
        '"' + cell.replace('"', '""') + '"' if isinstance(item, str) else cell
        for item, cell in zip(value, cells, strict=True)
    )
    return ",".join(quoted)


def _tsv(value: Json, budget: Budget) -> str:
    cells = _row(value, budget, "tsv")
    escapes = (("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r"))
    for old, new in escapes:
        cells = [cell.replace(old, new) for cell in cells]
    return "\t".join(cells)


def _html(value: Json, budget: Budget) -> str:
    return "".join(_HTML.get(one, one) for one in text_of(value, budget))


def _shell(value: Json, budget: Budget) -> str:
    items = value if isinstance(value, list) else [value]
    words = []
    for item in items:
        if isinstance(item, list | dict):
            raise JqError(f"{type_of(item)} can not be escaped for shell")
        text = text_of(item, budget)
        words.append("'" + text.replace("'", "'\\''") + "'" if isinstance(item, str) else text)
    return " ".join(words)


def _decoded(value: Json, budget: Budget) -> str:
    text = text_of(value, budget)
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4)).decode("utf-8", "replace")
    except (binascii.Error, ValueError) as error:
        raise JqError("The text is not valid base64 data") from error


def _encoded(value: Json, budget: Budget) -> str:
    return base64.b64encode(text_of(value, budget).encode("utf-8", "replace")).decode("ascii")


_FORMATS: dict[str, Callable[[Json, Budget], str]] = {
    "@text": text_of,
    "@json": json_text,
    "@csv": _csv,
    "@tsv": _tsv,
    "@html": _html,
    "@uri": lambda value, budget: quote(text_of(value, budget), safe="-_.~"),
    "@sh": _shell,
    "@base64": _encoded,
    "@base64d": _decoded,
}
