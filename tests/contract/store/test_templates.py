"""Templates."""

from __future__ import annotations

from dataclasses import replace

from lanner_coordinator.store.protocol import Store
from lanner_coordinator.store.records import Commit
from lanner_coordinator.store.template_records import TemplateRecord
from tests.contract.store.samples import at


def a_template(template_id: str, namespace: str = "company") -> TemplateRecord:
    return TemplateRecord(
        namespace=namespace,
        template_id=template_id,
        source="id: ä\n",
        description="what it does",
        uses=("company/other",),
        created_at=at(1),
        updated_at=at(2),
        updated_by="uid 1",
    )


async def test_templates_come_in_order_of_namespace_and_id(store: Store) -> None:
    below = a_template("a", "company.team")

    await store.commit(Commit(templates=[below, a_template("b"), a_template("a")]))

    assert await store.templates() == [a_template("a"), a_template("b"), below]


async def test_a_template_is_replaced_and_removed_by_namespace_and_id(store: Store) -> None:
    elsewhere = a_template("a", "other")
    await store.commit(Commit(templates=[a_template("a"), a_template("b"), elsewhere]))
    newer = replace(a_template("a"), version=2, source="id: a\n")
    removed = [("company", "b"), ("company", "never")]

    await store.commit(Commit(templates=[newer], removed_templates=removed))

    assert await store.templates() == [newer, elsewhere]
