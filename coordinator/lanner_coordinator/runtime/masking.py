"""Secrets are put out of sight before a text becomes a log line or an error."""

from __future__ import annotations

import base64
from collections.abc import Collection, Iterable, Iterator
from urllib.parse import quote

import msgspec

from lanner_coordinator.engine.events import MetricValue
from lanner_coordinator.runtime.variables import SECRET_MASK

MIN_LENGTH = 3
"""Shorter texts are not masked: they would blot out ordinary words."""


def mask(text: str, secrets: Iterable[str]) -> str:
    """The text without the secrets: plain, line by line, URL-encoded and in base64."""
    if not text:
        return text
    for form in sorted({form for secret in secrets for form in forms(secret)}, key=len)[::-1]:
        text = text.replace(form, SECRET_MASK)
    return text


def masked_metrics(metrics: Iterable[MetricValue], secrets: Collection[str]) -> list[MetricValue]:
    """Metrics without secrets in their names and tags."""
    if not secrets:
        return list(metrics)
    return [
        msgspec.structs.replace(
            one,
            name=mask(one.name, secrets),
            tags={name: mask(text, secrets) for name, text in one.tags.items()},
        )
        for one in metrics
    ]


def forms(secret: str) -> Iterator[str]:
    """What a secret looks like where it was written down: as it is, by line, encoded."""
    for part in (secret, *secret.splitlines()):
        if len(part.strip()) < MIN_LENGTH:
            continue
        yield part
        yield quote(part, safe="")
        yield base64.b64encode(part.encode()).decode()
        yield part.encode().hex()
