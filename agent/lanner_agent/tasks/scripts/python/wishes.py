"""The properties that only Python tasks have, and what they ask for."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lanner_agent.tasks import schema
from lanner_agent.tasks.properties import PropertyReader
from lanner_agent.tasks.schema import Schema

MANAGERS = ("UV", "PIP")

DEFAULT_VERSION = "3.13"
"""Version whose packages are chosen when neither the task nor its image says one, as in Kestra."""

_VERSION = re.compile(r"3(\.[0-9]+){0,2}")
_IMAGE_VERSION = re.compile(r"(?:^|/)python:(3(?:\.[0-9]+){1,2})(?![0-9.])")
_REQUIREMENT = re.compile(
    r"[A-Za-z0-9][\w.-]*\s*(?:\[[\w,\s.-]*\])?\s*(?:[(<>=!~;][^/\\\n]*|@\s*(?:git\+)?https?://\S+)?"
    r"|https?://\S+"
)

PROPERTIES: Mapping[str, Schema] = {
    "dependencies": schema.texts(
        "Packages that are installed for the script before it runs, as `pip` names them:"
        " `pandas==2.3.0`, `requests>=2.28`."
    ),
    "dependencyCacheEnabled": schema.flag(
        "Keep what was installed on the agent for later runs with the same packages.", default=True
    ),
    "pythonVersion": schema.text(
        "Version whose packages are installed, as `3.12`; absent: that of the image's tag or of"
        " the host's Python. With the process runner it is also the one that runs the script."
    ),
    "packageManager": schema.choice(
        "What installs; without uv on the agent's host, pip does.", MANAGERS, default="UV"
    ),
    "uvAutoInstallEnabled": schema.flag(
        "Accepted: agents use the uv of their host and load none.", default=True
    ),
    "uvInstallerVersion": schema.text("Accepted, as `uvAutoInstallEnabled` is."),
    "uvInstallerSha256": schema.text("Accepted, as `uvAutoInstallEnabled` is."),
}
"""Schemas, by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageWish:
    """What a task wants to be installed.

    Attributes:
        requirements: As pip names them, sorted.
        version: Of Python, as the task says; empty: it does not.
        manager: One of MANAGERS.
        is_kept: It may be used by later attempts.
    """

    requirements: Sequence[str]
    version: str
    manager: str
    is_kept: bool

    def key(self, version: str, platform: str) -> str:
        """Names the folder with these packages for a version of Python and a platform."""
        parts = (self.manager, version, platform, *self.requirements)
        return f"python-{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()[:40]}"


def read_wish(reader: PropertyReader) -> PackageWish | None:
    """The packages that the properties ask for; problems stay in the reader."""
    requirements = [one.strip() for one in reader.texts("dependencies") if one.strip()]
    version = reader.text("pythonVersion") or ""
    if version and _VERSION.fullmatch(version) is None:
        reader.refuse(f'The property `pythonVersion` is "{version}": write it like 3.12.')
    for one in requirements:
        if _REQUIREMENT.fullmatch(one) is None:
            reader.refuse(
                f'The property `dependencies` has "{one}": name packages of an index, not options'
                " or files of the host."
            )
    manager = reader.choice("packageManager", MANAGERS, "UV")
    is_kept = reader.flag("dependencyCacheEnabled", default=True)
    for name in ("uvAutoInstallEnabled", "uvInstallerVersion", "uvInstallerSha256"):
        reader.value(name)
    if not requirements and not version:
        return None
    return PackageWish(
        requirements=sorted(set(requirements)), version=version, manager=manager, is_kept=is_kept
    )


def image_version(image: str) -> str:
    """The version that the tag of an image of Python says, `python:3.12-slim`; empty: none."""
    found = _IMAGE_VERSION.search(image)
    return found.group(1) if found else ""


def image_platform(image: str) -> str:
    """`musl` for images of Alpine, whose wheels are others; else `gnu`."""
    return "musl" if "alpine" in image.rpartition(":")[2] else "gnu"
