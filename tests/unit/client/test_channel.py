from __future__ import annotations

import pytest

from lanner_proto.channel import check_address
from lanner_proto.errors import InvalidInput


@pytest.mark.parametrize(
    "address", ["unix:/run/lanner.sock", "localhost:7443", "10.0.0.1:7443", "[::1]:7443"]
)
def test_sockets_and_ports_are_addresses(address: str) -> None:
    assert check_address(address) == address


@pytest.mark.parametrize("address", ["", "localhost", "unix:relative.sock", "http://a:1", "a b:1"])
def test_anything_else_is_refused_with_how_to_write_one(address: str) -> None:
    with pytest.raises(InvalidInput, match=r"write unix:/path/to/coordinator\.sock or host:port"):
        check_address(address)
