"""A web server that breaks rules: it sends byte after byte what a test says, also over TLS."""

from __future__ import annotations

import datetime
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Serve = Callable[[Callable[[bytes], None]], None]
"""Is given what sends bytes, which raises OSError when the client is gone."""

_ACCEPT_SECONDS = 0.1
_BEGINNING = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)


@contextmanager
def bad_web_server(serve: Serve, tls: ssl.SSLContext | None = None) -> Iterator[str]:
    """Its host and port; each connection that has asked something is served once, and closed."""
    is_over = threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(_ACCEPT_SECONDS)

    def handle(link: socket.socket) -> None:
        link.settimeout(10)
        with suppress(OSError), link:
            opened = tls.wrap_socket(link, server_side=True) if tls else link
            with opened:
                opened.recv(65536)
                serve(opened.sendall)

    def listen() -> None:
        threads: list[threading.Thread] = []
        while not is_over.is_set():
            with suppress(TimeoutError):
                link, _ = listener.accept()
                threads.append(threading.Thread(target=handle, args=(link,)))
                threads[-1].start()
        for thread in threads:
            thread.join()

    listening = threading.Thread(target=listen)
    listening.start()
    try:
        yield f"127.0.0.1:{listener.getsockname()[1]}"
    finally:
        is_over.set()
        listening.join()
        listener.close()


def self_signed(folder: Path, *, days: int) -> ssl.SSLContext:
    """A context with a certificate that nobody has signed, for 127.0.0.1.

    Args:
        folder: For its files.
        days: That it is valid, from 2020 on.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(_BEGINNING)
        .not_valid_after(_BEGINNING + datetime.timedelta(days=days))
        .sign(key, hashes.SHA256())
    )
    file = folder / "server.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context
