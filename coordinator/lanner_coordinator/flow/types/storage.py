"""`core.storage.*`: files of artifact storage, worked on inside the coordinator."""

from __future__ import annotations

from collections.abc import Mapping

from lanner_coordinator.flow.types.file_task import file_task
from lanner_coordinator.flow.types.schemas import PREFIX, Schema, boolean, one_of, record, text

_FAMILY = f"{PREFIX}core.storage."

CONCAT = f"{_FAMILY}Concat"
DEDUPLICATE_ITEMS = f"{_FAMILY}DeduplicateItems"
DELETE = f"{_FAMILY}Delete"
FILTER_ITEMS = f"{_FAMILY}FilterItems"
PURGE_CURRENT_EXECUTION_FILES = f"{_FAMILY}PurgeCurrentExecutionFiles"
REVERSE = f"{_FAMILY}Reverse"
SIZE = f"{_FAMILY}Size"
SPLIT = f"{_FAMILY}Split"
WRITE = f"{_FAMILY}Write"

FILTER_TYPES = ("INCLUDE", "EXCLUDE")
ERROR_BEHAVIORS = ("FAIL", "INCLUDE", "EXCLUDE")

_FROM = text("URI of the file.")
_URI = text("URI of the new file.")
_URIS: Schema = {"type": "array", "items": {"type": "string"}, "description": "URIs of files."}
_COUNT = {"type": "integer", "minimum": 0}


TYPES = (
    file_task(
        CONCAT,
        "Write several files one after the other into a new one.",
        'files:\n  - "{{ outputs.first.uri }}"\n  - "{{ outputs.second.uri }}"\nextension: .csv\n',
        properties=record(
            ["files"],
            files={"description": "URIs of files: a list, or a JSON text of one."},
            separator=text("Written behind each file; absent: nothing."),
            extension=text("How the new file's name ends."),
        ),
        outputs={"uri": _URI},
    ),
    file_task(
        DEDUPLICATE_ITEMS,
        "Keep the last of all items that have the same key.",
        'from: "{{ outputs.query.uri }}"\nexpr: "{{ customer }}"\n',
        properties=record(
            ["from", "expr"],
            **{"from": text("URI of a file with an item in each line: JSON, Ion or CSV.")},
            expr=text("Gives the key of an item, whose fields are its variables."),
        ),
        outputs={
            "uri": _URI,
            "numKeys": {**_COUNT, "description": "Different keys."},
            "processedItemsTotal": {**_COUNT, "description": "Items that were read."},
            "droppedItemsTotal": {**_COUNT, "description": "Items that were left out."},
        },
    ),
    file_task(
        DELETE,
        "Remove a file.",
        'uri: "{{ outputs.query.uri }}"\n',
        properties=record(
            ["uri"], uri=_FROM, errorOnMissing=boolean("Fail where there is no such file.")
        ),
        outputs={
            "uri": text("The URI."),
            "deleted": boolean("Whether there was such a file."),
        },
    ),
    file_task(
        FILTER_ITEMS,
        "Keep the items for which a condition holds.",
        'from: "{{ outputs.query.uri }}"\nfilterCondition: "{{ total > 100 }}"\n',
        properties=record(
            ["from", "filterCondition"],
            **{"from": text("URI of a file with an item in each line: JSON, Ion or CSV.")},
            filterCondition=text("Holds for an item or not; its fields are the variables."),
            filterType=one_of("What becomes of them.", FILTER_TYPES, default="INCLUDE"),
            errorOrNullBehavior=one_of(
                "What becomes of an item whose condition fails or gives nothing.",
                ERROR_BEHAVIORS,
                default="FAIL",
            ),
        ),
        outputs={
            "uri": _URI,
            "processedItemsTotal": {**_COUNT, "description": "Items that were read."},
            "droppedItemsTotal": {**_COUNT, "description": "Items that were left out."},
        },
    ),
    file_task(
        PURGE_CURRENT_EXECUTION_FILES,
        "Remove all files of this execution.",
        "",
        properties=record(),
        outputs={"uris": _URIS},
    ),
    file_task(
        REVERSE,
        "Write the lines of a file in reverse order into a new one.",
        'from: "{{ outputs.query.uri }}"\n',
        properties=record(
            ["from"],
            **{"from": _FROM},
            separator=text("Between lines; absent: a line feed."),
            charset=text("Accepted; the separator is looked for in its bytes."),
        ),
        outputs={"uri": _URI},
    ),
    file_task(
        SIZE,
        "Tell the size of a file.",
        'uri: "{{ outputs.query.uri }}"\n',
        properties=record(["uri"], uri=_FROM),
        outputs={"size": {**_COUNT, "description": "In bytes."}},
    ),
    file_task(
        SPLIT,
        "Split a file into several.",
        'from: "{{ outputs.query.uri }}"\nrows: 1000\n',
        properties=record(
            ["from"],
            **{"from": _FROM},
            bytes=text("Largest size of each file, as `10MB`."),
            partitions={"type": "integer", "minimum": 1, "description": "Number of files."},
            rows={"type": "integer", "minimum": 1, "description": "Lines of each file."},
            regexPattern=text(
                "A file for each text that the first group finds in the lines; lines in which it "
                "finds none are left out.",
            ),
            separator=text("Between lines; absent: a line feed."),
        ),
        outputs={"uris": _URIS},
    ),
    file_task(
        WRITE,
        "Write a text into a new file.",
        'content: "{{ outputs.query.row }}"\nextension: .json\n',
        properties=record(
            ["content"],
            content={"description": "The text; maps and lists are written as JSON."},
            extension=text("How the new file's name ends."),
        ),
        outputs={"uri": _URI},
    ),
)
"""All types of the family; their work is done by the runtime."""

RAW_PROPERTIES: Mapping[str, str] = {DEDUPLICATE_ITEMS: "expr", FILTER_ITEMS: "filterCondition"}
"""The property of a type that is rendered for each item, not for the task."""
