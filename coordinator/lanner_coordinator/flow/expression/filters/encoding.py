"""Filters that encode texts and compute digests."""

from __future__ import annotations

import base64
import binascii
import hashlib
from urllib.parse import quote_plus, unquote_plus

from lanner_coordinator.flow.expression.context import RenderContext
from lanner_coordinator.flow.expression.convert import as_text, text_of
from lanner_coordinator.flow.expression.errors import ExpressionValueError
from lanner_coordinator.flow.expression.printing import java_text
from lanner_coordinator.flow.expression.registry import filter_
from lanner_coordinator.flow.expression.values import type_name


def _bytes(value: object, what: str) -> bytes:
    if not isinstance(value, str):
        raise ExpressionValueError(f"Need a string to {what}, not a {type_name(value)}")
    return value.encode("utf-8", "replace")


@filter_("base64encode", context=True)
def base64_encode(context: RenderContext, value: object) -> str:
    """Encode a text, or the text of any other value, in base 64."""
    text = java_text(value, context.budget)
    return base64.b64encode(text.encode("utf-8", "replace")).decode("ascii")


@filter_("base64decode")
def base64_decode(value: object) -> str:
    """Decode a text from base 64."""
    try:
        return base64.b64decode(_bytes(value, "decode"), validate=True).decode("utf-8", "replace")
    except (binascii.Error, ValueError) as error:
        raise ExpressionValueError("The text is not base 64") from error


@filter_("urlencode")
def url_encode(value: object) -> str:
    """Encode a text for use in an address."""
    return quote_plus(text_of(value, "The input of the 'urlencode' filter"), safe="*-._").replace(
        "~", "%7E"
    )


@filter_("urldecode")
def url_decode(value: object) -> str:
    """Decode a text from an address."""
    return unquote_plus(as_text(value, "The input of the 'urldecode' filter"))


@filter_("md5")
def md5(value: object) -> str:
    """Return the MD5 digest of a text in hexadecimal; not for security."""
    return hashlib.md5(_bytes(value, "hash"), usedforsecurity=False).hexdigest()


@filter_("sha1")
def sha1(value: object) -> str:
    """Return the SHA-1 digest of a text in hexadecimal; not for security."""
    return hashlib.sha1(_bytes(value, "hash"), usedforsecurity=False).hexdigest()


@filter_("sha256")
def sha256(value: object) -> str:
    """Return the SHA-256 digest of a text in hexadecimal."""
    return hashlib.sha256(_bytes(value, "hash")).hexdigest()


@filter_("sha512")
def sha512(value: object) -> str:
    """Return the SHA-512 digest of a text in hexadecimal."""
    return hashlib.sha512(_bytes(value, "hash")).hexdigest()
