"""What went wrong in an exchange, as sentences without the query, where secrets are."""

from __future__ import annotations

import os
import socket
import ssl

import httpx

from lanner_agent.tasks.http.settings import Call


def told(error: httpx.HTTPError, call: Call) -> str:
    """A sentence for an error of httpx."""
    place, options = call.place, call.options
    match error:
        case httpx.ConnectTimeout():
            return f"{place} did not take the connection within {options.connect_seconds:g} s."
        case httpx.ReadTimeout():
            return (
                f"{place} sent nothing for {options.idle_seconds:g} s: raise"
                " `options.timeout.readIdleTimeout` if it may be that slow."
            )
        case httpx.TooManyRedirects():
            return f"{place} leads from one redirection to the next without an end."
        case httpx.ProxyError():
            return f"The proxy refused the way to {place}: {error}."
        case httpx.ConnectError():
            return f"{place} cannot be reached: {_reason(error)}."
        case httpx.DecodingError():
            return f"{place} sent a body that is not encoded as it says: {error}."
        case httpx.UnsupportedProtocol():
            return f"{place} leads to an address that is neither http nor https."
        case _:
            return f"The exchange with {place} broke off: {_reason(error)}."


def _reason(error: httpx.HTTPError) -> str:
    """The system's own words, which httpx hides behind `All connection attempts failed`."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, socket.gaierror):
            return cause.strerror or "the name is unknown"
        if isinstance(cause, ssl.SSLError):
            return _of_tls(cause)
        if isinstance(cause, OSError) and cause.errno:
            # asyncio writes a sentence of its own into strerror.
            return os.strerror(cause.errno)
        cause = cause.__cause__ or cause.__context__
    return str(error).rstrip(".") or type(error).__name__


def _of_tls(error: ssl.SSLError) -> str:
    """Its number is one of OpenSSL, which means something else to the system."""
    if isinstance(error, ssl.SSLCertVerificationError):
        why = error.verify_message or "it cannot be verified"
        return (
            f"its certificate is not trusted ({why}); add the issuer to the certificates of the "
            "agent's host, or set `options.ssl.insecureTrustAllCertificates`"
        )
    why = (error.reason or "it broke off").replace("_", " ").lower()
    return f"it and this agent cannot agree on TLS ({why})"
