"""Functions that reach outside; each goes through the effects it is given."""

from __future__ import annotations

import re
from urllib.parse import quote

from lanner_coordinator.flow.expression.context import RenderContext
from lanner_coordinator.flow.expression.convert import flag_of, optional_text, text_of, whole_of
from lanner_coordinator.flow.expression.errors import (
    EffectError,
    ExpressionValueError,
    MissingKeyError,
)
from lanner_coordinator.flow.expression.filters.dates import written
from lanner_coordinator.flow.expression.java.zones import zone
from lanner_coordinator.flow.expression.registry import function
from lanner_coordinator.flow.expression.values import type_name

_OTHER_SCHEME = re.compile(r"(?!(?:kestra|lanner|nsfile)://)[A-Za-z][A-Za-z0-9+.-]*://")


@function("now", parameters="format timeZone existingFormat locale", context=True)
def now(
    context: RenderContext,
    format_: object = "iso",
    time_zone: object = None,
    existing_format: object = None,
    locale: object = None,
) -> str:
    """Return the current date and time."""
    return written(context.effects.now().astimezone(zone(time_zone)), format_, time_zone, locale)


@function("secret", parameters="key namespace subkey", context=True)
def secret(
    context: RenderContext, key: object, namespace: object = None, subkey: object = None
) -> str:
    """Return a secret; it is masked in logs together with all that is made of it."""
    value = context.effects.secret(
        text_of(key, "The key of a secret"),
        optional_text(namespace, "The namespace"),
        optional_text(subkey, "The sub-key"),
    )
    context.secrets.add(value)
    return value


@function("kv", parameters="key namespace errorOnMissing", context=True)
def kv(
    context: RenderContext, key: object, namespace: object = None, error_on_missing: object = None
) -> object:
    """Return the value stored under a key.

    A key that is missing is an error, which `??` catches unless `errorOnMissing` is true.
    """
    strict = True if error_on_missing is None else flag_of(error_on_missing, "errorOnMissing")
    name = optional_text(namespace, "The namespace")
    try:
        return context.opened(context.effects.kv(text_of(key, "The key"), name, strict))
    except MissingKeyError as error:
        if error_on_missing is None:
            raise
        raise EffectError(error.message) from error


def _path(name: str, value: object) -> str:
    if isinstance(value, str):
        if ".." in value.replace("\\", "/").split("/"):
            raise ExpressionValueError("Path must not contain '../'")
        if _OTHER_SCHEME.match(value):
            raise ExpressionValueError(f"Cannot process the URI {value}: scheme not supported.")
        return value
    raise ExpressionValueError(
        f"The '{name}' function expects an argument 'path' that is a path or URI as String. "
        f"Actual type was: {type_name(value)}"
    )


_FILE = "path namespace version"


def _named(name: str, path: object, namespace: object, version: object) -> str:
    """A file as `Effects` take it: with a namespace or version as an `nsfile` URI."""
    text = _path(name, path)
    if namespace is None and version is None:
        return text
    if "://" in text:
        raise ExpressionValueError(
            f"The '{name}' function takes a namespace or version with a path only, not with a URI"
        )
    where = optional_text(namespace, "The namespace") or ""
    uri = f"nsfile://{where}/{quote(text.removeprefix('/'))}"
    if version is None:
        return uri
    is_digits = isinstance(version, str) and version.isascii() and version.isdigit()
    number = int(version) if isinstance(version, str) and is_digits else version
    return f"{uri}.v{whole_of(number, 'The version')}"


@function("read", parameters=_FILE, context=True)
def read(
    context: RenderContext, path: object, namespace: object = None, version: object = None
) -> str:
    """Return the text of a file: a URI of internal storage or a path of a namespace file."""
    text = context.effects.read(_named("read", path, namespace, version))
    context.budget.check_text(len(text))
    for secret in context.effects.secrets_in(text):
        context.secrets.add(secret)
    return text


@function("fileSize", parameters=_FILE, context=True)
def file_size(
    context: RenderContext, path: object, namespace: object = None, version: object = None
) -> int:
    """Return the size of a file in bytes."""
    return context.effects.file_size(_named("fileSize", path, namespace, version))


@function("fileExists", parameters=_FILE, context=True)
def file_exists(
    context: RenderContext, path: object, namespace: object = None, version: object = None
) -> bool:
    """Tell whether a file is there."""
    return context.effects.file_exists(_named("fileExists", path, namespace, version))


@function("isFileEmpty", "fileEmpty", parameters=_FILE, context=True)
def is_file_empty(
    context: RenderContext, path: object, namespace: object = None, version: object = None
) -> bool:
    """Tell whether a file has nothing in it."""
    return context.effects.file_size(_named("isFileEmpty", path, namespace, version)) == 0


@function("fileURI", parameters=_FILE, context=True)
def file_uri(
    context: RenderContext, path: object, namespace: object = None, version: object = None
) -> object:
    """Return the URI of a namespace file, of its newest version unless one is named."""
    return context.effects.call("fileURI", (_named("fileURI", path, namespace, version),), {})


@function("encrypt", parameters="key plaintext", context=True)
def encrypt(context: RenderContext, key: object, plaintext: object) -> object:
    """Encrypt a text with a key in base 64."""
    arguments = (text_of(key, "The key"), text_of(plaintext, "The text"))
    context.secrets.add(arguments[0])
    return context.effects.call("encrypt", arguments, {})


@function("decrypt", parameters="key encrypted", context=True)
def decrypt(context: RenderContext, key: object, encrypted: object) -> object:
    """Decrypt a text; what comes out is a secret."""
    arguments = (text_of(key, "The key"), text_of(encrypted, "The text"))
    context.secrets.add(arguments[0])
    result = context.effects.call("decrypt", arguments, {})
    if isinstance(result, str):
        context.secrets.add(result)
    return result


@function("errorLogs", context=True)
def error_logs(context: RenderContext) -> object:
    """Return the error logs of the execution."""
    return context.effects.call("errorLogs", (), {})


_HTTP = ("uri", "method", "query", "body", "contentType", "headers", "options", "accept")
_SUBFLOW = ("namespace", "id", "inputs", "revision", "labels", "timeout")


def _whole(value: object, name: str) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return whole_of(value, name)
    raise ExpressionValueError(
        f"The 'randomInt' function expects an argument {name} of type Long. "
        f"Actual type was: {type_name(value)}"
    )


def _random_below(context: RenderContext, count: int) -> int:
    """Return a whole number from 0 up to, not including, `count`, all equally likely."""
    size = (count.bit_length() + 7) // 8 + 8
    return int.from_bytes(context.effects.random_bytes(size), "big") % count


@function("randomInt", parameters="lower upper", context=True)
def random_int(context: RenderContext, lower: object, upper: object) -> int:
    """Return a random whole number from `lower` up to, not including, `upper`."""
    low, high = _whole(lower, "lower"), _whole(upper, "upper")
    if high < low:
        raise ExpressionValueError("In 'randomInt' upper is less than lower")
    return low + _random_below(context, high - low) if high > low else low


@function("randomPort", context=True)
def random_port(context: RenderContext) -> int:
    """Return a random port from the range that is free for use."""
    return 49_152 + _random_below(context, 65_536 - 49_152)


@function(
    "http",
    parameters="uri method query body contentType headers options accept",
    context=True,
)
def http(
    context: RenderContext,
    uri: object,
    method: object = None,
    query: object = None,
    body: object = None,
    content_type: object = None,
    headers: object = None,
    options: object = None,
    accept: object = None,
) -> object:
    """Send an HTTP request and return the body of the response."""
    values = (uri, method, query, body, content_type, headers, options, accept)
    return context.effects.call("http", (), _given(_HTTP, values))


@function(
    "subflow",
    parameters="namespace id inputs revision labels timeout",
    context=True,
)
def subflow(
    context: RenderContext,
    namespace: object,
    id_: object,
    inputs: object = None,
    revision: object = None,
    labels: object = None,
    timeout: object = None,
) -> object:
    """Run another flow and return its outputs."""
    values = (namespace, id_, inputs, revision, labels, timeout)
    return context.effects.call("subflow", (), _given(_SUBFLOW, values))


def _given(names: tuple[str, ...], values: tuple[object, ...]) -> dict[str, object]:
    return {name: value for name, value in zip(names, values, strict=True) if value is not None}


@function("credential", parameters="key", context=True)
def credential(context: RenderContext, key: object) -> object:
    """Return a credential; it is a secret."""
    value = context.effects.call("credential", (text_of(key, "The key"),), {})
    if isinstance(value, str):
        context.secrets.add(value)
    return value


@function("appLink", parameters="appId baseUrl", context=True)
def app_link(context: RenderContext, app_id: object = None, base_url: object = None) -> object:
    """Return the address of an app."""
    values = (app_id, base_url)
    return context.effects.call("appLink", (), _given(("appId", "baseUrl"), values))
