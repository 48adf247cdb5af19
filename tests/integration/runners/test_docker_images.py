"""Images that have to be pulled, from a registry that the test plays."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from lanner_agent.errors import ImageUnavailable
from lanner_agent.runners.docker.runner import DockerRunner
from tests.integration.runners.docker_bench import DockerBench


@dataclass
class Registry:
    """A registry that has no image.

    Attributes:
        address: Host and port.
        status: What it answers for manifests.
        asked: How often it was asked for one.
    """

    address: str
    status: int = 404
    asked: list[str] = field(default_factory=list)


@pytest.fixture
def registry() -> Iterator[Registry]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.answer()

        def do_HEAD(self) -> None:
            self.answer()

        def answer(self) -> None:
            is_manifest = "/manifests/" in self.path
            if is_manifest:
                playing.asked.append(self.path)
            error = {"code": "MANIFEST_UNKNOWN", "message": "manifest unknown"}
            content = json.dumps({"errors": [error]}).encode() if is_manifest else b"{}"
            self.send_response(playing.status if is_manifest else 200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Docker-Distribution-Api-Version", "registry/2.0")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        playing = Registry(address=f"127.0.0.1:{server.server_address[1]}")
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield playing
        server.shutdown()
        thread.join(timeout=10)


async def test_an_image_that_does_not_exist_is_told_with_registry_and_answer(
    docker_bench: DockerBench, docker_runner: DockerRunner, registry: Registry
) -> None:
    image = f"{registry.address}/acme/tool:1"

    with pytest.raises(ImageUnavailable) as missing:
        await docker_runner.start(docker_bench.command("true", image=image))

    message = str(missing.value)
    assert message.startswith(
        f'The image "{image}" cannot be had from the registry {registry.address}: '
    )
    assert "manifest" in message
    assert "tries" not in message


async def test_a_registry_in_trouble_is_asked_again(
    docker_bench: DockerBench, docker_runner: DockerRunner, registry: Registry
) -> None:
    registry.status = 503

    with pytest.raises(ImageUnavailable, match=r"\(2 tries\)"):
        await docker_runner.start(
            docker_bench.command("true", image=f"{registry.address}/acme/tool:1")
        )


async def test_a_registry_that_is_down_is_named(
    docker_bench: DockerBench, docker_runner: DockerRunner
) -> None:
    with pytest.raises(ImageUnavailable, match=r"registry 127\.0\.0\.1:9: .*refused.*2 tries"):
        await docker_runner.start(docker_bench.command("true", image="127.0.0.1:9/tool"))


async def test_an_image_that_may_not_be_pulled_is_told(
    docker_bench: DockerBench, docker_runner: DockerRunner
) -> None:
    command = docker_bench.command("true", image="127.0.0.1:9/tool", pull_policy="NEVER")

    with pytest.raises(ImageUnavailable, match="not on this host"):
        await docker_runner.start(command)
