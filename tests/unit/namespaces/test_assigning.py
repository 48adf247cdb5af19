"""What agents are told of namespace files."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from lanner_coordinator.runtime.namespaces.files.assigning import assigned
from lanner_coordinator.runtime.namespaces.files.book import FileBook
from lanner_coordinator.store.namespace_records import NamespaceFileRecord

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def a_file(path: str, version: int = 1, namespace: str = "company.team") -> NamespaceFileRecord:
    return NamespaceFileRecord(
        namespace=namespace,
        path=path,
        version=version,
        size_bytes=1,
        sha256="00" * 32,
        created_at=NOW,
    )


@pytest.fixture
def book() -> FileBook:
    book = FileBook()
    book.load(
        [
            a_file("main.py", 2),
            a_file("sql/a.sql"),
            a_file("sql/old/b.sql"),
            a_file("main.py", 7, "company"),
        ]
    )
    return book


def placed(book: FileBook, **wanted: object) -> object:
    properties = assigned({"script": "x", "namespaceFiles": wanted}, book, "company.team")
    given = properties.get("namespaceFiles")
    return given["files"] if isinstance(given, dict) else given


MAIN = "kestra:///company/team/_files/main.py.v2"
SQL = "kestra:///company/team/_files/sql/a.sql"


def test_files_are_named_by_the_uris_of_their_newest_versions(book: FileBook) -> None:
    assert placed(book, include=["main.py"]) == {"main.py": MAIN}
    assert placed(book, enabled=True, exclude="/sql/old/**") == {"main.py": MAIN, "sql/a.sql": SQL}


def test_the_last_of_several_namespaces_counts(book: FileBook) -> None:
    other = "kestra:///company/_files/main.py.v7"

    assert placed(book, include=["main.py"], namespaces=["company.team", "company"]) == {
        "main.py": other
    }
    assert placed(
        book,
        include='["main.py"]',
        namespaces='["company.team", "company"]',
        folderPerNamespace="true",
    ) == {"company.team/main.py": MAIN, "company/main.py": other}


def test_nothing_is_told_where_no_files_are_asked_for(book: FileBook) -> None:
    assert placed(book, enabled=False) is None
    assert "namespaceFiles" not in assigned({"namespaceFiles": False}, book, "company")
    with pytest.raises(ValueError, match="must be a map"):
        assigned({"namespaceFiles": "yes"}, book, "company")


def test_uris_of_namespace_files_become_those_of_artifacts(book: FileBook) -> None:
    properties = assigned(
        {
            "inputFiles": {"x.py": "nsfile:///main.py", "y": "text"},
            "commands": ["cat nsfile://company/main.py.v3", "echo nsfile:///never"],
            "n": 1,
        },
        book,
        "company.team",
    )

    assert properties == {
        "inputFiles": {"x.py": MAIN, "y": "text"},
        "commands": ["cat kestra:///company/_files/main.py.v3", "echo nsfile:///never"],
        "n": 1,
    }


def test_a_file_that_is_not_there_is_told(book: FileBook) -> None:
    for uri in ("nsfile:///never.py", "nsfile:///main.py.v3", "nsfile://other/main.py"):
        with pytest.raises(ValueError, match="There is no"):
            assigned({"inputFiles": {"x": uri}}, book, "company.team")
