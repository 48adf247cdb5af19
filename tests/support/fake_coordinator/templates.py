"""The fake TemplateService."""

from __future__ import annotations

from typing import Any

import grpc
import grpc.aio

from lanner_proto.v1 import template_pb2, template_pb2_grpc
from tests.support.fake_coordinator.state import FakeState

Context = grpc.aio.ServicerContext[Any, Any]


class FakeTemplateService(template_pb2_grpc.TemplateServiceServicer):
    """Serves the templates of the state; of a source it reads the id and the namespace."""

    def __init__(self, state: FakeState) -> None:
        self._state = state

    async def ApplyTemplate(
        self, request: template_pb2.ApplyTemplateRequest, context: Context
    ) -> template_pb2.ApplyTemplateResponse:
        await self._state.enter("ApplyTemplate", request, context)
        lines = (line.partition(": ") for line in request.source.splitlines())
        read = {name: value for name, _, value in lines}
        key = (read["namespace"], read["id"])
        before = self._state.templates.get(key)
        template = template_pb2.Template(
            namespace=key[0],
            id=key[1],
            source=request.source,
            version=before.version + 1 if before else 1,
        )
        self._state.templates[key] = template
        return template_pb2.ApplyTemplateResponse(template=template)

    async def GetTemplate(
        self, request: template_pb2.GetTemplateRequest, context: Context
    ) -> template_pb2.GetTemplateResponse:
        await self._state.enter("GetTemplate", request, context)
        template = await self._find(request.namespace, request.id, context)
        return template_pb2.GetTemplateResponse(template=template)

    async def ListTemplates(
        self, request: template_pb2.ListTemplatesRequest, context: Context
    ) -> template_pb2.ListTemplatesResponse:
        await self._state.enter("ListTemplates", request, context)
        matching = [
            template
            for (namespace, _), template in sorted(self._state.templates.items())
            if request.namespace in ("", namespace)
        ]
        end = request.offset + (request.limit or 100)
        return template_pb2.ListTemplatesResponse(
            templates=matching[request.offset : end], total_count=len(matching)
        )

    async def DeleteTemplate(
        self, request: template_pb2.DeleteTemplateRequest, context: Context
    ) -> template_pb2.DeleteTemplateResponse:
        await self._state.enter("DeleteTemplate", request, context)
        await self._find(request.namespace, request.id, context)
        del self._state.templates[request.namespace, request.id]
        return template_pb2.DeleteTemplateResponse()

    async def _find(
        self, namespace: str, template_id: str, context: Context
    ) -> template_pb2.Template:
        template = self._state.templates.get((namespace, template_id))
        if template is None:
            missing = f"there is no template {namespace}/{template_id}"
            await context.abort(grpc.StatusCode.NOT_FOUND, missing)
            raise AssertionError("abort raises")
        return template
