"""Names of namespaces that people give for what is kept in them."""

from __future__ import annotations

import re

from lanner_coordinator.runtime.errors import InvalidRequest

_NAMESPACE = re.compile(r"[a-z0-9][a-z0-9._-]{0,149}", re.IGNORECASE)


def check_place(namespace: str) -> None:
    """Refuse a text in which nothing can be kept.

    Raises:
        InvalidRequest: It is none.
    """
    if _NAMESPACE.fullmatch(namespace) is None:
        raise InvalidRequest(f"`{namespace}` is no namespace; write it like `company.team`")
