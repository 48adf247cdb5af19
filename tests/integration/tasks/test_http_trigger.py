"""A trigger of the web with all programs: a page that changes starts an execution."""

from __future__ import annotations

import base64
from pathlib import Path

from tests.support.eventually import eventually_blocking
from tests.support.running_lanner import RunningLanner, running_lanner
from tests.support.web_server import Answer, Asked, WebServer, web_server

FLOW = """id: watch
namespace: company.web
tasks:
  - {{id: say, type: core.log.Log, message: "{{{{ trigger.code }}}} {{{{ trigger.body }}}}"}}
triggers:
  - id: site
    type: core.http.Trigger
    uri: {url}/page
    headers: {{Authorization: "Bearer {{{{ secret('TOKEN') }}}}"}}
    interval: PT0.2S
    stopAfter: [SUCCESS]
"""


def _echo(asked: Asked) -> Answer:
    return Answer(body=f"you sent {asked.headers['Authorization']}".encode())


def _execution_of(lanner: RunningLanner) -> str | None:
    ended = [one for one in lanner.executions() if one["state"] == "SUCCESS"]
    return str(ended[0]["id"]) if ended else None


def _seen(server: WebServer, count: int) -> bool:
    return len(server.asked) >= count


def test_a_page_that_changes_starts_an_execution(tmp_path: Path) -> None:
    environment = {"SECRET_TOKEN": base64.b64encode(b"hush-hush-token").decode()}
    source = tmp_path / "watch.yaml"
    with web_server() as server, running_lanner(tmp_path / "data", environment=environment) as up:
        server.answers["/page"] = Answer(code=503)
        source.write_text(FLOW.format(url=server.url))
        up.done("flow", "apply", str(source))
        eventually_blocking(lambda: _seen(server, 2), within_seconds=20)
        assert up.executions() == []

        server.answers["/page"] = _echo
        execution_id = eventually_blocking(lambda: _execution_of(up), within_seconds=20)

        lines = up.done("execution", "logs", str(execution_id))
        assert lines.rstrip().endswith("200 you sent Bearer ********")
        assert "hush-hush-token" not in up.logs_of_programs()
        assert len(up.executions()) == 1
