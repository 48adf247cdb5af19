"""The catalog of task types, as the coordinator gets it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field

import msgspec

from lanner_agent.tasks.contract import TaskType
from lanner_proto.v1 import agent_pb2


@dataclass(frozen=True, slots=True, kw_only=True)
class EncodedCatalog:
    """A catalog ready to be sent.

    Attributes:
        sha256: Of the serialized catalog, hexadecimal.
        message: The serialized `AgentMessage`.
    """

    sha256: str
    message: bytes = field(repr=False)


def encode_catalog(task_types: Iterable[TaskType]) -> EncodedCatalog:
    """Serialize the types; the same types in any order give the same hash."""
    in_order = sorted(task_types, key=lambda task_type: task_type.name)
    catalog = agent_pb2.Catalog(task_types=[_task_type(each) for each in in_order])
    return EncodedCatalog(
        sha256=hashlib.sha256(catalog.SerializeToString(deterministic=True)).hexdigest(),
        message=agent_pb2.AgentMessage(catalog=catalog).SerializeToString(deterministic=True),
    )


def _task_type(task_type: TaskType) -> agent_pb2.TaskType:
    return agent_pb2.TaskType(
        name=task_type.name,
        aliases=task_type.aliases,
        description=task_type.description,
        properties_schema=msgspec.json.encode(task_type.properties_schema, order="sorted").decode(),
        outputs_schema=msgspec.json.encode(task_type.outputs_schema, order="sorted").decode(),
    )
