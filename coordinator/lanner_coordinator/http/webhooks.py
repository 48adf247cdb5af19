"""The addresses of webhooks, which are Kestra's.

`/api/v1/executions/webhook/{namespace}/{flow}/{key}`, with a tenant after `v1` or without, by any
method. Neither the address nor a header is ever written to a log: the key is a secret.
"""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus

import msgspec

from lanner_coordinator.engine.execution import Execution
from lanner_coordinator.flow.instants import format_instant
from lanner_coordinator.http.answers import JSON, Answer, sentence, value
from lanner_coordinator.http.requests import Request
from lanner_coordinator.runtime.errors import (
    InvalidRequest,
    NotAllowed,
    NotDurable,
    NotFound,
    Overloaded,
)
from lanner_coordinator.runtime.secrets.sealing import masked_values
from lanner_coordinator.runtime.webhooks.webhooks import Called, WebhookCall, Webhooks

WAIT_SECONDS = 600.0
"""How long a request may wait for the end of its execution."""

_PREFIX = ("api", "v1")
_PLACE = ("executions", "webhook")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Address:
    namespace: str
    flow_id: str
    key: str


class WebhookAddresses:
    """Answers requests to webhooks."""

    def __init__(self, webhooks: Webhooks) -> None:
        self._webhooks = webhooks

    async def answer(self, request: Request) -> Answer | None:
        """The answer to a request; absent: its address is none of a webhook."""
        address = _address(request.path)
        if address is None:
            return None
        call = WebhookCall(
            namespace=address.namespace,
            flow_id=address.flow_id,
            key=address.key,
            body=body_of(request.body),
            headers=request.headers,
            parameters=request.parameters,
        )
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                called = await self._webhooks.call(call)
        except TimeoutError:
            text = "The execution has not ended yet; it goes on"
            return sentence(HTTPStatus.GATEWAY_TIMEOUT, text)
        except (InvalidRequest, NotAllowed, NotDurable, NotFound, Overloaded) as error:
            return sentence(_STATUS[type(error)], str(error))
        return _told(called) if called else Answer(status=HTTPStatus.NO_CONTENT)


_STATUS = {
    InvalidRequest: HTTPStatus.UNPROCESSABLE_ENTITY,
    NotAllowed: HTTPStatus.CONFLICT,
    NotDurable: HTTPStatus.SERVICE_UNAVAILABLE,
    NotFound: HTTPStatus.NOT_FOUND,
    Overloaded: HTTPStatus.SERVICE_UNAVAILABLE,
}


def body_of(sent: bytes) -> object:
    """What expressions see of a body: a map or a list of JSON, or else its text.

    What is no text either is given in base 64. Absent: there is no body.
    """
    if not sent:
        return None
    try:
        text = sent.decode()
    except UnicodeDecodeError:
        return base64.b64encode(sent).decode()
    try:
        found: object = msgspec.json.decode(sent)
        # What cannot be written again, such as a number without end, could not be kept.
        msgspec.json.encode(found)
    except (msgspec.MsgspecError, ValueError, OverflowError, RecursionError):
        return text
    return found if isinstance(found, dict | list) else text


def _address(path: Sequence[str]) -> _Address | None:
    if tuple(path[:2]) != _PREFIX:
        return None
    rest = tuple(path[2:])
    if rest[:2] != _PLACE:
        rest = rest[1:]
    if rest[:2] != _PLACE or len(rest) < 5 or not all(rest[2:5]):
        return None
    return _Address(namespace=rest[2], flow_id=rest[3], key=rest[4])


def _told(called: Called) -> Answer:
    properties = called.trigger.properties
    given = properties.get("responseCode")
    status = given if isinstance(given, int) else HTTPStatus.OK
    if properties.get("wait") is True and properties.get("returnOutputs") is True:
        content_type = str(properties.get("responseContentType") or JSON)
        return _outputs(status, masked_values(called.execution.outputs), content_type)
    return value(status, _execution(called.execution))


def _outputs(status: int, outputs: Mapping[str, object], content_type: str) -> Answer:
    """Outputs of a flow; the only one of another type than JSON stands for itself."""
    only = next(iter(outputs.values()), None) if len(outputs) == 1 else None
    if not content_type.startswith(JSON) and isinstance(only, str):
        return Answer(status=status, body=only.encode(), content_type=content_type)
    return value(status, outputs, content_type)


def _execution(execution: Execution) -> dict[str, object]:
    """An execution in the words of Kestra's API."""
    return {
        "id": execution.id,
        "namespace": execution.namespace,
        "flowId": execution.flow_id,
        "flowRevision": execution.flow_revision,
        "state": {
            "current": execution.state.value,
            "startDate": format_instant(execution.created_at),
            "histories": [
                {"state": change.state.value, "date": format_instant(change.at)}
                for change in execution.changes
            ],
        },
        "labels": [{"key": key, "value": text} for key, text in execution.labels.items()],
        "trigger": {
            "id": execution.trigger.id,
            "type": execution.trigger.type,
            "variables": masked_values(execution.trigger.variables),
        },
    }
