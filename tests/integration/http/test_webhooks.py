from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from lanner_coordinator.engine.state import State
from lanner_coordinator.http.requests import BODY_LIMIT_BYTES
from lanner_coordinator.http.webhooks import body_of
from lanner_coordinator.runtime.status import Readiness
from tests.integration.http.test_http_server import server_at
from tests.support.services_stage import NAMESPACE, Services, services
from tests.support.sockets import free_port

PATH = f"/api/v1/executions/webhook/{NAMESPACE}/hooked/s3cret"


def hooked(more: str = "", *, flow: str = "", key: str = "s3cret") -> str:
    """A flow with a webhook that has these properties."""
    lines = "\n".join(f"    {line}" for line in more.splitlines())
    return (
        f"id: hooked\nnamespace: {NAMESPACE}\nlabels: {{team: etl}}\n{flow}\n"
        "tasks:\n  - {id: say, type: core.log.Log, message: '{{ trigger.body }}'}\n"
        f'triggers:\n  - id: hook\n    type: core.trigger.Webhook\n    key: "{key}"\n{lines}\n'
    )


@dataclass
class Caller:
    """A server with webhooks, and who calls it."""

    on: Services
    port: int

    async def call(
        self,
        path: str = PATH,
        body: str | bytes = b"",
        *,
        method: str = "POST",
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, str]:
        """Status and body of an exchange."""
        sent = body if isinstance(body, bytes) else body.encode()
        lines = [f"{method} {path} HTTP/1.1", "Host: localhost"]
        given = headers if headers is not None else {"Content-Length": str(len(sent))}
        lines += [f"{name}: {text}" for name, text in given.items()]
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write("\r\n".join([*lines, "", ""]).encode() + sent)
        head, _, answer = (await reader.read()).decode().partition("\r\n\r\n")
        writer.close()
        await writer.wait_closed()
        return int(head.split()[1]), answer

    async def started(self, **call: Any) -> dict[str, Any]:
        """The execution that a call gives."""
        status, text = await self.call(**call)
        assert status == 200, text
        found: dict[str, Any] = json.loads(text)
        return found


@pytest.fixture
async def caller() -> AsyncIterator[Caller]:
    """A server that is ready."""
    readiness, port = Readiness(), free_port()
    readiness.is_ready = True
    async with services() as on, server_at(f"127.0.0.1:{port}", on, readiness):
        yield Caller(on, port)


async def test_a_call_starts_an_execution_with_what_was_sent(caller: Caller) -> None:
    await caller.on.apply(hooked("labels: {of: '{{ trigger.body.id }}'}"))

    told = await caller.started(
        path=f"{PATH}?name=john&age=12&age=13&empty=", body='{"id": 7, "list": [1, null]}'
    )

    ended = await caller.on.ended(told["id"])
    execution = await caller.on.execution(told["id"])
    assert (ended.state, ended.trigger) == (State.SUCCESS, "webhook")
    assert execution.trigger.variables["body"] == {"id": 7, "list": [1, None]}
    assert execution.trigger.variables["parameters"] == {
        "name": ["john"], "age": ["12", "13"], "empty": [""],
    }  # fmt: skip
    headers = execution.trigger.variables["headers"]
    assert isinstance(headers, dict)
    assert headers["host"] == ["localhost"]
    assert (execution.labels["team"], execution.labels["of"]) == ("etl", "7")
    assert (told["flowId"], told["trigger"]["id"]) == ("hooked", "hook")


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
async def test_every_method_and_a_tenant_are_taken(caller: Caller, method: str) -> None:
    await caller.on.apply(hooked())
    path = PATH.replace("/api/v1/", "/api/v1/main/")

    assert (await caller.call(path, method=method))[0] == 200
    assert (await caller.call(f"{path}/more", method=method))[0] == 200


async def test_a_wrong_key_finds_nothing_and_tells_nothing(caller: Caller) -> None:
    await caller.on.apply(hooked())

    for wrong in ("s3cre", "s3crets", "S3CRET", "%C3%BC"):
        status, text = await caller.call(PATH.replace("s3cret", wrong))
        assert (status, text) == (404, "Webhook not found\n")
    assert await caller.call(PATH.replace("hooked", "other")) == (404, "Flow not found\n")
    assert await caller.on.all_summaries() == []


async def test_the_key_may_be_an_expression(caller: Caller) -> None:
    await caller.on.apply(hooked(key="{{ flow.id }}-x"))

    assert (await caller.call(PATH.replace("s3cret", "hooked-x")))[0] == 200
    assert (await caller.call(PATH.replace("s3cret", "%7B%7B%20flow.id")))[0] == 404


async def test_a_key_that_cannot_be_rendered_opens_nothing(caller: Caller) -> None:
    await caller.on.apply(hooked(key="{{ secret('NOT_THERE') }}"))

    assert (await caller.call(PATH))[0] == 404


async def test_conditions_that_do_not_hold_start_nothing(caller: Caller) -> None:
    await caller.on.apply(hooked("when: \"{{ trigger.body.hello == 'world' }}\""))

    assert await caller.call(body='{"hello": "moon"}') == (204, "")
    assert await caller.call(body="no map") == (204, "")
    assert await caller.on.all_summaries() == []
    assert (await caller.call(body='{"hello": "world"}'))[0] == 200


async def test_inputs_that_do_not_fit_are_told(caller: Caller) -> None:
    flow = "inputs: [{id: count, type: INT}]"
    await caller.on.apply(hooked("inputs: {count: '{{ trigger.body.count }}'}", flow=flow))

    status, text = await caller.call(body='{"count": "many"}')

    assert status == 422
    assert "count" in text
    assert (await caller.call(body='{"count": 3}'))[0] == 200


async def test_a_disabled_flow_or_trigger_starts_nothing(caller: Caller) -> None:
    await caller.on.apply(hooked(flow="disabled: true"))
    assert (await caller.call())[0] == 409

    await caller.on.apply(hooked())
    await caller.on.triggers.set_enabled((NAMESPACE, "hooked", "hook"), is_enabled=False)
    assert await caller.call() == (404, "Webhook not found\n")


async def test_a_caller_may_wait_for_the_outputs(caller: Caller) -> None:
    flow = "outputs: [{id: said, type: STRING, value: '{{ trigger.body.a }}'}]"
    await caller.on.apply(hooked("wait: true\nreturnOutputs: true\nresponseCode: 201", flow=flow))

    assert await caller.call(body='{"a": "yes"}') == (201, '{"said":"yes"}')


async def test_a_caller_that_waits_is_told_of_the_end(caller: Caller) -> None:
    await caller.on.apply(hooked("wait: true"))

    told = await caller.started()

    assert told["state"]["current"] == "SUCCESS"


async def test_a_body_in_chunks_is_put_together(caller: Caller) -> None:
    await caller.on.apply(hooked())

    told = await caller.started(
        body='5\r\n{"a":\r\n2;x=y\r\n1}\r\n0\r\n\r\n', headers={"Transfer-Encoding": "chunked"}
    )

    execution = await caller.on.execution(told["id"])
    assert execution.trigger.variables["body"] == {"a": 1}


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({"Content-Length": str(BODY_LIMIT_BYTES + 1)}, "", 413),
        ({"Content-Length": "-1"}, "", 400),
        ({"Content-Length": "many"}, "", 400),
        ({"Transfer-Encoding": "chunked"}, "zz\r\n", 400),
        ({"Transfer-Encoding": "chunked"}, f"{BODY_LIMIT_BYTES + 1:x}\r\n", 413),
    ],
)
async def test_a_body_that_cannot_be_read_is_refused(
    caller: Caller, headers: dict[str, str], body: str, status: int
) -> None:
    await caller.on.apply(hooked())

    assert (await caller.call(body=body, headers=headers))[0] == status


async def test_the_key_is_in_no_log(caller: Caller, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    await caller.on.apply(hooked("when: '{{ trigger.body.nothing }}'"))

    await caller.call(body="text")
    await caller.call(PATH.replace("s3cret", "s3cret-wrong"))

    assert "s3cret" not in caplog.text


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (b"", None),
        (b'{"a": 1}', {"a": 1}),
        (b"[1, 2]", [1, 2]),
        (b"12", "12"),
        (b"a=b", "a=b"),
        (b'{"a": ', '{"a": '),
        (b"\xff\xfe", "//4="),
        (b'{"a": "\\ud800"}', '{"a": "\\ud800"}'),
        (b'{"a": 1e400}', '{"a": 1e400}'),
        (b"[" * 100_000, "[" * 100_000),
    ],
)
def test_a_body_is_json_or_a_text(sent: bytes, expected: object) -> None:
    assert body_of(sent) == expected
