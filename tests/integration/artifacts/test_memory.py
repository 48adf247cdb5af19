"""Memory of coordinator and agent does not grow with the files that go through them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.benchmarks.artifact_flows import UPLOAD
from tests.benchmarks.artifact_memory import FETCHED, MIB, passages
from tests.support.artifact_servers import S3Server

LIMIT_BYTES = 120 * MIB
"""Well below the files; what a program takes at one moment or another differs by 30 MiB."""


WAYS = (UPLOAD, "Concat", "Reverse", "http.Download", "http.Request with a file", FETCHED)
"""Those that take long are left to `scripts/bench --files`."""


@pytest.mark.timeout(400)
@pytest.mark.parametrize(("kind", "size_mib"), [("local", 200), ("s3", 160)])
def test_a_large_file_goes_its_ways_in_little_memory(
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

    for passage in passages(tmp_path, size_mib, place, WAYS):
        assert passage.is_whole, passage
        assert set(passage.growth) == {"coordinator", "agent"}
        assert max(passage.growth.values()) < LIMIT_BYTES, passage
