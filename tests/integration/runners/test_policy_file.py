from __future__ import annotations

from pathlib import Path

import pytest

from lanner_agent.errors import ConfigError
from lanner_agent.runners.policy import HostPolicy, read_host_policy


def test_a_policy_says_what_is_allowed(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_text('images = ["acme/*"]\nvolumes = ["/srv"]\nhost_network = true\n')

    assert read_host_policy(path) == HostPolicy(
        images=("acme/*",), volumes=("/srv",), host_network=True
    )


def test_an_empty_policy_allows_what_none_allows(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.touch()

    assert read_host_policy(path) == HostPolicy()


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_text('images = "acme"\nprivilegd = true\nhost_network = 1\n')

    with pytest.raises(ConfigError) as wrong:
        read_host_policy(path)
    assert str(wrong.value) == (
        f"The policy {path} makes no sense: `images` must be a list of texts. `privilegd` is"
        " unknown; there are images, volumes, privileged, host_network, refused_networks and"
        " allowed_networks. `host_network` must be true or false."
    )


def test_a_missing_or_broken_policy_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        read_host_policy(tmp_path / "gone.toml")
    broken = tmp_path / "policy.toml"
    broken.write_text("images = ")
    with pytest.raises(ConfigError, match="is no TOML"):
        read_host_policy(broken)
