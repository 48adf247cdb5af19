"""What Python tasks may ask to be installed."""

from __future__ import annotations

import pytest

from lanner_agent.tasks.contract import TaskFailed
from lanner_agent.tasks.properties import PropertyReader
from lanner_agent.tasks.scripts.python.wishes import (
    PackageWish,
    image_platform,
    image_version,
    read_wish,
)


def wish_of(**properties: object) -> PackageWish | None:
    reader = PropertyReader(properties)
    wish = read_wish(reader)
    reader.finish()
    return wish


def test_without_packages_nothing_is_wished() -> None:
    assert wish_of() is None
    assert wish_of(dependencies=[]) is None
    assert wish_of(dependencies=["", " "], packageManager="PIP") is None


def test_packages_are_sorted_so_that_their_order_makes_no_other_folder() -> None:
    one = wish_of(dependencies=["requests>=2", "pandas == 2.3.0"])
    other = wish_of(dependencies=["pandas == 2.3.0", "requests>=2", "requests>=2"])

    assert one is not None
    assert other is not None
    assert one.key("3.12", "gnu") == other.key("3.12", "gnu")
    assert one.key("3.12", "gnu") != one.key("3.13", "gnu")


@pytest.mark.parametrize(
    "requirement",
    [
        "pandas",
        "pandas==2.3.0",
        "requests[socks,security]>=2.28,<3",
        'tomli>=2; python_version < "3.11"',
        "lib @ https://example.org/lib-1.0-py3-none-any.whl",
        "lib @ git+https://example.org/lib.git",
        "https://example.org/lib-1.0-py3-none-any.whl",
    ],
)
def test_packages_of_an_index_or_of_the_web_are_taken(requirement: str) -> None:
    wish = wish_of(dependencies=[requirement])

    assert wish is not None
    assert wish.requirements == [requirement]


@pytest.mark.parametrize(
    "requirement",
    [
        "--index-url=https://evil.example",
        "-r /etc/passwd",
        "-e .",
        "./lib",
        "../lib",
        "/etc",
        "~/lib",
        "lib @ file:///etc/lib",
        "lib @ ./lib",
        "file:///etc/lib.whl",
        "lib\n--index-url=https://evil.example",
        "a/b",
    ],
)
def test_options_and_files_of_the_host_are_refused(requirement: str) -> None:
    with pytest.raises(TaskFailed, match="dependencies"):
        wish_of(dependencies=[requirement])


def test_a_version_that_is_none_is_refused() -> None:
    with pytest.raises(TaskFailed, match="pythonVersion"):
        wish_of(pythonVersion="latest; rm -rf /")


@pytest.mark.parametrize(
    ("image", "version"),
    [
        ("python:3.12", "3.12"),
        ("python:3.13-slim", "3.13"),
        ("registry.example/python:3.11.9-alpine", "3.11.9"),
        ("python:latest", ""),
        ("company/pydata:3.12", ""),
        ("mypython:3.12", ""),
    ],
)
def test_the_tag_of_an_image_of_python_says_its_version(image: str, version: str) -> None:
    assert image_version(image) == version


def test_alpine_has_other_wheels() -> None:
    assert image_platform("python:3.12-alpine3.20") == "musl"
    assert image_platform("alpine/python:3.12") == "gnu"
