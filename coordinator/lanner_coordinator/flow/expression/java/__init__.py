"""What Java does with numbers, dates and texts, where flows can see it."""

from __future__ import annotations
