"""`core.namespace.*`: files of namespaces, worked on inside the coordinator."""

from __future__ import annotations

from lanner_coordinator.flow.types.file_task import file_task
from lanner_coordinator.flow.types.schemas import PREFIX, Schema, boolean, one_of, record, text

_FAMILY = f"{PREFIX}core.namespace."

UPLOAD_FILES = f"{_FAMILY}UploadFiles"
DOWNLOAD_FILES = f"{_FAMILY}DownloadFiles"
DELETE_FILES = f"{_FAMILY}DeleteFiles"
PURGE_FILES = f"{_FAMILY}PurgeFiles"

CONFLICTS = ("OVERWRITE", "ERROR", "SKIP")

_NAMESPACE = text("Whose files; absent: the namespace of the flow.")
_PATTERNS: Schema = {
    "anyOf": [{"type": "array", "items": {"type": "string"}}, {"type": "string"}],
    "description": "Patterns of files, `**.sql`, or one.",
}
_TEXTS: Schema = {
    "anyOf": [{"type": "array", "items": {"type": "string"}}, {"type": "string"}],
    "description": "Names, or one.",
}
_FILES: Schema = {"type": "object", "description": "URI of each file by its name."}
_BEHAVIOR: Schema = {
    "type": "object",
    "properties": {
        "type": text("`version`."),
        "before": text("Only versions stored until this date, and never the newest."),
        "keepAmount": {
            "type": "integer",
            "minimum": 0,
            "description": "How many versions of each file are kept.",
        },
    },
    "additionalProperties": False,
    "description": "Which versions; absent: all but the newest. A map without limits: all.",
}


TYPES = (
    file_task(
        UPLOAD_FILES,
        "Store files of an execution as files of a namespace.",
        "namespace: company.team\nfilesMap:\n"
        '  reports/day.csv: "{{ outputs.query.uri }}"\nconflict: ERROR\n',
        properties=record(
            (),
            namespace=_NAMESPACE,
            filesMap={"description": "URIs of files by their new names: a map, or a JSON text."},
            files={"description": "URIs of files that keep their names: a list, or a map."},
            destination=text("Folder of the namespace; absent: its root."),
            conflict=one_of(
                "What becomes of a file that is there already.", CONFLICTS, default="OVERWRITE"
            ),
        ),
        outputs={"files": _FILES},
    ),
    file_task(
        DOWNLOAD_FILES,
        "Copy files of a namespace into the execution.",
        'namespace: company.team\nfiles:\n  - "**.sql"\n',
        properties=record(
            ["files"],
            namespace=_NAMESPACE,
            files=_PATTERNS,
            destination=text("Put before the files' names."),
        ),
        outputs={"files": _FILES},
    ),
    file_task(
        DELETE_FILES,
        "Delete files of a namespace; their versions stay until they are purged.",
        'namespace: company.team\nfiles:\n  - "tmp/**"\n',
        properties=record(
            ["files"],
            namespace=_NAMESPACE,
            files=_PATTERNS,
            deleteParentFolder=boolean("Accepted: a folder goes with its last file."),
        ),
        outputs={"files": _FILES},
    ),
    file_task(
        PURGE_FILES,
        "Remove versions of files of namespaces for good.",
        "namespaces:\n  - company\nfilePattern: '**/*.sql'\nbehavior:\n"
        '  type: version\n  before: "2025-01-01T00:00:00Z"\n',
        properties=record(
            (),
            namespaces=_TEXTS,
            namespacePattern=text("Pattern of namespaces, `company.*`, in place of `namespaces`."),
            includeChildNamespaces=boolean("Also of namespaces below them.", default=True),
            filePattern=text("Only files that fit this pattern."),
            behavior=_BEHAVIOR,
        ),
        outputs={"size": {"type": "integer", "minimum": 0, "description": "Removed versions."}},
    ),
)
"""All types of the family; their work is done by the runtime."""
