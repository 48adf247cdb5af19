from __future__ import annotations

from pathlib import Path

import pytest

from lanner_agent.config import load_config
from lanner_agent.errors import ConfigError


def test_the_command_line_says_everything() -> None:
    config = load_config(
        [
            *("--coordinator", "unix:/run/lanner.sock"),
            *("--data", "/srv/agent"),
            *("--id", "etl-1"),
            *("--slots", "3"),
            *("--label", "zone=eu"),
            *("--label", "gpu=yes"),
            *("--drain-seconds", "60"),
            *("--log-level", "debug"),
            *("--spool-mib", "2"),
            *("--min-disk-free-mib", "1"),
            *("--policy", "/etc/policy.toml"),
        ]
    )

    assert config.coordinator == "unix:/run/lanner.sock"
    assert config.data == Path("/srv/agent")
    assert (config.agent_id, config.slots, config.labels) == (
        "etl-1",
        3,
        {"zone": "eu", "gpu": "yes"},
    )
    assert (config.drain_seconds, config.log_level) == (60.0, "debug")
    assert (config.spool_bytes, config.min_disk_free_bytes) == (2 << 20, 1 << 20)
    assert config.policy == Path("/etc/policy.toml")


@pytest.mark.parametrize("address", ["127.0.0.1:7433", "localhost:7433", "[::1]:7433"])
def test_a_port_of_this_machine_is_taken(address: str) -> None:
    assert load_config(["--coordinator", address]).coordinator == address


@pytest.mark.parametrize("address", ["10.0.0.7:7433", "coordinator.example.com:7433"])
def test_another_machine_is_refused_with_a_way_out(address: str) -> None:
    with pytest.raises(ConfigError, match="not encrypted yet: use a Unix socket"):
        load_config(["--coordinator", address])


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ([], "No coordinator is named"),
        (["--coordinator", "somewhere"], "is no address"),
        (["--coordinator", "unix:/s", "--id", "my agent"], "is no agent id"),
        (["--coordinator", "unix:/s", "--label", "eu"], "is no label"),
        (["--coordinator", "unix:/s", "--slots", "0"], "Slots"),
    ],
)
def test_what_makes_no_sense_is_refused(arguments: list[str], problem: str) -> None:
    with pytest.raises(ConfigError, match=problem):
        load_config(arguments)
