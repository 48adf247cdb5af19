"""`read()`, `fileURI()` and the like over namespace files."""

from __future__ import annotations

import pytest

from lanner_coordinator.flow.expression import ExpressionError, render
from lanner_coordinator.runtime.artifacts import Owner
from lanner_coordinator.runtime.effects import EffectSources, RenderingEffects
from lanner_coordinator.runtime.key_values.book import KeyValueBook
from lanner_coordinator.runtime.namespaces.files.book import FileBook
from lanner_coordinator.runtime.secrets.environment import EnvironmentSecrets
from lanner_coordinator.store.namespace_records import NamespaceFileRecord
from tests.support.fake_clock import START, FakeClock


class EchoedFiles:
    """Every artifact holds its own URI."""

    def read_text(self, uri: str, owner: Owner) -> str:
        return uri

    def size_bytes(self, uri: str, owner: Owner) -> int:
        return len(uri)

    def is_there(self, uri: str, owner: Owner) -> bool:
        return True


def a_file(namespace: str, path: str, version: int) -> NamespaceFileRecord:
    return NamespaceFileRecord(
        namespace=namespace,
        path=path,
        version=version,
        size_bytes=1,
        sha256="00" * 32,
        created_at=START,
    )


def rendered(template: str) -> object:
    book = FileBook()
    book.load([a_file("company.team", "sql/a b.sql", 3), a_file("company", "a.txt", 1)])
    sources = EffectSources(
        clock=FakeClock(),
        secret_values=EnvironmentSecrets({}),
        files=EchoedFiles(),
        key_values=KeyValueBook(),
        namespace_files=book,
    )
    owner = Owner(namespace="company.team", flow_id="f", execution_id="E1")
    effects = RenderingEffects(sources, owner=owner)
    return render(template, {}, effects).value


NEWEST = "kestra:///company/team/_files/sql/a%20b.sql.v3"
OLDEST = "kestra:///company/team/_files/sql/a%20b.sql"
ABOVE = "kestra:///company/_files/a.txt"


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{{ read('sql/a b.sql') }}", NEWEST),
        ("{{ read('/sql/a b.sql') }}", NEWEST),
        ("{{ read('sql/a b.sql', version=1) }}", OLDEST),
        ("{{ read('sql/a b.sql', version='1') }}", OLDEST),
        ("{{ read('a.txt', namespace='company') }}", ABOVE),
        ("{{ read('nsfile://company/a.txt') }}", ABOVE),
        ("{{ read('nsfile:///sql/a%20b.sql.v1') }}", OLDEST),
        ("{{ read(fileURI('sql/a b.sql')) }}", NEWEST),
        ("{{ fileURI('sql/a b.sql') }}", NEWEST),
        ("{{ fileURI('a.txt', 'company') }}", ABOVE),
        ("{{ fileURI('never.txt') }}", "kestra:///company/team/_files/never.txt"),
        ("{{ fileSize('a.txt', namespace='company') }}", str(len(ABOVE))),
        ("{{ fileExists('sql/a b.sql') }} {{ fileExists('a.txt') }}", "true false"),
        ("{{ fileExists('sql/a b.sql', version=4) }}", "false"),
    ],
)
def test_functions_take_paths_and_uris(template: str, expected: str) -> None:
    assert str(rendered(template)) == expected


@pytest.mark.parametrize(
    ("template", "told"),
    [
        ("{{ read('a.txt') }}", "There is no file 'a.txt' in the namespace 'company.team'"),
        ("{{ read('sql/a b.sql', version=4) }}", "no version 4 of the file 'sql/a b.sql'"),
        ("{{ fileURI('sql/a b.sql', version=4) }}", "no version 4"),
        ("{{ fileURI('../x') }}", "must not contain '../'"),
        ("{{ read('https://example.com/x') }}", "scheme not supported"),
        ("{{ fileExists('https://example.com/x') }}", "scheme not supported"),
        ("{{ read('kestra:///a/_files/b', version=1) }}", "with a path only"),
        ("{{ read('a', version='x') }}", "has to be a number"),
        ("{{ read('a\\u0000b') }}", "control character"),
    ],
)
def test_what_cannot_be_read_is_told(template: str, told: str) -> None:
    with pytest.raises(ExpressionError, match=told):
        rendered(template)
