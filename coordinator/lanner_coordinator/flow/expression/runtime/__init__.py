"""What compiled templates call while they are rendered, in layers of one class.

`Variables` holds the state and looks names up, `Operations` does operators and conditions,
`Invocations` calls filters, functions and tests, and `RenderContext` adds tags.
"""

from __future__ import annotations
