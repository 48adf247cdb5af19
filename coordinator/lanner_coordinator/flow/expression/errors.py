"""What can go wrong with an expression.

ExpressionError
├── ExpressionSyntaxError     the text cannot be parsed, or names something that does not exist
├── UndefinedError            a variable, key or index that is not there (what `??` catches)
│   └── MissingKeyError       a key that the key-value store does not have
├── ExpressionValueError      a value an operator, filter or function cannot work with
├── ExpressionLimitError      a limit on size, time, loops or nesting was reached
└── EffectError               a function that reaches outside (secret, kv, read ...) was refused
"""

from __future__ import annotations


class ExpressionError(Exception):
    """A text that cannot be rendered, with the place in it.

    Attributes:
        message: The sentence, without the place.
        line: Line in the text, counted from 1; 0 while the place is not known yet.
        column: Column in that line, counted from 1; 0 while the place is not known yet.
        excerpt: The part of the text the error is about; empty while not known.
        hint: What to do instead; empty where there is nothing to say.
    """

    def __init__(
        self,
        message: str,
        line: int = 0,
        column: int = 0,
        *,
        excerpt: str = "",
        hint: str = "",
    ) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column
        self.excerpt = excerpt
        self.hint = hint

    def __str__(self) -> str:
        sentence = self.message
        if self.line:
            sentence += f" ({self.excerpt}:{self.line}), column {self.column}"
        return f"{sentence}; {self.hint}" if self.hint else sentence


class ExpressionSyntaxError(ExpressionError):
    """The text cannot be parsed, or names a filter, function, test or tag that does not exist.

    Attributes:
        length: Number of characters the problem covers.
    """

    length: int = 1


class UndefinedError(ExpressionError):
    """A variable, key or index that is not there.

    Attributes:
        name: The name that was looked for.
    """

    def __init__(self, name: str, *, hint: str = "") -> None:
        super().__init__(f"Unable to find `{name}`", hint=hint)
        self.name = name

    def __str__(self) -> str:
        if not self.line:
            return f"{self.message}; {self.hint}" if self.hint else self.message
        sentence = (
            f"{self.message} used in the expression `{self.excerpt}` "
            f"at line {self.line}, column {self.column}"
        )
        return f"{sentence}; {self.hint}" if self.hint else sentence


class MissingKeyError(UndefinedError):
    """A key that the key-value store does not have."""

    def __init__(self, key: str, namespace: str) -> None:
        super().__init__(key)
        self.message = f"The key '{key}' does not exist in the namespace '{namespace}'."

    def __str__(self) -> str:
        return ExpressionError.__str__(self)


class ExpressionValueError(ExpressionError):
    """A value that an operator, a filter or a function cannot work with."""


class ExpressionLimitError(ExpressionError):
    """A limit on size, time, loops or nesting was reached."""


class EffectError(ExpressionError):
    """A function that reaches outside the expression was refused or failed."""
