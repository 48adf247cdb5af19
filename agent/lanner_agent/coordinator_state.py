"""What the agent last knew of the coordinator, on disk: a restarted agent fences itself by it."""

from __future__ import annotations

import logging
from datetime import datetime
from pathlib import Path

import msgspec

log = logging.getLogger(__name__)


class CoordinatorState(msgspec.Struct, frozen=True, kw_only=True):
    """The last contact.

    Attributes:
        epoch: Of the coordinator's store; 0: none seen.
        lease_seconds: How long attempts are leased from the last contact.
        contact_at: When the last heartbeat was sent that was answered; absent: never.
    """

    epoch: int = 0
    lease_seconds: float = 30.0
    contact_at: datetime | None = None


def load_state(path: Path) -> CoordinatorState:
    """Read what an earlier boot wrote; what cannot be read counts as nothing known."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=CoordinatorState)
    except FileNotFoundError:
        return CoordinatorState()
    except (OSError, msgspec.MsgspecError) as error:
        log.warning("%s cannot be read and is not used: %s", path.name, error)
        return CoordinatorState()


def save_state(path: Path, state: CoordinatorState) -> None:
    """Write it, all or nothing; not synced: it is for a killed agent, not for a dead machine."""
    draft = path.with_suffix(".draft")
    draft.write_bytes(msgspec.json.encode(state))
    draft.rename(path)
