from __future__ import annotations

import pytest

from lanner_agent.errors import PolicyRefused
from lanner_agent.runners.contract import ContainerOptions
from lanner_agent.runners.policy import HostPolicy


def test_nothing_of_the_host_is_allowed_by_default() -> None:
    asked = ContainerOptions(
        image="busybox", volumes=["/etc:/etc"], privileged=True, network_mode="host"
    )

    with pytest.raises(PolicyRefused) as refused:
        HostPolicy().check(asked)

    assert str(refused.value) == (
        'This host\'s policy refuses the volume "/etc:/etc" (volumes) and a privileged container'
        ' (privileged) and the network mode "host" (host_network). Its owner can allow it in the'
        " agent's policy file."
    )


def test_an_ordinary_container_is_allowed() -> None:
    HostPolicy().check(ContainerOptions(image="busybox", network_mode="none"))


@pytest.mark.parametrize("volume", ["/srv-not-this/data:/d", "/srv/../etc:/d", "other:/d"])
def test_a_volume_beside_the_allowed_ones_is_refused(volume: str) -> None:
    policy = HostPolicy(volumes=("/srv-not-there", "cache"))

    with pytest.raises(PolicyRefused):
        policy.check(ContainerOptions(image="busybox", volumes=[volume]))


@pytest.mark.parametrize("volume", ["/srv-not-there/a/b:/d:ro", "cache:/d"])
def test_an_allowed_volume_may_be_mounted(volume: str) -> None:
    policy = HostPolicy(volumes=("/srv-not-there", "cache"))

    policy.check(ContainerOptions(image="busybox", volumes=[volume]))


def test_images_may_be_limited() -> None:
    policy = HostPolicy(images=("lanner-test/*",))

    policy.check(ContainerOptions(image="lanner-test/busybox:latest"))
    with pytest.raises(PolicyRefused, match='the image "busybox"'):
        policy.check(ContainerOptions(image="busybox"))


def test_the_network_of_another_container_is_as_the_hosts() -> None:
    with pytest.raises(PolicyRefused, match="container"):
        HostPolicy().check(ContainerOptions(image="busybox", network_mode="container:abc"))
