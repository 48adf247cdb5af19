"""Where a task may not call: the addresses at which clouds hand out a host's own credentials.

A flow's author is not the owner of the agent's host. Link-local addresses (RFC 3927, RFC 4291) lead
to the metadata service of every large cloud and to nothing that a flow needs.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket

from lanner_agent.tasks.contract import TaskFailed

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# Amazon's metadata service on IPv6 is not link-local.
METADATA = frozenset({ipaddress.ip_address("fd00:ec2::254")})


def check_address(text: str, host: str) -> None:
    """Refuse an address that leads to metadata.

    Raises:
        TaskFailed: It does.
    """
    # A scope (`fe80::1%eth0`) says nothing about where it leads.
    address: Address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    if address.is_link_local or address in METADATA:
        raise TaskFailed(
            f"{host} leads to {address}, an address of this host's own surroundings (credentials of"
            " a cloud are there): tasks may not call it."
        )


async def check_host(host: str, port: int) -> None:
    """Refuse a host one of whose addresses leads to metadata.

    A name that nobody knows is let through: calling it says what is wrong.

    Raises:
        TaskFailed: It does.
    """
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        return
    for _, _, _, _, place in found:
        check_address(str(place[0]), host)
