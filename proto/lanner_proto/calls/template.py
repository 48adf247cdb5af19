"""Templates: store, read and remove them."""

from __future__ import annotations

from lanner_proto.connection import Connection
from lanner_proto.v1 import template_pb2
from lanner_proto.v1.template_pb2_grpc import TemplateServiceStub


class TemplateCalls(Connection):
    """Calls of `lanner.v1.TemplateService`."""

    async def apply_template(self, source: str) -> template_pb2.Template:
        """Store a template.

        Raises:
            InvalidInput: The source has errors.
        """
        response = await self._unary(
            lambda channel: TemplateServiceStub(channel).ApplyTemplate,
            template_pb2.ApplyTemplateRequest(source=source),
            may_repeat=True,
        )
        return response.template

    async def get_template(self, namespace: str, template_id: str) -> template_pb2.Template:
        """A template with its source.

        Raises:
            NotFound: No such template.
        """
        response = await self._unary(
            lambda channel: TemplateServiceStub(channel).GetTemplate,
            template_pb2.GetTemplateRequest(namespace=namespace, id=template_id),
            may_repeat=True,
        )
        return response.template

    async def list_templates(
        self, namespace: str = "", *, limit: int = 0, offset: int = 0
    ) -> template_pb2.ListTemplatesResponse:
        """Templates without their sources, of all namespaces with an empty one, and how many."""
        return await self._unary(
            lambda channel: TemplateServiceStub(channel).ListTemplates,
            template_pb2.ListTemplatesRequest(namespace=namespace, limit=limit, offset=offset),
            may_repeat=True,
        )

    async def delete_template(self, namespace: str, template_id: str) -> None:
        """Remove a template.

        Raises:
            NotFound: No such template.
        """
        await self._unary(
            lambda channel: TemplateServiceStub(channel).DeleteTemplate,
            template_pb2.DeleteTemplateRequest(namespace=namespace, id=template_id),
            may_repeat=False,
        )
