"""The tasks of the web against a real server on loopback."""

from __future__ import annotations

import base64
import json
import os
import ssl
import threading
from collections.abc import Iterator

import pytest

from lanner_agent.tasks.contract import FailureCause, LogLevel, TaskFailed, TaskResult
from lanner_agent.tasks.http import download, request
from lanner_agent.tasks.http.exchange import _tls
from tests.support.fake_task_context import FakeTaskContext
from tests.support.web_server import Answer, Asked, WebServer, web_server


@pytest.fixture
def server() -> Iterator[WebServer]:
    with web_server() as running:
        yield running


async def call(
    context: FakeTaskContext, server: WebServer, path: str = "/", **properties: object
) -> TaskResult:
    return await request.run(context, {"uri": server.url + path, **properties})


async def test_an_answer_is_the_output(context: FakeTaskContext, server: WebServer) -> None:
    server.answers["/orders"] = Answer(headers={"X-Total": "2"}, body=b'{"n": 1}')

    result = await call(context, server, "/orders?day=5")

    assert result.outputs["code"] == 200
    assert result.outputs["body"] == '{"n": 1}'
    assert result.outputs["uri"] == f"{server.url}/orders?day=5"
    headers = result.outputs["headers"]
    assert isinstance(headers, dict)
    assert headers["X-Total"] == ["2"]
    assert (server.asked[0].method, server.asked[0].path) == ("GET", "/orders?day=5")


async def test_a_map_is_sent_as_json(context: FakeTaskContext, server: WebServer) -> None:
    server.answers["/"] = Answer(code=201)

    result = await call(context, server, method="post", body={"n": 1}, headers={"X-Who": "moist"})

    assert result.outputs["code"] == 201
    assert result.outputs["body"] is None
    assert json.loads(server.asked[0].body) == {"n": 1}
    assert server.asked[0].headers["Content-Type"] == "application/json"
    assert server.asked[0].headers["X-Who"] == "moist"


async def test_a_form_is_url_encoded_unless_it_is_multipart(
    context: FakeTaskContext, server: WebServer
) -> None:
    server.answers["/"] = Answer()
    uri = context.put("orders.csv", b"a,b\n")

    await call(context, server, method="POST", formData={"user": "A B", "n": 3})
    await call(
        context,
        server,
        method="POST",
        contentType="multipart/form-data",
        formData={"user": "A B", "file": uri, "named": {"name": "x.csv", "content": uri}},
    )

    plain, parts = server.asked
    assert plain.body == b"user=A+B&n=3"
    assert plain.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert parts.headers["Content-Type"].startswith("multipart/form-data; boundary=")
    assert b'name="file"; filename="orders.csv"' in parts.body
    assert b'name="named"; filename="x.csv"' in parts.body
    assert parts.body.count(b"a,b\n") == 2
    assert b'name="user"\r\n\r\nA B' in parts.body


@pytest.mark.parametrize(
    ("options", "header"),
    [
        (
            {"auth": {"type": "BASIC", "username": "u", "password": "p"}},
            "Basic " + base64.b64encode(b"u:p").decode(),
        ),
        (
            {"basicAuthUser": "u", "basicAuthPassword": "p"},
            "Basic " + base64.b64encode(b"u:p").decode(),
        ),
        ({"auth": {"type": "BEARER", "token": "t0"}}, "Bearer t0"),
    ],
)
async def test_the_caller_says_who_it_is(
    context: FakeTaskContext, server: WebServer, options: dict[str, object], header: str
) -> None:
    server.answers["/"] = Answer()

    await call(context, server, options=options)

    assert server.asked[0].headers["Authorization"] == header


async def test_a_digest_answers_the_servers_question(
    context: FakeTaskContext, server: WebServer
) -> None:
    def ask(asked: Asked) -> Answer:
        if asked.headers["Authorization"]:
            return Answer(body=b"in")
        challenge = 'Digest realm="r", nonce="n", qop="auth", algorithm=MD5'
        return Answer(code=401, headers={"WWW-Authenticate": challenge})

    server.answers["/"] = ask
    auth = {"type": "DIGEST", "username": "u", "password": "p"}

    result = await call(context, server, options={"auth": auth})

    assert result.outputs["body"] == "in"
    assert server.asked[1].headers["Authorization"].startswith('Digest username="u"')


async def test_a_failing_status_fails_the_task_and_tells_what_the_server_said(
    context: FakeTaskContext, server: WebServer
) -> None:
    server.answers["/x"] = Answer(code=409, body=b"no such order")

    with pytest.raises(TaskFailed) as failed:
        await call(context, server, "/x?token=s3cret")

    assert failed.value.message == (
        f"GET {server.url}/x was answered with 409 Conflict. It said: no such order"
    )
    assert failed.value.outputs["code"] == 409


@pytest.mark.parametrize(
    "properties",
    [
        {"options": {"allowFailed": True}},
        {"allowFailed": True},
        {"options": {"allowedResponseCodes": [404]}},
    ],
)
async def test_a_failing_status_may_be_allowed(
    context: FakeTaskContext, server: WebServer, properties: dict[str, object]
) -> None:
    result = await call(context, server, "/nowhere", **properties)

    assert result.outputs["code"] == 404


async def test_only_allowed_statuses_are_answers(
    context: FakeTaskContext, server: WebServer
) -> None:
    server.answers["/"] = Answer()

    with pytest.raises(TaskFailed, match="200 OK"):
        await call(context, server, options={"allowedResponseCodes": [201]})


async def test_redirections_are_followed_unless_they_must_not(
    context: FakeTaskContext, server: WebServer
) -> None:
    server.answers["/old"] = Answer(code=302, headers={"Location": "/new"})
    server.answers["/new"] = Answer(body=b"here")

    followed = await call(context, server, "/old")
    kept = await call(context, server, "/old", options={"followRedirects": False})

    assert followed.outputs["body"] == "here"
    assert kept.outputs["code"] == 302


async def test_a_body_that_is_too_large_is_not_read_to_its_end(
    context: FakeTaskContext, server: WebServer
) -> None:
    server.answers["/"] = Answer(body=b"x" * 2_000)

    with pytest.raises(TaskFailed, match=r"larger than 1,000 bytes: raise `options.maxContentLeng"):
        await call(context, server, options={"maxContentLength": 1_000})


async def test_a_body_that_is_no_text_is_refused(
    context: FakeTaskContext, server: WebServer
) -> None:
    server.answers["/"] = Answer(body=b"\xff\xfe\x00\x81")

    with pytest.raises(TaskFailed, match=r"no text: fetch it with core\.http\.Download"):
        await call(context, server)


async def test_a_silent_server_is_not_waited_for(
    context: FakeTaskContext, server: WebServer
) -> None:
    may_end = threading.Event()

    def wait(_: Asked) -> Answer:
        may_end.wait(10)
        return Answer()

    server.answers["/"] = wait
    try:
        with pytest.raises(TaskFailed, match=r"sent nothing for 0\.1 s"):
            await call(context, server, options={"timeout": {"readIdleTimeout": "PT0.1S"}})
    finally:
        may_end.set()


async def test_a_server_that_is_not_there_is_told_without_secrets(
    context: FakeTaskContext, server: WebServer
) -> None:
    uri = "http://user:pw@127.0.0.1:1/x?key=s3cret"

    with pytest.raises(TaskFailed) as failed:
        await request.run(context, {"uri": uri})

    assert failed.value.message == "http://127.0.0.1:1/x cannot be reached: Connection refused."


@pytest.mark.parametrize(
    "host", ["169.254.169.254", "[fe80::1]", "[::ffff:169.254.169.254]", "[fd00:ec2::254]"]
)
async def test_credentials_of_the_host_are_out_of_reach(
    context: FakeTaskContext, host: str
) -> None:
    with pytest.raises(TaskFailed, match="tasks may not call it"):
        await request.run(context, {"uri": f"http://{host}/latest/meta-data/"})


async def test_a_redirection_to_them_is_refused_too(
    context: FakeTaskContext, server: WebServer
) -> None:
    target = {"Location": "http://169.254.169.254/latest/meta-data/"}
    server.answers["/"] = Answer(code=302, headers=target)

    with pytest.raises(TaskFailed, match="tasks may not call it"):
        await call(context, server)


async def test_a_proxy_is_asked_for_the_whole_address(
    context: FakeTaskContext, server: WebServer
) -> None:
    server.answers["http://example.invalid/x"] = Answer(body=b"from the proxy")
    proxy = {"address": "127.0.0.1", "port": server.port, "username": "u", "password": "p"}

    result = await request.run(
        context, {"uri": "http://example.invalid/x", "options": {"proxy": proxy}}
    )

    assert result.outputs["body"] == "from the proxy"
    account = "Basic " + base64.b64encode(b"u:p").decode()
    assert server.asked[0].headers["Proxy-Authorization"] == account


async def test_all_wrong_properties_are_told_at_once(context: FakeTaskContext) -> None:
    properties = {
        "uri": "ftp://x",
        "options": {"timeout": {"connectTimeout": "soon"}, "allowedResponseCodes": ["ok"]},
    }

    with pytest.raises(TaskFailed) as failed:
        await request.run(context, properties)

    assert failed.value.cause is FailureCause.PROPERTIES
    for part in ("must begin with http", "`connectTimeout`", "allowedResponseCodes"):
        assert part in failed.value.message


async def test_parameters_are_added_to_the_query(
    context: FakeTaskContext, server: WebServer
) -> None:
    server.answers["/"] = Answer()

    await call(context, server, "/?a=1", params={"b": "x y", "c": 2})

    assert server.asked[0].path == "/?a=1&b=x+y&c=2"


async def test_a_text_is_sent_in_the_character_set_that_the_flow_names(
    context: FakeTaskContext, server: WebServer
) -> None:
    server.answers["/"] = Answer()
    options = {"defaultCharset": "ISO-8859-1"}

    await call(context, server, method="PUT", body="Ä", contentType="text/plain", options=options)

    assert server.asked[0].method == "PUT"
    assert server.asked[0].body == b"\xc4"
    with pytest.raises(TaskFailed, match="cannot be written in ISO-8859-1"):
        await call(context, server, method="PUT", body="☃", options=options)


async def test_the_older_names_of_options_mean_the_same(
    context: FakeTaskContext, server: WebServer
) -> None:
    server.answers["http://example.invalid/x"] = Answer(body=b"from the proxy")
    options = {
        "proxyType": "HTTP",
        "proxyAddress": "127.0.0.1",
        "proxyPort": server.port,
        "proxyUsername": "u",
        "proxyPassword": "p",
        "connectTimeout": "PT5S",
        "readTimeout": "PT5S",
        "readIdleTimeout": "PT1M",
        "connectionPoolIdleTimeout": "PT0S",
    }

    result = await request.run(context, {"uri": "http://example.invalid/x", "options": options})

    assert result.outputs["body"] == "from the proxy"


@pytest.mark.parametrize(
    "options",
    [
        {"logs": ["REQUEST_HEADERS", "REQUEST_BODY", "RESPONSE_HEADERS", "RESPONSE_BODY"]},
        {"logLevel": "TRACE"},
    ],
)
async def test_an_exchange_is_logged_where_the_flow_asks_for_it_without_credentials(
    context: FakeTaskContext, server: WebServer, options: dict[str, object]
) -> None:
    server.answers["/"] = Answer(headers={"X-Total": "2", "Set-Cookie": "s3cret"}, body=b"said")
    auth = {"type": "BEARER", "token": "s3cret"}

    await call(
        context,
        server,
        "/?key=s3cret",
        method="POST",
        body="asked",
        options={**options, "auth": auth},
    )

    debug, trace = context.texts(LogLevel.DEBUG), context.texts(LogLevel.TRACE)
    assert f"request: POST {server.url}/\n" in debug[1]
    assert "    authorization: ***" in debug[1].lower()
    assert debug[2].startswith("response: 200 OK\n")
    assert "    x-total: 2" in debug[2]
    assert trace == ["request body, 5 bytes: asked", "response body, 4 bytes: said"]
    assert "s3cret" not in "".join(debug + trace)


async def test_an_exchange_is_not_logged_unless_the_flow_asks_for_it(
    context: FakeTaskContext, server: WebServer
) -> None:
    server.answers["/"] = Answer(body=b"said")

    await call(context, server)

    assert context.texts(LogLevel.DEBUG) == [f"GET {server.url}/"]
    assert context.texts(LogLevel.TRACE) == []
    with pytest.raises(TaskFailed, match=r"`options.logs` must be a list of REQUEST_HEADERS, REQ"):
        await call(context, server, options={"logs": ["EVERYTHING"]})


def test_any_certificate_is_taken_only_where_the_flow_says_so() -> None:
    assert _tls(is_insecure=True).verify_mode is ssl.CERT_NONE
    assert _tls(is_insecure=False).verify_mode is ssl.CERT_REQUIRED


@pytest.mark.parametrize(
    ("path", "disposition", "more", "name"),
    [
        ("/data/orders.csv?x=1", None, {}, "orders.csv"),
        ("/data/", 'attachment; filename="may be.csv"', {}, "may be.csv"),
        ("/data/", "attachment; filename*=UTF-8''%C3%A4.csv", {}, "ä.csv"),
        ("/data/", 'attachment; filename="../../etc/passwd"', {}, "passwd"),
        ("/data/", 'attachment; filename=".."', {}, "data"),
        ("/data/", 'attachment; filename="a.csv"', {"saveAs": "mine.csv"}, "mine.csv"),
    ],
)
async def test_a_download_is_stored_under_a_plain_name(
    context: FakeTaskContext,
    server: WebServer,
    path: str,
    disposition: str | None,
    more: dict[str, object],
    name: str,
) -> None:
    headers = {"Content-Disposition": disposition} if disposition else {}
    server.answers[path.partition("?")[0]] = Answer(headers=headers, body=b"a,b\n1,2\n")

    result = await download.run(context, {"uri": server.url + path, **more})

    assert result.outputs["length"] == 8
    assert result.outputs["uri"] == f"kestra:///attempt/{name}"
    assert context.stored(str(result.outputs["uri"])) == b"a,b\n1,2\n"
    assert context.metrics == {"response.length": 8}


async def test_a_large_download_is_stored_whole(
    context: FakeTaskContext, server: WebServer
) -> None:
    content = os.urandom(3 * download.WRITE_BYTES + 1)
    server.answers["/large"] = Answer(body=content)

    result = await download.run(context, {"uri": f"{server.url}/large"})

    assert result.outputs["length"] == len(content)
    assert context.stored(str(result.outputs["uri"])) == content


async def test_an_empty_download_fails_unless_it_may_be_empty(
    context: FakeTaskContext, server: WebServer
) -> None:
    server.answers["/e.csv"] = Answer()
    properties = {"uri": f"{server.url}/e.csv"}

    with pytest.raises(TaskFailed, match="sent an empty file"):
        await download.run(context, properties)
    result = await download.run(context, {**properties, "failOnEmptyResponse": False})

    assert result.outputs["length"] == 0
    assert context.texts(LogLevel.WARN) == [f"{server.url}/e.csv sent an empty file."]


async def test_a_download_that_breaks_off_is_no_file(
    context: FakeTaskContext, server: WebServer
) -> None:
    server.answers["/big"] = Answer(body=b"x" * 10, claimed_length=1_000)

    with pytest.raises(TaskFailed, match=r"The exchange with .*/big broke off"):
        await download.run(context, {"uri": f"{server.url}/big"})

    assert not (context.folder / "storage").exists()


async def test_a_download_of_a_failing_status_tells_what_the_server_said(
    context: FakeTaskContext, server: WebServer
) -> None:
    server.answers["/x"] = Answer(code=403, body=b"not yours")

    with pytest.raises(TaskFailed, match=r"403 Forbidden\. It said: not yours"):
        await download.run(context, {"uri": f"{server.url}/x"})
