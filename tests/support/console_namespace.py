"""A namespace of the console's fake client with something in everything."""

from __future__ import annotations

from textual.pilot import Pilot

from lanner_console.glyphs import UNICODE
from lanner_console.models import KeyValueRow, SecretRow
from lanner_console.models.namespace import (
    NamespaceFileRow,
    NamespaceRow,
    NamespaceSettings,
    PluginDefaultRow,
)
from lanner_console.screens.console_app import ConsoleApp
from lanner_console.screens.namespace import NamespaceView
from tests.support.console_scene import afternoon, settle
from tests.support.eventually import eventually
from tests.support.fake_console_client import FakeConsoleClient
from tests.support.frames import frame

ETL = "company.etl"
ABSENT = UNICODE.absent


def furnished() -> FakeConsoleClient:
    client = afternoon()
    holds = NamespaceSettings(
        description="Orders and invoices\nat night",
        variables={"bucket": "orders", "limits": {"rows": 5}},
        plugin_defaults=(
            PluginDefaultRow(
                type="core.log.Log", values={"level": "WARN"}, namespace="company", forced=True
            ),
        ),
        allowed_groups=("etl",),
        groups_from="company",
    )
    client.namespaces = {
        "company": NamespaceRow(name="company"),
        ETL: NamespaceRow(name=ETL, own=holds, effective=holds, flow_count=2, key_value_count=1),
    }
    client.key_values = {
        (ETL, "cursor"): KeyValueRow(namespace=ETL, key="cursor", type="NUMBER", value=41)
    }
    client.secrets = {
        (ETL, "TOKEN"): SecretRow(namespace=ETL, key="TOKEN", description="of the shop", version=3)
    }
    client.namespace_files = {
        (ETL, "sql/orders.sql"): NamespaceFileRow(path="sql/orders.sql", version=2, size_bytes=2048)
    }
    return client


def last_act(app: ConsoleApp) -> str:
    return app.screen.query_one(NamespaceView).place.acts.acts[-1].command


async def show(app: ConsoleApp, pilot: Pilot[int], tab: int = 0) -> None:
    await pilot.press("6")
    await settle(pilot)
    await pilot.press("j", "enter")
    await eventually(lambda: "agents of etl" in frame(app))
    for _ in range(tab):
        await pilot.press("right_square_bracket")
    await settle(pilot)
