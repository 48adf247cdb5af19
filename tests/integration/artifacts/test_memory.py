"""Memory of coordinator and agent does not grow with the files that go through them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.benchmarks.artifact_memory import MIB, passage
from tests.support.artifact_servers import S3Server

LIMIT_BYTES = 90 * MIB
"""Well below the files; what a program takes at one moment or another differs by 30 MiB."""


@pytest.mark.timeout(400)
@pytest.mark.parametrize(("kind", "size_mib"), [("local", 200), ("s3", 120)])
def test_a_large_file_goes_through_all_paths_in_little_memory(
    kind: str,
    size_mib: int,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    place = None
    if kind == "s3":
        server: S3Server = request.getfixturevalue("s3_server")
        place = server.place()
        monkeypatch.setenv("S3_TEST_SECRET", str(place.options["secret"]))

    result = passage(tmp_path, size_mib, place)

    assert result.received == result.sent
    assert set(result.growth) == {"coordinator", "agent"}
    assert max(result.growth.values()) < LIMIT_BYTES, result.growth
