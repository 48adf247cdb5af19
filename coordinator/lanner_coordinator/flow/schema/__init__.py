"""One JSON Schema of all flows, for editors and for the reference.

`described` says what every common key is, `document` puts the schema together from the tables that
the reader reads with and from the catalog.
"""

from __future__ import annotations
