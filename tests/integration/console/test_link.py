"""The console over gRPC: a coordinator that goes away is a banner, and comes back by itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from lanner_console.cli.settings import Settings
from lanner_console.grpc_client import connect
from lanner_console.tui_app import build, console_options
from lanner_proto.v1 import state_pb2
from tests.support.eventually import eventually
from tests.support.fake_api import FakeApi
from tests.support.fake_coordinator.data import make_execution, make_log
from tests.support.frames import frame


@pytest.fixture
def address(tmp_socket_dir: Path) -> str:
    return f"unix:{tmp_socket_dir}/coordinator.sock"


async def test_a_coordinator_that_goes_away_comes_back_without_a_key(address: str) -> None:
    settings = Settings(address=address, address_origin="test")
    options = console_options(settings, {}, Path())
    async with FakeApi(address) as api, connect(address) as client:
        api.add_execution(make_execution("5ZkOld1"))
        app = build(client, settings, options)
        async with app.run_test(size=(100, 30)) as pilot:
            await eventually(lambda: "5ZkOld1" in frame(app))

            await api.stop()
            await eventually(lambda: "no link to" in frame(app), within_seconds=10)
            assert "5ZkOld1" in frame(app)

            await api.start()
            api.add_execution(make_execution("5ZkNew2", state_pb2.STATE_RUNNING))
            await pilot.press("ctrl+r")

            await eventually(lambda: "5ZkNew2" in frame(app), within_seconds=20)
            assert "no link to" not in frame(app)


async def test_a_log_that_is_followed_survives_the_outage_without_a_gap(address: str) -> None:
    settings = Settings(address=address, address_origin="test")
    async with FakeApi(address) as api, connect(address) as client:
        api.add_execution(make_execution("5ZkRun1", state_pb2.STATE_RUNNING))
        for position in range(1, 4):
            api.add_log(make_log("5ZkRun1", position, f"line {position}"))
        app = build(client, settings, console_options(settings, {}, Path()))
        async with app.run_test(size=(100, 30)) as pilot:
            await eventually(lambda: "5ZkRun1" in frame(app))
            await pilot.press("l")
            await eventually(lambda: "line 3" in frame(app))

            await api.stop()
            api.add_log(make_log("5ZkRun1", 4, "line 4"))
            await api.start()

            await eventually(lambda: "line 4" in frame(app), within_seconds=20)
            assert frame(app).count("line 3") == 1
