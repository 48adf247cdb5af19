"""Secrets on the wire: all but their values."""

from __future__ import annotations

from lanner_coordinator.rpc.convert_values import date_out
from lanner_coordinator.store.secret_records import SecretRecord
from lanner_proto.v1 import secret_pb2


def secret_out(record: SecretRecord) -> secret_pb2.Secret:
    """What is known of a secret."""
    return secret_pb2.Secret(
        namespace=record.namespace,
        key=record.key,
        description=record.description,
        created_at=date_out(record.created_at),
        updated_at=date_out(record.updated_at),
        updated_by=record.updated_by,
        version=record.version,
    )


def provided_out(provider: str, namespace: str, key: str) -> secret_pb2.Secret:
    """What is known of a provider's secret."""
    return secret_pb2.Secret(provider=provider, namespace=namespace, key=key)
