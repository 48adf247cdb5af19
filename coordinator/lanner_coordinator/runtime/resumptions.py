"""What a sender says of an upload that may go on after a broken link."""

from __future__ import annotations

from lanner_coordinator.runtime.artifacts import Resumption
from lanner_coordinator.runtime.errors import InvalidRequest

UPLOAD_ID_LENGTHS = range(16, 65)
"""Characters of the id of an upload that can go on."""


def read_resumption(upload_id: str, offset: int, size_bytes: int, *place: str) -> Resumption | None:
    """How an upload goes on; absent: it cannot.

    Args:
        upload_id: Given by the sender; empty: none.
        offset: Bytes that came before.
        size_bytes: Of the whole; 0: not known.
        place: What the upload is for; another place is another upload.

    Raises:
        InvalidRequest: The id is none that an upload can have, or a number makes no sense.
    """
    if offset < 0 or size_bytes < 0:
        raise InvalidRequest("`offset` and `size_bytes` of an upload are 0 or above")
    if not upload_id:
        if offset:
            raise InvalidRequest("`offset` needs the `upload_id` of the upload that goes on")
        return None
    if len(upload_id) not in UPLOAD_ID_LENGTHS:
        raise InvalidRequest("`upload_id` has 16 to 64 characters, which nobody can guess")
    return Resumption(key=" ".join((*place, upload_id)), offset=offset)
