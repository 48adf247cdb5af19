from __future__ import annotations

from tests.support.docker_engine import DockerEngine


def test_a_container_with_a_label_of_the_test_is_found_until_it_is_removed(
    docker_engine: DockerEngine, busybox_image: str
) -> None:
    attempt_id = docker_engine.unique_name("attempt")
    container = docker_engine.client.containers.create(
        busybox_image, ["true"], labels={"lanner.dev/attempt": attempt_id}
    )
    assert docker_engine.leftovers() == [f"{container.name} (created, of {attempt_id})"]

    docker_engine.remove_leftovers()

    assert docker_engine.leftovers() == []


def test_the_busybox_image_has_a_shell(docker_engine: DockerEngine, busybox_image: str) -> None:
    written = docker_engine.client.containers.run(
        busybox_image, ["sh", "-c", "echo $((6 * 7))"], remove=True, network_mode="none"
    )

    assert written == b"42\n"


def test_the_python_image_has_pandas(docker_engine: DockerEngine, python_image: str) -> None:
    program = "import pandas; print(pandas.Series([40, 2]).sum())"

    written = docker_engine.client.containers.run(
        python_image, ["python", "-c", program], remove=True, network_mode="none"
    )

    assert written == b"42\n"
