"""The fake NamespaceService and NamespaceFileService."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from typing import Any

import grpc
import grpc.aio

from lanner_proto.v1 import (
    artifact_pb2,
    namespace_file_pb2,
    namespace_file_pb2_grpc,
    namespace_pb2,
    namespace_pb2_grpc,
)
from tests.support.fake_coordinator.state import FakeState

Context = grpc.aio.ServicerContext[Any, Any]


class FakeNamespaceService(namespace_pb2_grpc.NamespaceServiceServicer):
    """Serves the namespaces of the state; nothing is inherited, and YAML is not read."""

    def __init__(self, state: FakeState) -> None:
        self._state = state

    async def ListNamespaces(
        self, request: namespace_pb2.ListNamespacesRequest, context: Context
    ) -> namespace_pb2.ListNamespacesResponse:
        await self._state.enter("ListNamespaces", request, context)
        known = sorted(self._state.namespaces.items())
        found = [one for name, one in known if name.startswith(request.below)]
        end = request.offset + (request.limit or 100)
        return namespace_pb2.ListNamespacesResponse(
            namespaces=found[request.offset : end], total_count=len(found)
        )

    async def GetNamespace(
        self, request: namespace_pb2.GetNamespaceRequest, context: Context
    ) -> namespace_pb2.GetNamespaceResponse:
        await self._state.enter("GetNamespace", request, context)
        if request.name not in self._state.namespaces:
            await context.abort(grpc.StatusCode.NOT_FOUND, f"there is no namespace {request.name}")
        return namespace_pb2.GetNamespaceResponse(namespace=self._state.namespaces[request.name])

    async def SetNamespace(
        self, request: namespace_pb2.SetNamespaceRequest, context: Context
    ) -> namespace_pb2.SetNamespaceResponse:
        await self._state.enter("SetNamespace", request, context)
        before = self._state.namespaces.get(request.name)
        version = before.version if before else 0
        if request.HasField("if_version") and request.if_version != version:
            await context.abort(grpc.StatusCode.ABORTED, f"{request.name} is at version {version}")
        value = namespace_pb2.Namespace(
            name=request.name,
            own=request.settings,
            effective=request.settings,
            version=version + 1,
        )
        self._state.namespaces[request.name] = value
        return namespace_pb2.SetNamespaceResponse(namespace=value)

    async def ApplyNamespaces(
        self, request: namespace_pb2.ApplyNamespacesRequest, context: Context
    ) -> namespace_pb2.ApplyNamespacesResponse:
        await self._state.enter("ApplyNamespaces", request, context)
        return namespace_pb2.ApplyNamespacesResponse(
            applied=[
                namespace_pb2.AppliedNamespace(
                    source_name=one.name,
                    name="company",
                    change=namespace_pb2.NAMESPACE_CHANGE_CREATED,
                    version=1,
                )
                for one in request.sources
            ]
        )

    async def DeleteNamespace(
        self, request: namespace_pb2.DeleteNamespaceRequest, context: Context
    ) -> namespace_pb2.DeleteNamespaceResponse:
        await self._state.enter("DeleteNamespace", request, context)
        if self._state.namespaces.pop(request.name, None) is None:
            await context.abort(grpc.StatusCode.NOT_FOUND, f"nothing is set for {request.name}")
        return namespace_pb2.DeleteNamespaceResponse()


class FakeNamespaceFileService(namespace_file_pb2_grpc.NamespaceFileServiceServicer):
    """Serves the files of the state by namespace and path, with all their versions."""

    def __init__(self, state: FakeState) -> None:
        self._state = state

    async def ListNamespaceFiles(
        self, request: namespace_file_pb2.ListNamespaceFilesRequest, context: Context
    ) -> namespace_file_pb2.ListNamespaceFilesResponse:
        await self._state.enter("ListNamespaceFiles", request, context)
        prefix = f"{request.folder}/" if request.folder else ""
        found = [
            _file(path, versions)
            for (namespace, path), versions in sorted(self._state.namespace_files.items())
            if namespace == request.namespace and path.startswith(prefix)
        ]
        end = request.offset + (request.limit or 100)
        return namespace_file_pb2.ListNamespaceFilesResponse(
            files=found[request.offset : end], total_count=len(found)
        )

    async def PutNamespaceFile(
        self,
        request_iterator: AsyncIterator[namespace_file_pb2.PutNamespaceFileRequest],
        context: Context,
    ) -> namespace_file_pb2.PutNamespaceFileResponse:
        header = (await anext(aiter(request_iterator))).header
        await self._state.enter("PutNamespaceFile", header, context)
        content = b"".join([request.data async for request in request_iterator])
        versions = self._state.namespace_files.setdefault((header.namespace, header.path), [])
        versions.append(content)
        file = _file(header.path, versions)
        return namespace_file_pb2.PutNamespaceFileResponse(file=file, is_new=True)

    async def FindNamespaceFileUpload(
        self, request: namespace_file_pb2.NamespaceFileHeader, context: Context
    ) -> artifact_pb2.UploadProgress:
        await self._state.enter("FindNamespaceFileUpload", request, context)
        return artifact_pb2.UploadProgress()

    async def GetNamespaceFile(
        self, request: namespace_file_pb2.GetNamespaceFileRequest, context: Context
    ) -> AsyncIterator[artifact_pb2.ArtifactChunk]:
        await self._state.enter("GetNamespaceFile", request, context)
        versions = await self._find(request.namespace, request.path, context)
        content = versions[(request.version or len(versions)) - 1]
        yield artifact_pb2.ArtifactChunk(data=content[request.offset :], total_bytes=len(content))

    async def MoveNamespaceFile(
        self, request: namespace_file_pb2.MoveNamespaceFileRequest, context: Context
    ) -> namespace_file_pb2.MoveNamespaceFileResponse:
        await self._state.enter("MoveNamespaceFile", request, context)
        versions = await self._find(request.namespace, request.source, context)
        del self._state.namespace_files[request.namespace, request.source]
        self._state.namespace_files[request.namespace, request.target] = versions[-1:]
        moved = namespace_file_pb2.MovedNamespaceFile(
            source=request.source, file=_file(request.target, versions[-1:])
        )
        return namespace_file_pb2.MoveNamespaceFileResponse(files=[moved])

    async def DeleteNamespaceFiles(
        self, request: namespace_file_pb2.DeleteNamespaceFilesRequest, context: Context
    ) -> namespace_file_pb2.DeleteNamespaceFilesResponse:
        await self._state.enter("DeleteNamespaceFiles", request, context)
        deleted = []
        for path in request.paths:
            deleted.append(_file(path, await self._find(request.namespace, path, context)))
            del self._state.namespace_files[request.namespace, path]
        return namespace_file_pb2.DeleteNamespaceFilesResponse(files=deleted)

    async def ListNamespaceFileVersions(
        self, request: namespace_file_pb2.ListNamespaceFileVersionsRequest, context: Context
    ) -> namespace_file_pb2.ListNamespaceFileVersionsResponse:
        await self._state.enter("ListNamespaceFileVersions", request, context)
        versions = await self._find(request.namespace, request.path, context)
        counts = range(len(versions), 0, -1)
        return namespace_file_pb2.ListNamespaceFileVersionsResponse(
            versions=[_file(request.path, versions[:count]) for count in counts]
        )

    async def _find(self, namespace: str, path: str, context: Context) -> list[bytes]:
        versions = self._state.namespace_files.get((namespace, path))
        if versions is None:
            await context.abort(grpc.StatusCode.NOT_FOUND, f"There is no file '{path}'")
            raise AssertionError("abort raises")
        return versions


def _file(path: str, versions: list[bytes]) -> namespace_file_pb2.NamespaceFile:
    return namespace_file_pb2.NamespaceFile(
        path=path,
        version=len(versions),
        size_bytes=len(versions[-1]),
        sha256=hashlib.sha256(versions[-1]).digest(),
    )
