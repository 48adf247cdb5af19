"""What the owner of a host lets its tasks call."""

from __future__ import annotations

from pathlib import Path

import pytest

from lanner_agent.errors import ConfigError
from lanner_agent.runners.policy import read_host_policy
from lanner_agent.web_policy import WebPolicy, read_networks


@pytest.mark.parametrize(
    "address",
    ["169.254.169.254", "fe80::1%eth0", "::ffff:169.254.169.254", "fd00:ec2::254"],
)
def test_the_metadata_of_clouds_is_out_of_reach(address: str) -> None:
    assert WebPolicy().refusal(address, "meta.example") is not None


def test_what_is_not_refused_may_be_called() -> None:
    assert WebPolicy().refusal("10.1.2.3", "db") is None


def test_refused_networks_are_refused_but_for_the_exceptions() -> None:
    policy = WebPolicy(
        refused=read_networks(["10.0.0.0/8", "::1"]), allowed=read_networks(["10.1.2.3"])
    )

    assert policy.refusal("10.1.2.4", "db") == (
        "db leads to 10.1.2.4, which the policy of this agent's host refuses."
    )
    assert policy.refusal("::1", "localhost") is not None
    assert policy.refusal("::ffff:10.9.9.9", "db") is not None
    assert policy.refusal("10.1.2.3", "db") is None
    assert policy.refusal("192.0.2.1", "web") is None


def test_an_exception_reaches_the_metadata_too() -> None:
    policy = WebPolicy(allowed=read_networks(["169.254.169.254"]))

    assert policy.refusal("169.254.169.254", "meta") is None


def test_the_policy_file_names_networks(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_text('refused_networks = ["10.0.0.0/8"]\nallowed_networks = ["10.1.2.3"]\n')

    policy = read_host_policy(path).web

    assert policy.refusal("10.0.0.1", "db") is not None
    assert policy.refusal("10.1.2.3", "db") is None


@pytest.mark.parametrize("value", ['["10.0.0.1/8"]', '["example.org"]', '"10.0.0.0/8"', "[1]"])
def test_what_is_no_network_is_told(tmp_path: Path, value: str) -> None:
    path = tmp_path / "policy.toml"
    path.write_text(f"refused_networks = {value}\n")

    with pytest.raises(ConfigError, match="refused_networks"):
        read_host_policy(path)
