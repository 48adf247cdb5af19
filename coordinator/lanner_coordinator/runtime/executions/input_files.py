"""Files that an execution is given become its own, whatever happens to the upload."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from lanner_coordinator.engine.plan import Plan
from lanner_coordinator.flow.model import InputType
from lanner_coordinator.runtime.artifacts import (
    ArtifactRefused,
    ArtifactStorage,
    ArtifactUri,
    Owner,
    parse_uri,
)


class InputFiles:
    """Takes uploads over."""

    def __init__(self, storage: ArtifactStorage) -> None:
        self._storage = storage

    async def adopt(
        self, plan: Plan, inputs: Mapping[str, object], execution_id: str
    ) -> Mapping[str, object]:
        """Inputs with the URIs of the execution's own files in place of those of uploads.

        An upload stays: a second execution may be given it too. What was adopted for an execution
        that is not created after all goes with the next purge.

        Raises:
            ArtifactMissing: There is no such upload.
        """
        owner = Owner(
            namespace=plan.flow.namespace, flow_id=plan.flow.id, execution_id=execution_id
        )
        adopted = dict(inputs)
        for one in plan.flow.inputs:
            if one.type is not InputType.FILE:
                continue
            *path, name = one.id.split(".")
            holder = _holder(adopted, path)
            upload = _upload(holder.get(name)) if holder is not None else None
            if holder is None or upload is None:
                continue
            target = ArtifactUri.of_input(owner, one.id, upload.name)
            await self._storage.copy(upload, target)
            holder[name] = str(target)
        return adopted


def _holder(values: dict[str, object], path: list[str]) -> dict[str, object] | None:
    """The map that holds a nested input, copied on the way to it; absent: there is none."""
    for step in path:
        inner = values.get(step)
        if not isinstance(inner, Mapping):
            return None
        values[step] = values = dict(cast("Mapping[str, object]", inner))
    return values


def _upload(value: object) -> ArtifactUri | None:
    """The upload that a value names; absent: it names none."""
    if not isinstance(value, str):
        return None
    try:
        uri = parse_uri(value)
    except ArtifactRefused:
        return None
    return uri if uri.is_upload else None
