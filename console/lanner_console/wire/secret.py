"""Secrets, without their values."""

from __future__ import annotations

from lanner_console.models import Page, SecretRow
from lanner_console.wire.state import instant
from lanner_proto.v1 import secret_pb2


def row(message: secret_pb2.Secret) -> SecretRow:
    """What is known of a secret."""
    return SecretRow(
        namespace=message.namespace,
        key=message.key,
        description=message.description,
        updated_at=instant(message.updated_at, is_set=message.HasField("updated_at")),
        updated_by=message.updated_by,
        version=message.version,
    )


def page(message: secret_pb2.ListSecretsResponse) -> Page[SecretRow]:
    """A page of the secrets of a namespace."""
    return Page(rows=tuple(map(row, message.secrets)), total_count=message.total_count)
