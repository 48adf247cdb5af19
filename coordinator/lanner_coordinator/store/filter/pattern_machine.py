"""Searches with all threads of a regular expression at once, so that nothing is tried twice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias, assert_never

from lanner_coordinator.store.filter.pattern_tree import (
    Characters,
    Choice,
    Node,
    PatternSyntaxError,
    Place,
    Repeat,
    Sequence,
)

MAX_STEPS = 1_000
"""Instructions of a machine; the cost of each character of the text is at most this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fork:
    """Go on at several instructions at once.

    Attributes:
        targets: Their indices.
    """

    targets: tuple[int, ...]


_Instruction: TypeAlias = Characters | Place | _Fork


def assemble(node: Node) -> Machine:
    """The machine of a regular expression.

    Raises:
        PatternSyntaxError: It is too large.
    """
    instructions: list[_Instruction] = []
    _emit(node, instructions)
    return Machine(tuple(instructions))


class Machine:
    """The instructions of a regular expression; behind the last one it has matched."""

    def __init__(self, instructions: tuple[_Instruction, ...]) -> None:
        self._instructions = instructions

    def occurs_in(self, text: str) -> bool:
        """Whether some part of `text` matches; time at most its length times `MAX_STEPS`."""
        threads: set[int] = set()
        for at in range(len(text) + 1):
            waiting = self._settle(threads | {0}, text, at)
            if len(self._instructions) in waiting:
                return True
            if at == len(text):
                return False
            code_point = ord(text[at])
            threads = {
                thread + 1
                for thread in waiting
                if isinstance(instruction := self._instructions[thread], Characters)
                and instruction.has(code_point)
            }
        return False

    def _settle(self, threads: set[int], text: str, at: int) -> set[int]:
        """Where the threads stand when each waits for a character, or has matched."""
        seen: set[int] = set()
        open_threads = list(threads)
        while open_threads:
            thread = open_threads.pop()
            if thread in seen:
                continue
            seen.add(thread)
            if thread == len(self._instructions):
                continue
            match self._instructions[thread]:
                case _Fork(targets=targets):
                    open_threads.extend(targets)
                case Place() as place if _is_at(place, text, at):
                    open_threads.append(thread + 1)
        return seen


def _emit(node: Node, instructions: list[_Instruction]) -> None:
    """Append the instructions of a node; they end where the next one begins."""
    if len(instructions) > MAX_STEPS:
        raise PatternSyntaxError("it is too large")
    match node:
        case Characters() | Place():
            instructions.append(node)
        case Sequence(parts=parts):
            # An empty sequence is one step too, so that repeating it counts.
            instructions.append(_Fork(targets=(len(instructions) + 1,)))
            for part in parts:
                _emit(part, instructions)
        case Choice(options=options):
            _emit_choice(options, instructions)
        case Repeat():
            _emit_repeat(node, instructions)
        case _:
            assert_never(node)


def _emit_choice(options: tuple[Node, ...], instructions: list[_Instruction]) -> None:
    fork = _reserve(instructions)
    starts: list[int] = []
    ends: list[int] = []
    for option in options:
        starts.append(len(instructions))
        _emit(option, instructions)
        ends.append(_reserve(instructions))
    instructions[fork] = _Fork(targets=tuple(starts))
    for end in ends:
        instructions[end] = _Fork(targets=(len(instructions),))


def _emit_repeat(repeat: Repeat, instructions: list[_Instruction]) -> None:
    for _ in range(repeat.at_least):
        _emit(repeat.part, instructions)
    if repeat.at_most is None:
        fork = _reserve(instructions)
        _emit(repeat.part, instructions)
        instructions.append(_Fork(targets=(fork,)))
        instructions[fork] = _Fork(targets=(fork + 1, len(instructions)))
        return
    forks: list[int] = []
    for _ in range(repeat.at_most - repeat.at_least):
        forks.append(_reserve(instructions))
        _emit(repeat.part, instructions)
    for fork in forks:
        instructions[fork] = _Fork(targets=(fork + 1, len(instructions)))


def _reserve(instructions: list[_Instruction]) -> int:
    """Append an instruction that is filled in later; its index."""
    instructions.append(_Fork(targets=()))
    return len(instructions) - 1


def _is_at(place: Place, text: str, at: int) -> bool:
    match place:
        case Place.START:
            return at == 0
        case Place.END:
            return at == len(text)
        case Place.WORD_EDGE:
            return _is_word(text, at - 1) != _is_word(text, at)
        case Place.NO_WORD_EDGE:
            return _is_word(text, at - 1) == _is_word(text, at)
        case _:
            assert_never(place)


def _is_word(text: str, index: int) -> bool:
    if not 0 <= index < len(text):
        return False
    character = text[index]
    return character.isascii() and (character.isalnum() or character == "_")
