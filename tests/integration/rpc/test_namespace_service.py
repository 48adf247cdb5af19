"""Namespaces over gRPC."""

from __future__ import annotations

import pytest

from lanner_proto.client import Client
from lanner_proto.errors import Conflict, InvalidInput, NotFound
from lanner_proto.v1 import flow_pb2, namespace_pb2
from lanner_proto.values import from_struct, to_struct
from tests.support.services_stage import Services


def settings(**variables: object) -> namespace_pb2.NamespaceSettings:
    return namespace_pb2.NamespaceSettings(variables=to_struct(variables))


async def test_what_is_set_is_durable_and_holds_below(client: Client, on: Services) -> None:
    wanted = namespace_pb2.NamespaceSettings(
        description="All of it.",
        variables=to_struct({"db": {"host": "a"}, "n": 3}),
        plugin_defaults=[
            namespace_pb2.NamespacePluginDefault(
                type="core.log.Log", values=to_struct({"level": "WARN"})
            )
        ],
        allowed_groups=namespace_pb2.AllowedGroups(names=["cpu", "cpu", "gpu"]),
    )
    company = await client.set_namespace("company", wanted)
    await client.set_namespace("company.team", settings(db={"port": 1}))

    below = await client.get_namespace("company.team")

    assert (company.version, company.own.description) == (1, "All of it.")
    assert company.updated_by.startswith("uid")
    assert from_struct(below.effective.variables) == {"db": {"host": "a", "port": 1}, "n": 3}
    assert from_struct(below.own.variables) == {"db": {"port": 1}}
    assert not below.own.HasField("allowed_groups")
    assert list(below.effective.allowed_groups.names) == ["cpu", "gpu"]
    assert below.effective.allowed_groups.namespace == "company"
    assert [one.namespace for one in below.effective.plugin_defaults] == ["company"]
    assert [one.name for one in await on.store.namespaces()] == ["company", "company.team"]


async def test_setting_the_same_again_makes_no_version(client: Client) -> None:
    await client.set_namespace("company", settings(a=1))
    await client.set_namespace("company", settings(a=1))
    changed = await client.set_namespace("company", settings(a=2))

    assert changed.version == 2


async def test_a_namespace_is_there_through_what_is_in_it(client: Client) -> None:
    source = "id: a\nnamespace: acme.etl\ntasks: [{id: t, type: core.log.Log, message: hi}]\n"
    await client.apply_flows([flow_pb2.FlowSource(source=source)])
    await client.set_key_value("acme.web", "color", "red")
    await client.set_namespace("company", settings(a=1))

    listed = await client.list_namespaces()
    below = await client.list_namespaces(below="acme", limit=2, offset=1)

    names = [(one.name, one.flow_count, one.key_value_count) for one in listed.namespaces]
    assert names == [("acme", 0, 0), ("acme.etl", 1, 0), ("acme.web", 0, 1), ("company", 0, 0)]
    assert ([one.name for one in below.namespaces], below.total_count) == (
        ["acme.etl", "acme.web"],
        3,
    )
    with pytest.raises(NotFound, match=r"there is no namespace acme\.etl\.deep"):
        await client.get_namespace("acme.etl.deep")


async def test_everything_that_is_wrong_is_told(client: Client, on: Services) -> None:
    wanted = namespace_pb2.NamespaceSettings(
        plugin_defaults=[
            namespace_pb2.NamespacePluginDefault(
                type="core.log.Log", values=to_struct({"levle": "WARN"})
            )
        ],
        allowed_groups=namespace_pb2.AllowedGroups(names=[" "]),
    )

    with pytest.raises(InvalidInput, match=r"no property `levle`.*must not have an empty name"):
        await client.set_namespace("company", wanted)
    for name in ("Company", "a..b", "../a", "a" * 151):
        with pytest.raises(InvalidInput, match="is no namespace"):
            await client.set_namespace(name, settings())
    assert await on.store.namespaces() == []


async def test_a_change_in_between_is_noticed(client: Client) -> None:
    await client.set_namespace("company", settings(a=1), if_version=0)

    with pytest.raises(Conflict, match="company is at version 1, not 0"):
        await client.set_namespace("company", settings(a=2), if_version=0)
    assert (await client.set_namespace("company", settings(a=2), if_version=1)).version == 2


async def test_a_deleted_setting_holds_no_longer(client: Client, on: Services) -> None:
    await client.set_namespace("company", settings(a=1))
    await client.set_namespace("company.team", settings(b=1))

    await client.delete_namespace("company")

    below = await client.get_namespace("company.team")
    assert from_struct(below.effective.variables) == {"b": 1}
    assert not (await client.get_namespace("company")).HasField("own")
    with pytest.raises(NotFound, match="nothing is set for the namespace company"):
        await client.delete_namespace("company")


async def test_new_plugin_defaults_reach_flows_that_are_there_already(
    client: Client, on: Services
) -> None:
    source = "id: a\nnamespace: company.team\ntasks: [{id: t, type: core.log.Log, message: hi}]\n"
    await client.apply_flows([flow_pb2.FlowSource(source=source)])
    before = await on.flows.plan("company.team", "a")
    await client.set_namespace(
        "company",
        namespace_pb2.NamespaceSettings(
            plugin_defaults=[
                namespace_pb2.NamespacePluginDefault(
                    type="core.log.Log", values=to_struct({"level": "WARN"})
                )
            ]
        ),
    )

    after = await on.flows.plan("company.team", "a")

    assert "level" not in before.flow.tasks[0].properties
    assert after.flow.tasks[0].properties["level"] == "WARN"


SOURCE = """
namespace: company.team
description: The team.
variables: {region: eu, db: {port: 5432}}
pluginDefaults:
  - type: core.log.Log
    values: {level: WARN}
allowedGroups: [cpu]
"""


def a_source(text: str, name: str = "team.yaml") -> namespace_pb2.NamespaceSource:
    return namespace_pb2.NamespaceSource(name=name, text=text)


async def test_yaml_texts_are_applied(client: Client) -> None:
    planned = await client.apply_namespaces([a_source(SOURCE)], dry_run=True)
    with pytest.raises(NotFound):
        await client.get_namespace("company.team")
    first = await client.apply_namespaces([a_source(SOURCE)])
    again = await client.apply_namespaces(
        [a_source(SOURCE), a_source("namespace: company", "company.yaml")]
    )

    changes = [
        (one.source_name, one.name, namespace_pb2.NamespaceChange.Name(one.change), one.version)
        for one in (*planned, *first, *again)
    ]
    assert changes == [
        ("team.yaml", "company.team", "NAMESPACE_CHANGE_CREATED", 1),
        ("team.yaml", "company.team", "NAMESPACE_CHANGE_CREATED", 1),
        ("team.yaml", "company.team", "NAMESPACE_CHANGE_UNCHANGED", 1),
        ("company.yaml", "company", "NAMESPACE_CHANGE_CREATED", 1),
    ]
    own = (await client.get_namespace("company.team")).own
    assert from_struct(own.variables) == {"region": "eu", "db": {"port": 5432}}
    assert list(own.allowed_groups.names) == ["cpu"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "is empty"),
        ("[1]", "a namespace is a map"),
        ("namespace: Big", "small letters"),
        ("namespace: a\nvariable: {}", "line 2:.*`variable`"),
        ("namespace: a\npluginDefaults: [{type: core.log.Log, values: {levle: x}}]", "`levle`"),
        ("namespace: a\nallowedGroups: gpu", "`allowedGroups`"),
        ("namespace: [", "line 1"),
    ],
)
async def test_nothing_is_applied_where_a_text_is_wrong(
    client: Client, on: Services, text: str, told: str
) -> None:
    with pytest.raises(InvalidInput, match=told):
        await client.apply_namespaces([a_source("namespace: good", "good.yaml"), a_source(text)])

    assert await on.store.namespaces() == []
