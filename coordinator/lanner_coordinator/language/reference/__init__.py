"""The reference of the language, written from what the reader and the renderer work with.

Every property, type, filter, function and test has an example, and every result that a page shows
was rendered when the page was written.
"""

from __future__ import annotations
