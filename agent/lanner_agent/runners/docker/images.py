"""Gets images from their registries."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Mapping
from threading import Event
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

from lanner_agent.backoff import full_jitter_seconds
from lanner_agent.errors import ImageUnavailable
from lanner_agent.runners.contract import ContainerOptions
from lanner_agent.runners.docker.engine import DockerEngine, explanation
from lanner_agent.runners.image_names import registry_of, repository_and_tag

if TYPE_CHECKING:
    from docker import APIClient

log = logging.getLogger(__name__)

FINAL_ANSWERS = (
    "denied",
    "does not exist",
    "invalid reference format",
    "manifest unknown",
    "no basic auth",
    "no matching manifest",
    "not found",
    "repository name must",
    "unauthorized",
)
"""Parts of a registry's answers that trying again does not change."""

FIRST_BACKOFF = 3
"""Waits between tries begin as after this many failures: up to a second."""

CREDENTIAL_NAMES = {
    "username": "username",
    "password": "password",
    "registry": "serveraddress",
    "registryToken": "registrytoken",
    "identityToken": "identitytoken",
    "auth": "auth",
}
"""Names in a flow to names in Docker's API."""


class Images:
    """The images of one engine; each is pulled once at a time."""

    def __init__(self, engine: DockerEngine, pull_tries: int) -> None:
        self._engine = engine
        self._pull_tries = pull_tries
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def pull(self, options: ContainerOptions) -> None:
        """Pull an image; tries again while the registry does not answer.

        Raises:
            ImageUnavailable: It cannot be had; names image, registry and answer.
            RunnerUnavailable: The engine does not answer.
        """
        lock = self._locks.setdefault(options.image, asyncio.Lock())
        # Whoever waited for another pull of the image pulls again: the engine compares digests.
        async with lock:
            await self._pull(options)

    async def _pull(self, options: ContainerOptions) -> None:
        failures = 0
        while answer := await self._try(options):
            failures += 1
            is_final = any(part in answer.lower() for part in FINAL_ANSWERS)
            if is_final or failures >= self._pull_tries:
                raise ImageUnavailable(_sentence(options.image, answer, failures))
            log.info('The image "%s" is not there yet: %s', options.image, answer)
            await asyncio.sleep(full_jitter_seconds(FIRST_BACKOFF + failures, random.random))

    async def _try(self, options: ContainerOptions) -> str:
        """Try once; the registry's answer where it failed, else nothing."""
        abandoned = Event()
        doing = f'The image "{options.image}" cannot be pulled'
        try:
            return await self._engine.watch(
                lambda client: _pull_once(client, options, abandoned), doing
            )
        finally:
            abandoned.set()


def _pull_once(client: APIClient, options: ContainerOptions, abandoned: Event) -> str:
    from docker.errors import APIError

    repository, tag = repository_and_tag(options.image)
    try:
        progress = client.pull(
            repository,
            tag=tag,
            stream=True,
            decode=True,
            auth_config=_auth_config(options.registry_credentials),
        )
        for step in progress:
            if abandoned.is_set():
                return ""
            if "error" in step:
                return str(step["error"])
    except APIError as refusal:
        return explanation(refusal)
    return ""


def _auth_config(credentials: Mapping[str, str]) -> dict[str, str] | None:
    known = {
        CREDENTIAL_NAMES[name]: text
        for name, text in credentials.items()
        if name in CREDENTIAL_NAMES
    }
    return known or None


def _sentence(image: str, answer: str, tries: int) -> str:
    answer = " ".join(answer.split()).rstrip(".")
    how_often = "" if tries == 1 else f" ({tries} tries)"
    return (
        f'The image "{image}" cannot be had from the registry {registry_of(image)}: {answer}'
        f"{how_often}. Check the name, the registry, and the credentials it wants."
    )


def image_config(client: APIClient, image: str) -> Mapping[str, object]:
    """What an image says of how it is run.

    Raises:
        docker.errors.ImageNotFound: The engine does not have it.
    """
    facts: Mapping[str, Any] = client.inspect_image(image)  # type: ignore[no-untyped-call]  # the SDK's stubs
    return facts["Config"] or {}
