"""The TemplateService."""

from __future__ import annotations

from dataclasses import replace

from lanner_coordinator.rpc.callers import caller_of
from lanner_coordinator.rpc.convert_values import date_out
from lanner_coordinator.rpc.interceptor import Context
from lanner_coordinator.rpc.limits import page_limit, page_offset, required
from lanner_coordinator.runtime.templates.editing import TemplateEditor
from lanner_coordinator.store.template_records import TemplateRecord
from lanner_proto.v1 import template_pb2, template_pb2_grpc


class TemplateService(template_pb2_grpc.TemplateServiceServicer):
    """Serves templates; what each call means stands in `template.proto`."""

    def __init__(self, *, editor: TemplateEditor) -> None:
        self._editor = editor

    async def ApplyTemplate(
        self, request: template_pb2.ApplyTemplateRequest, context: Context
    ) -> template_pb2.ApplyTemplateResponse:
        """Store a template."""
        source = required("source", request.source)
        record = await self._editor.apply(source, by=caller_of(context))
        return template_pb2.ApplyTemplateResponse(template=_out(record))

    async def GetTemplate(
        self, request: template_pb2.GetTemplateRequest, context: Context
    ) -> template_pb2.GetTemplateResponse:
        """Read a template."""
        record = self._editor.get(
            required("namespace", request.namespace), required("id", request.id)
        )
        return template_pb2.GetTemplateResponse(template=_out(record))

    async def ListTemplates(
        self, request: template_pb2.ListTemplatesRequest, context: Context
    ) -> template_pb2.ListTemplatesResponse:
        """A page of templates without their sources."""
        page, total_count = self._editor.page(
            request.namespace,
            limit=page_limit(request.limit, default=100, highest=1_000),
            offset=page_offset(request.offset),
        )
        return template_pb2.ListTemplatesResponse(
            templates=[_out(replace(record, source="")) for record in page],
            total_count=total_count,
        )

    async def DeleteTemplate(
        self, request: template_pb2.DeleteTemplateRequest, context: Context
    ) -> template_pb2.DeleteTemplateResponse:
        """Remove a template."""
        await self._editor.delete(
            required("namespace", request.namespace), required("id", request.id)
        )
        return template_pb2.DeleteTemplateResponse()


def _out(record: TemplateRecord) -> template_pb2.Template:
    return template_pb2.Template(
        namespace=record.namespace,
        id=record.template_id,
        description=record.description,
        source=record.source,
        version=record.version,
        created_at=date_out(record.created_at),
        updated_at=date_out(record.updated_at),
        updated_by=record.updated_by,
    )
