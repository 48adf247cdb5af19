"""Templates."""

from __future__ import annotations

from lanner_console.models import Page, TemplateRow
from lanner_console.wire.state import instant
from lanner_proto.v1 import template_pb2


def row(message: template_pb2.Template) -> TemplateRow:
    """A template."""
    return TemplateRow(
        namespace=message.namespace,
        id=message.id,
        description=message.description,
        source=message.source,
        version=message.version,
        updated_at=instant(message.updated_at, is_set=message.HasField("updated_at")),
        updated_by=message.updated_by,
    )


def page(message: template_pb2.ListTemplatesResponse) -> Page[TemplateRow]:
    """A page of templates."""
    return Page(rows=tuple(map(row, message.templates)), total_count=message.total_count)
