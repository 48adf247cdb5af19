"""The Docker engine of this machine, and proof that tests leave no container behind in it."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field

import docker
import pytest
from docker.errors import DockerException, ImageNotFound
from docker.models.containers import Container

BUSYBOX_IMAGE = "lanner-test/busybox:latest"
PYTHON_IMAGE = "lanner-test/python:latest"
ANSWER_SECONDS = 60


@dataclass(frozen=True, slots=True)
class DockerEngine:
    """The engine, shared by all tests of this worker.

    Attributes:
        client: Docker's own client.
        names: What `unique_name` gave out.
    """

    client: docker.DockerClient
    names: list[str] = field(default_factory=list)

    def unique_name(self, word: str = "test") -> str:
        """A name that nobody else has: for an agent's id, an attempt's id or a label's value.

        Containers that are called so, or have a label with this value, must be gone when the tests
        end.
        """
        name = f"{word}-{secrets.token_hex(6)}"
        self.names.append(name)
        return name

    def containers_of(self, name: str) -> list[Container]:
        """Containers, also stopped ones, that are called `name` or have a label of this value."""
        return [
            container
            for container in self.client.containers.list(all=True, ignore_removed=True)
            if container.name == name or name in container.labels.values()
        ]

    def leftovers(self) -> list[str]:
        """Every container of these tests that is still there, in words."""
        return [
            f"{container.name} ({container.status}, of {name})"
            for name in self.names
            for container in self.containers_of(name)
        ]

    def remove_leftovers(self) -> None:
        """Remove what `leftovers` shows."""
        for name in self.names:
            for container in self.containers_of(name):
                container.remove(force=True)


@pytest.fixture(scope="session")
def docker_engine() -> Iterator[DockerEngine]:
    """The Docker engine; fails in the end when a container of the tests is left in it."""
    try:
        client = docker.from_env(timeout=ANSWER_SECONDS)
    except DockerException as cause:
        raise RuntimeError(
            "No Docker engine answers: start one, or leave these tests out with -m 'not docker'."
        ) from cause
    engine = DockerEngine(client)
    yield engine
    leftovers = engine.leftovers()
    engine.remove_leftovers()
    client.close()
    assert leftovers == [], "containers were left behind"


@pytest.fixture(scope="session")
def busybox_image(docker_engine: DockerEngine) -> str:
    """Reference of the image with a shell and busybox's tools."""
    return _present(docker_engine, BUSYBOX_IMAGE)


@pytest.fixture(scope="session")
def python_image(docker_engine: DockerEngine) -> str:
    """Reference of the image with Python, pandas and numpy."""
    return _present(docker_engine, PYTHON_IMAGE)


def _present(engine: DockerEngine, image: str) -> str:
    try:
        engine.client.images.get(image)
    except ImageNotFound as cause:
        raise RuntimeError(f"Docker has no image {image}: run scripts/test-images.") from cause
    return image
