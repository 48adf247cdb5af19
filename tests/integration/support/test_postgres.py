from __future__ import annotations

import psycopg
import pytest

from tests.support.docker_engine import DockerEngine
from tests.support.postgres import PostgresServer, running_postgres


def test_a_database_made_again_is_empty(postgres_server: PostgresServer) -> None:
    database = postgres_server.create_database("warehouse")
    with psycopg.connect(database.dsn) as connection:
        connection.execute("CREATE TABLE orders (id int)")

    postgres_server.create_database("warehouse")

    with psycopg.connect(database.dsn) as connection:
        assert connection.execute("SELECT to_regclass('orders')").fetchone() == (None,)


def test_a_wrong_password_is_refused(postgres_server: PostgresServer) -> None:
    dsn = postgres_server.database("postgres").dsn.replace(postgres_server.password, "guess")

    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(dsn)


@pytest.mark.postgres
def test_a_flow_reaches_a_server_of_its_own_by_any_host_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with running_postgres() as server:
        monkeypatch.setenv("PGHOSTADDR", server.host)
        dsn = server.database("postgres").dsn.replace("127.0.0.1", "db")

        with psycopg.connect(dsn) as connection:
            assert connection.execute("SELECT current_user").fetchone() == ("lanner",)


def test_a_container_reaches_the_server(
    docker_engine: DockerEngine, busybox_image: str, postgres_server: PostgresServer
) -> None:
    docker_engine.client.containers.run(
        busybox_image,
        ["nc", "-w", "3", "db", str(postgres_server.port), "-e", "true"],
        extra_hosts={"db": "host-gateway"},
        remove=True,
    )
