"""Names that are more than texts."""

from __future__ import annotations

from typing import NewType

AttemptId = NewType("AttemptId", str)
