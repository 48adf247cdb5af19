"""Ids inside an execution.

Made of the execution's id and counters, so that a replay makes the same ones.

A task run is `<execution>-<number>`, an attempt `<task run>.<number>`; an execution's id holds
neither `-` nor `.`.
"""

from __future__ import annotations


def task_run_id(execution_id: str, number: int) -> str:
    """Id of the task run of this number."""
    return f"{execution_id}-{number}"


def attempt_id(run_id: str, number: int) -> str:
    """Id of the attempt of this number."""
    return f"{run_id}.{number}"


def task_run_of(attempt: str) -> str:
    """Task run of an attempt."""
    return attempt.rpartition(".")[0]


def execution_of(attempt_or_run: str) -> str:
    """Execution of an attempt or task run."""
    return attempt_or_run.partition("-")[0]


def number_of(attempt: str) -> int:
    """Number of an attempt; 0 when it is no attempt's id."""
    number = attempt.rpartition(".")[2]
    return int(number) if number.isdigit() else 0


def folder_id(run_id: str, number: int) -> str:
    """Id of the folder of this number that the children of a task run share."""
    return f"{run_id}.folder{number}"


def folder_number(folder: str) -> int:
    """Number of a folder; 0 when it is no folder's id."""
    number = folder.rpartition(".folder")[2]
    return int(number) if number.isdigit() else 0
