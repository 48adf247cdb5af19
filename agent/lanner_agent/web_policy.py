"""What the owner of a host lets its tasks call: networks that are refused, and exceptions.

A flow's author is not the owner of the agent's host. Link-local addresses (RFC 3927, RFC 4291) lead
to the metadata service of every large cloud, where a host's own credentials are handed out, and to
nothing that a flow needs: they are refused unless the owner says otherwise.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

METADATA: Sequence[Network] = tuple(
    # Amazon's metadata service on IPv6 is not link-local.
    map(ipaddress.ip_network, ("169.254.0.0/16", "fe80::/10", "fd00:ec2::254/128"))
)
"""Refused always, but for what the owner allows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebPolicy:
    """Networks that tasks may call.

    Attributes:
        allowed: May be called, whatever else is refused.
        refused: May not be called, with METADATA.
    """

    allowed: Sequence[Network] = ()
    refused: Sequence[Network] = ()

    def refusal(self, text: str, host: str) -> str | None:
        """Why an address may not be called; absent: it may.

        Args:
            text: The address.
            host: The name that led to it.
        """
        # A scope (`fe80::1%eth0`) says nothing about where it leads.
        address: Address = ipaddress.ip_address(text.partition("%")[0])
        if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
            address = address.ipv4_mapped
        if any(address in network for network in self.allowed):
            return None
        if any(address in network for network in METADATA):
            return (
                f"{host} leads to {address}, an address of this host's own surroundings"
                " (credentials of a cloud are there): tasks may not call it."
            )
        if any(address in network for network in self.refused):
            return f"{host} leads to {address}, which the policy of this agent's host refuses."
        return None


def read_networks(texts: Sequence[str]) -> Sequence[Network]:
    """Networks as `10.0.0.0/8`, or single addresses.

    Raises:
        ValueError: One is neither.
    """
    return tuple(ipaddress.ip_network(text) for text in texts)
