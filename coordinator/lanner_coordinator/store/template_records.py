"""What is stored of templates: lists of tasks that flows put in by name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateRecord:
    """One template as it is now.

    Attributes:
        namespace: Where it lives.
        template_id: Its id there.
        source: YAML text.
        description: For people; may be empty.
        uses: Names of the templates that its own tasks put in.
        version: 1, and one more for each time that it was changed.
        created_at: When it was applied first.
        updated_at: When it was changed last.
        updated_by: Who changed it last.
    """

    namespace: str
    template_id: str
    source: str
    description: str = ""
    uses: tuple[str, ...] = ()
    version: int = 1
    created_at: datetime
    updated_at: datetime
    updated_by: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """Namespace and id."""
        return self.namespace, self.template_id
