from __future__ import annotations

import pytest

from lanner_agent.tasks.contract import FailureCause, TaskFailed
from lanner_agent.tasks.properties import PropertyReader


def test_texts_stand_for_what_they_say() -> None:
    reader = PropertyReader(
        {"flag": "True", "size": "3", "list": '["a", 1]', "map": '{"k": true}', "text": 7}
    )

    assert reader.flag("flag") is True
    assert reader.whole("size", 1) == 3
    assert reader.texts("list") == ["a", "1"]
    assert reader.text_map("map") == {"k": "true"}
    assert reader.text("text") == "7"
    reader.finish()


def test_null_is_as_good_as_absent() -> None:
    reader = PropertyReader({"flag": None, "size": None, "text": None})

    assert reader.flag("flag", default=True) is True
    assert reader.whole("size", 5) == 5
    assert reader.text("text", "default") == "default"
    assert "text" not in reader


def test_one_text_stands_for_a_list_of_it() -> None:
    assert PropertyReader({"commands": "echo 1"}).texts("commands") == ["echo 1"]


def test_all_problems_are_told_at_once_with_their_path() -> None:
    reader = PropertyReader({"flag": "perhaps", "docker": {"cpus": "many"}})

    reader.flag("flag")
    reader.record("docker").number("cpus")
    reader.required_text("script")

    with pytest.raises(TaskFailed) as failed:
        reader.finish()
    assert failed.value.cause is FailureCause.PROPERTIES
    assert failed.value.message == (
        "The property `flag` must be true or false. The property `docker.cpus` must be a number."
        " The property `script` is missing."
    )


def test_a_problem_does_not_tell_the_value() -> None:
    reader = PropertyReader({"size": "hunter2"})

    reader.whole("size", 1)

    with pytest.raises(TaskFailed) as failed:
        reader.finish()
    assert "hunter2" not in failed.value.message
