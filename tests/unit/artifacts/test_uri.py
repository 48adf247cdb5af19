from __future__ import annotations

from dataclasses import replace

import pytest

from lanner_coordinator.runtime.artifacts import (
    ArtifactRefused,
    ArtifactUri,
    Owner,
    may_read,
    parse_uri,
    refuse_reading,
)

RUN = Owner(namespace="company.team", flow_id="etl", execution_id="5ZkQ")
OTHER = Owner(namespace="company.team", flow_id="etl", execution_id="6AbC")
PARENT = Owner(namespace="company", flow_id="all", execution_id="1Par")


def of_task(name: str, owner: Owner = RUN) -> ArtifactUri:
    return ArtifactUri.of_task(owner, "load", "7Run", name)


def test_uris_say_where_an_artifact_belongs() -> None:
    task = "kestra:///company/team/etl/executions/5ZkQ/tasks/load/7Run/out/rows.csv"
    assert str(of_task("out/rows.csv")) == task
    given = "kestra:///company/team/etl/executions/5ZkQ/inputs/file/in.csv"
    assert str(ArtifactUri.of_input(RUN, "file", "in.csv")) == given
    upload = "kestra:///company/team/etl/uploads/8Up/in.csv"
    assert str(ArtifactUri.of_upload("company.team", "etl", "8Up", "in.csv")) == upload


@pytest.mark.parametrize(
    "name", ["a b.csv", "100%.csv", "é ☃.csv", "what?#frag.csv", "it's.csv", '"q"', "a/b/c", "-x"]
)
def test_a_uri_is_read_as_it_was_written(name: str) -> None:
    uri = of_task(name)

    assert parse_uri(str(uri)) == uri
    assert not any(character.isspace() or character in "\"'#?" for character in str(uri))


def test_the_other_scheme_means_the_same() -> None:
    text = str(of_task("rows.csv"))

    assert parse_uri(text.replace("kestra:", "lanner:")) == of_task("rows.csv")


def test_a_name_is_put_in_its_plain_form() -> None:
    assert of_task("./out//./rows.csv") == of_task("out/rows.csv")
    assert of_task("cafe\u0301").name == "caf\u00e9"


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "/etc/passwd",
        "../x",
        "a/../../x",
        "a/..",
        "a/",
        "a\\b",
        "nul\x00",
        "line\nfeed",
        "bell\x07",
        "del\x7f",
        "\x85",
        "half \ud800",
        "x" * 256,
        "/".join(["x" * 100] * 6),
    ],
)
def test_names_that_could_leave_the_folder_or_hide_are_refused(name: str) -> None:
    with pytest.raises(ArtifactRefused):
        of_task(name)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "file:///etc/passwd",
        "kestra://host/a/etl/executions/E/tasks/t/R/x",
        "kestra:///a/etl/executions/E/tasks/t/R",
        "kestra:///a/etl/executions/E/tasks/t/R/",
        "kestra:///a/etl/executions/E/inputs/x",
        "kestra:///a/etl/executions/E/other/x/y/z",
        "kestra:///etl/executions/E/inputs/i/x",
        "kestra:///a/etl/x/y/z",
        "kestra:///a/etl/uploads/U",
        "kestra:///a/etl/executions/E/inputs/i/../x",
        "kestra:///a/etl/executions/E/inputs/i/%2e%2e/x",
        "kestra:///a/etl/executions/E/inputs/i/x%2Fy",
        "kestra:///a/etl/executions/E/inputs/i/x%00",
        "kestra:///a/.partial/executions/E/inputs/i/x",
        "kestra:////etl/executions/E/inputs/i/x",
    ],
)
def test_what_is_no_uri_of_an_artifact_is_refused(text: str) -> None:
    with pytest.raises(ArtifactRefused):
        parse_uri(text)


@pytest.mark.parametrize("namespace", ["a.executions", "uploads", ".partial", "a..b", "a.../b"])
def test_namespaces_that_could_be_taken_for_another_part_are_refused(namespace: str) -> None:
    with pytest.raises(ArtifactRefused):
        ArtifactUri.of_upload(namespace, "etl", "8Up", "x")


def test_an_execution_reads_its_own_files_and_those_of_its_ancestors() -> None:
    assert may_read(of_task("x"), RUN)
    assert may_read(ArtifactUri.of_input(RUN, "file", "x"), RUN)
    assert may_read(of_task("x", PARENT), replace(RUN, ancestors=(PARENT,)))


def test_an_execution_reads_uploads_of_its_flow() -> None:
    assert may_read(ArtifactUri.of_upload("company.team", "etl", "8Up", "x"), RUN)
    assert not may_read(ArtifactUri.of_upload("company.team", "other", "8Up", "x"), RUN)
    assert not may_read(
        ArtifactUri.of_upload("company", "all", "8Up", "x"), replace(RUN, ancestors=(PARENT,))
    )


def test_an_execution_reads_files_of_its_namespace_and_of_its_children() -> None:
    neighbour = Owner(namespace="company.team", flow_id="other", execution_id="7Ab")
    stranger = Owner(namespace="else.where", flow_id="etl", execution_id="7Cd")

    assert may_read(of_task("x", neighbour), RUN)
    assert not may_read(of_task("x", stranger), RUN)
    assert may_read(of_task("x", stranger), replace(RUN, children=("7Cd",)))


def test_an_execution_does_not_read_files_of_others() -> None:
    below = Owner(namespace="company.team.etl", flow_id="etl", execution_id="5ZkQ")

    for owner in (PARENT, below, replace(RUN, namespace="company")):
        assert not may_read(of_task("x", owner), RUN)
        with pytest.raises(ArtifactRefused, match="cannot be read by execution 5ZkQ"):
            refuse_reading(of_task("x", owner), RUN)
    assert not may_read(of_task("x", RUN), replace(PARENT, ancestors=(OTHER,)))
