from __future__ import annotations

import pytest

from lanner_agent.runners.image_names import registry_of, repository_and_tag


@pytest.mark.parametrize(
    ("image", "registry"),
    [
        ("busybox", "docker.io"),
        ("acme/tool:1", "docker.io"),
        ("ghcr.io/acme/tool", "ghcr.io"),
        ("localhost/tool", "localhost"),
        ("127.0.0.1:5000/tool:1", "127.0.0.1:5000"),
    ],
)
def test_the_registry_is_the_host_of_the_reference(image: str, registry: str) -> None:
    assert registry_of(image) == registry


@pytest.mark.parametrize(
    ("image", "parts"),
    [
        ("busybox", ("busybox", "latest")),
        ("acme/tool:1", ("acme/tool", "1")),
        ("127.0.0.1:5000/tool", ("127.0.0.1:5000/tool", "latest")),
        ("tool@sha256:ab", ("tool", "sha256:ab")),
    ],
)
def test_the_tag_is_the_latest_unless_one_is_named(image: str, parts: tuple[str, str]) -> None:
    assert repository_and_tag(image) == parts
