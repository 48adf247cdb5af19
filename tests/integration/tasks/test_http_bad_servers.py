"""Servers that drip, never end, break off, lead in circles, or are not who they say."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import psutil
import pytest

from lanner_agent.tasks.contract import TaskFailed
from lanner_agent.tasks.http import download, request, sse
from tests.support.bad_web_server import bad_web_server, self_signed
from tests.support.fake_task_context import FakeTaskContext

Send = Callable[[bytes], None]

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
ENDLESS = HEAD + b"Content-Length: 10737418240\r\n\r\n"
MIB = 1024 * 1024
TYPES = pytest.mark.parametrize("kind", [request, download, sse], ids=["request", "file", "events"])


async def failure(
    context: FakeTaskContext, kind: ModuleType, uri: str, **options: object
) -> TaskFailed:
    with pytest.raises(TaskFailed) as failed:
        await kind.run(context, {"uri": uri, "options": options})
    assert not (context.folder / "storage").exists()
    return failed.value


@pytest.mark.parametrize("kind", [request, download], ids=["request", "file"])
async def test_a_server_that_drips_is_given_up(context: FakeTaskContext, kind: ModuleType) -> None:
    def drip(send: Send) -> None:
        send(ENDLESS)
        while True:
            send(b"x")
            time.sleep(0.2)

    with bad_web_server(drip) as place:
        timeout = {"readIdleTimeout": "PT0.5S"}
        failed = await failure(context, kind, f"http://{place}/x?key=s3cret", timeout=timeout)

    assert f"http://{place}/x sent only " in failed.message
    assert "raise `options.timeout.readIdleTimeout`" in failed.message


@TYPES
async def test_ten_gigabytes_are_not_read(context: FakeTaskContext, kind: ModuleType) -> None:
    sent_bytes = 0

    def pour(send: Send) -> None:
        nonlocal sent_bytes
        send(ENDLESS)
        while True:
            send(b"data: x\n" * 8_192)
            sent_bytes += 65_536

    process = psutil.Process()
    before = process.memory_info().rss
    with bad_web_server(pour) as place:
        failed = await failure(context, kind, f"http://{place}/", maxContentLength=20 * MIB)

    assert "larger than 20,971,520 bytes" in failed.message
    assert sent_bytes < 60 * MIB
    assert process.memory_info().rss - before < 150 * MIB


@TYPES
async def test_of_a_failure_only_the_beginning_is_read(
    context: FakeTaskContext, kind: ModuleType
) -> None:
    def pour(send: Send) -> None:
        send(b"HTTP/1.1 500 Oh\r\nContent-Length: 10737418240\r\n\r\n")
        while True:
            send(b"sorry " * 10_000)

    with bad_web_server(pour) as place:
        failed = await failure(context, kind, f"http://{place}/")

    assert "was answered with 500 Oh. It said: sorry sorry" in failed.message
    assert len(failed.message) < 1_200


@TYPES
@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Ty",
        HEAD + b"Content-Length: 100\r\n\r\nhalf",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n10\r\nhalf",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\nno number\r\n",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        HEAD + b"X: " + b"y" * 200_000,
    ],
    ids=["nothing", "half a head", "half a body", "half a chunk", "no chunk", "ssh", "long head"],
)
async def test_what_breaks_off_or_is_no_http_is_told(
    context: FakeTaskContext, kind: ModuleType, sent: bytes
) -> None:
    with bad_web_server(lambda send: send(sent)) as place:
        failed = await failure(context, kind, f"http://{place}/x?key=s3cret")

    assert failed.message.startswith(f"The exchange with http://{place}/x broke off: ")


@TYPES
async def test_a_body_that_is_not_compressed_as_it_says_is_told(
    context: FakeTaskContext, kind: ModuleType
) -> None:
    sent = HEAD + b"Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\nplain"

    with bad_web_server(lambda send: send(sent)) as place:
        failed = await failure(context, kind, f"http://{place}/")

    assert "sent a body that is not encoded as it says" in failed.message


@TYPES
async def test_redirections_in_a_circle_end(context: FakeTaskContext, kind: ModuleType) -> None:
    sent = (
        b"HTTP/1.1 302 Found\r\nConnection: close\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n"
    )

    with bad_web_server(lambda send: send(sent)) as place:
        failed = await failure(context, kind, f"http://{place}/x")

    assert failed.message == (
        f"http://{place}/x leads from one redirection to the next without an end."
    )


@TYPES
async def test_a_redirection_out_of_the_web_is_refused(
    context: FakeTaskContext, kind: ModuleType
) -> None:
    sent = b"HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n"

    with bad_web_server(lambda send: send(sent)) as place:
        failed = await failure(context, kind, f"http://{place}/x")

    assert "neither http nor https" in failed.message


@pytest.mark.parametrize("days", [36_500, 1], ids=["valid", "expired"])
async def test_a_certificate_that_nobody_trusts_is_refused_unless_the_flow_takes_any(
    context: FakeTaskContext, tmp_path: Path, days: int
) -> None:
    sent = HEAD + b"Content-Length: 2\r\n\r\nhi"

    with bad_web_server(lambda send: send(sent), self_signed(tmp_path, days=days)) as place:
        uri = f"https://{place}/"
        for kind in (request, download, sse):
            failed = await failure(context, kind, uri)
            assert f"{uri} cannot be reached: its certificate is not trusted (" in failed.message
        taken = await request.run(
            context, {"uri": uri, "options": {"ssl": {"insecureTrustAllCertificates": True}}}
        )
        older = await request.run(
            context, {"uri": uri, "sslOptions": {"insecureTrustAllCertificates": True}}
        )

    assert (taken.outputs["body"], older.outputs["body"]) == ("hi", "hi")


async def test_a_server_without_tls_is_told(context: FakeTaskContext) -> None:
    with bad_web_server(lambda send: send(HEAD + b"\r\n")) as place:
        failed = await failure(context, request, f"https://{place}/")

    assert "cannot be reached: it and this agent cannot agree on TLS (" in failed.message
