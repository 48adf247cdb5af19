"""Names of namespace files: what is allowed, and what stands for one."""

from __future__ import annotations

import pytest

from lanner_coordinator.runtime.artifacts import ArtifactRefused, ArtifactUri, parse_uri
from lanner_coordinator.runtime.namespaces.files.paths import (
    Address,
    checked_folder,
    checked_path,
    read_address,
)


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ("a.txt", "a.txt"),
        ("/scripts/main.py", "scripts/main.py"),
        ("./a//b.txt", "a/b.txt"),
        ("uploads/executions/x", "uploads/executions/x"),
        ("e\u0301.txt", "\u00e9.txt"),
        ("release.v1.0", "release.v1.0"),
    ],
)
def test_a_name_is_a_path_below_the_root(given: str, path: str) -> None:
    assert checked_path(given) == path


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ("../a", "'..' is not allowed"),
        ("a/../../b", "'..' is not allowed"),
        ("a\0b", "control character"),
        ("a\nb", "control character"),
        ("a\\b", "backslash"),
        ("", "names no file"),
        ("/", "names no file"),
        ("a/", "names no file"),
        ("//a", "absolute"),
        ("x" * 4096, "more than"),
        ("d/" * 300 + "x", "more than 512 bytes"),
        ("x" * 245, "more than 240 bytes"),
        ("a.v2", "reserved"),
        ("a.v2/b", "reserved"),
        (".lanner/1/a", "reserved"),
    ],
)
def test_other_names_are_refused_with_a_sentence(given: str, why: str) -> None:
    with pytest.raises(ArtifactRefused, match=why):
        checked_path(given)


def test_an_absolute_name_is_refused_where_something_is_stored() -> None:
    with pytest.raises(ArtifactRefused, match="is absolute"):
        checked_path("/etc/passwd", may_be_rooted=False)


def test_a_folder_may_be_the_root() -> None:
    assert [checked_folder(text) for text in ("", "/", ".", "/a/b/")] == ["", "", "", "a/b"]


def test_paths_and_uris_stand_for_files() -> None:
    own = Address(namespace="company.team", path="a/b c.txt")

    assert read_address("/a/b c.txt", "company.team") == own
    assert read_address("nsfile:///a/b%20c.txt", "company.team") == own
    assert read_address("nsfile://company/a.txt.v12", "company.team") == Address(
        namespace="company", path="a.txt", version=12
    )
    with pytest.raises(ArtifactRefused, match="scheme not supported"):
        read_address("https://example.com/a", "company")
    with pytest.raises(ArtifactRefused, match="not allowed"):
        read_address("nsfile:///%2e%2e/a", "company")


def test_artifact_uris_have_the_version_behind_the_name() -> None:
    first = ArtifactUri.of_namespace_file("company.team", "a/x.csv", 1)
    second = ArtifactUri.of_namespace_file("company.team", "a/x.csv", 2)

    assert str(first) == "kestra:///company/team/_files/a/x.csv"
    assert str(second) == "kestra:///company/team/_files/a/x.csv.v2"
    assert (parse_uri(str(first)), parse_uri(str(second))) == (first, second)
    assert (first.title, second.title) == ("x.csv", "x.csv")
    assert first.is_namespace_file
    assert not first.is_upload


def test_a_task_may_leave_files_in_a_folder_of_that_name() -> None:
    uri = parse_uri("kestra:///company/flow/executions/E1/tasks/t/E1.1/_files/a.v3")

    assert not uri.is_namespace_file
    assert uri.title == "a.v3"


@pytest.mark.parametrize(
    "text", ["kestra:///a/_files/", "kestra:///a/_files", "kestra:///_files/a"]
)
def test_a_uri_names_a_namespace_and_a_file(text: str) -> None:
    with pytest.raises(ArtifactRefused):
        parse_uri(text)
