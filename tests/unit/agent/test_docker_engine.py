from __future__ import annotations

import pytest

from lanner_agent.runners.docker.engine import is_local_engine


@pytest.mark.parametrize(
    ("environment", "is_local"),
    [
        ({}, True),
        ({"DOCKER_HOST": "unix:///run/user/1000/docker.sock"}, True),
        ({"DOCKER_HOST": "tcp://engine:2376"}, False),
        ({"DOCKER_HOST": "ssh://somebody@engine"}, False),
    ],
)
def test_only_an_engine_at_a_socket_of_this_host_is_local(
    environment: dict[str, str], *, is_local: bool
) -> None:
    assert is_local_engine(environment) is is_local
