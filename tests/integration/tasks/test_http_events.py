"""Streams of events from a real server on loopback, and calls that the host's policy refuses."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from lanner_agent.tasks.contract import LogLevel, TaskFailed, TaskResult
from lanner_agent.tasks.http import request, sse
from lanner_agent.web_policy import WebPolicy, read_networks
from tests.support.fake_task_context import FakeTaskContext
from tests.support.web_server import Answer, WebServer, web_server


@pytest.fixture
def server() -> Iterator[WebServer]:
    with web_server() as running:
        yield running


def stream(*events: object) -> Answer:
    body = "".join(f"data: {json.dumps(event)}\n\n" for event in events)
    return Answer(headers={"Content-Type": "text/event-stream"}, body=body.encode())


async def read(context: FakeTaskContext, server: WebServer, **properties: object) -> TaskResult:
    return await sse.run(context, {"uri": f"{server.url}/events", **properties})


async def test_all_events_are_the_output(context: FakeTaskContext, server: WebServer) -> None:
    server.answers["/events"] = stream({"n": 1}, "two")

    result = await read(context, server)

    events = result.outputs["events"]
    assert isinstance(events, list)
    assert [event["data"] for event in events] == [{"n": 1}, "two"]
    assert result.outputs["size"] == 2
    assert result.outputs["result"] is None
    assert context.metrics == {"size": 2}


async def test_a_program_of_jq_joins_what_it_finds(
    context: FakeTaskContext, server: WebServer
) -> None:
    server.answers["/events"] = stream({"t": "Hel"}, {"t": "lo "}, {"t": 42}, {"t": True})

    result = await read(context, server, concatJqExpression=".data.t")

    assert result.outputs["result"] == "Hello 42true"
    assert result.outputs["events"] is None


async def test_an_event_without_a_value_fails_the_task(
    context: FakeTaskContext, server: WebServer
) -> None:
    server.answers["/events"] = stream({"t": "a"}, {"u": "b"})

    with pytest.raises(TaskFailed, match="gave no text"):
        await read(context, server, concatJqExpression=".data.t")


async def test_an_event_without_a_value_is_left_out_where_it_may_be(
    context: FakeTaskContext, server: WebServer
) -> None:
    server.answers["/events"] = stream({"t": "a"}, {"u": "b"}, "plain", {"t": "c"})

    result = await read(context, server, concatJqExpression=".data.t", failedOnMissingJq=False)

    assert result.outputs["result"] == "ac"
    assert len(context.texts(LogLevel.DEBUG)) == 2


@pytest.mark.parametrize("program", [".data.t |", "nonsense(", "$x"])
async def test_a_program_that_is_none_is_told(
    context: FakeTaskContext, server: WebServer, program: str
) -> None:
    server.answers["/events"] = stream({"t": "a"})

    with pytest.raises(TaskFailed, match="cannot be applied"):
        await read(context, server, concatJqExpression=program)


async def test_a_program_does_not_see_the_environment_of_the_agent(
    context: FakeTaskContext, server: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANNER_TEST_SECRET", "of the agent")
    server.answers["/events"] = stream({"t": "a"})

    result = await read(context, server, concatJqExpression='$ENV.LANNER_TEST_SECRET // "none"')

    assert result.outputs["result"] == "none"


async def test_more_than_the_limit_is_not_read(context: FakeTaskContext, server: WebServer) -> None:
    server.answers["/events"] = stream("x" * 5_000)

    with pytest.raises(TaskFailed, match="larger than 1,000 bytes"):
        await read(context, server, options={"maxContentLength": 1000})


async def test_a_refusal_is_told_with_its_beginning(
    context: FakeTaskContext, server: WebServer
) -> None:
    server.answers["/events"] = Answer(code=403, body=b"not for you")

    with pytest.raises(TaskFailed, match=r"403 Forbidden\. It said: not for you"):
        await read(context, server)


async def test_the_policy_of_the_host_keeps_calls_in(
    context: FakeTaskContext, server: WebServer
) -> None:
    context.web_policy = WebPolicy(refused=read_networks(["127.0.0.0/8"]))

    with pytest.raises(TaskFailed, match="the policy of this agent's host refuses"):
        await request.run(context, {"uri": server.url})

    assert server.asked == []


async def test_a_body_can_be_a_secret(context: FakeTaskContext, server: WebServer) -> None:
    server.answers["/"] = Answer(body=b"token-1234")

    result = await request.run(context, {"uri": server.url, "encryptBody": True})

    assert result.outputs["encryptedBody"] == "token-1234"
    assert "body" not in result.outputs


async def test_a_body_that_is_a_secret_is_not_logged(
    context: FakeTaskContext, server: WebServer
) -> None:
    server.answers["/"] = Answer(body=b"token-1234")
    options = {"logs": ["RESPONSE_HEADERS", "RESPONSE_BODY"]}

    await request.run(context, {"uri": server.url, "encryptBody": True, "options": options})

    assert "response: 200" in str(context.logged)
    assert "token-1234" not in str(context.logged)


async def test_a_body_that_is_a_secret_is_not_told_by_a_failure(
    context: FakeTaskContext, server: WebServer
) -> None:
    server.answers["/"] = Answer(code=400, body=b"token-1234 is no good")

    with pytest.raises(TaskFailed, match="400") as failure:
        await request.run(context, {"uri": server.url, "encryptBody": True})

    assert "token-1234" not in str(failure.value)
