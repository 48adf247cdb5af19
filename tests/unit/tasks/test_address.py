from __future__ import annotations

import pytest

from lanner_agent.tasks.postgresql.address import BadUrl, read_url


def test_a_jdbc_url_names_host_port_and_database() -> None:
    address = read_url("jdbc:postgresql://db:5433/shop")

    assert address.parameters == {"host": "db", "port": "5433", "dbname": "shop"}
    assert address.place == "db:5433/shop"


def test_the_port_is_postgresqls_where_none_is_named() -> None:
    assert read_url("jdbc:postgresql://db/shop").parameters["port"] == "5432"


def test_several_hosts_have_a_port_each() -> None:
    parameters = read_url("jdbc:postgresql://a:1,b,[::1]:3/shop").parameters

    assert parameters["host"] == "a,b,::1"
    assert parameters["port"] == "1,5432,3"


def test_a_bare_database_is_local() -> None:
    assert read_url("jdbc:postgresql:shop").parameters == {"dbname": "shop"}


def test_properties_of_jdbc_get_the_names_of_libpq() -> None:
    url = "jdbc:postgresql://db/shop?user=etl&currentSchema=a,b&ssl=true&reWriteBatchedInserts=true"

    address = read_url(url)

    assert address.parameters["user"] == "etl"
    assert address.parameters["options"] == "-c search_path=a,b"
    assert address.parameters["sslmode"] == "verify-full"
    assert address.ignored == ("reWriteBatchedInserts",)


def test_a_url_of_libpq_keeps_its_parameters_and_account() -> None:
    parameters = read_url("postgresql://etl:p%40ss@db/shop?sslmode=require").parameters

    assert parameters["user"] == "etl"
    assert parameters["password"] == "p@ss"
    assert parameters["sslmode"] == "require"


@pytest.mark.parametrize(
    "url", ["jdbc:mysql://db/shop", "db:5432", "jdbc:postgresql://db:port/shop", ""]
)
def test_another_url_is_refused(url: str) -> None:
    with pytest.raises(BadUrl):
        read_url(url)


def test_the_password_is_in_no_text_of_the_address() -> None:
    assert "hunter2" not in repr(read_url("postgresql://etl:hunter2@db/shop"))
