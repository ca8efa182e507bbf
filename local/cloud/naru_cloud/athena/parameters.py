"""Values in the places of a statement's `?`."""

from __future__ import annotations

from collections.abc import Sequence

import sqlglot
from sqlglot import exp, tokens
from sqlglot.errors import SqlglotError

from .errors import QueryError
from .statement import Statement, parse_statement


def with_parameters(statement: Statement, values: Sequence[str]) -> Statement:
    """The statement with SQL literals in the places of `?`, in the order of its text.

    :raises QueryError: when there are more or fewer values than places, or one is no expression.
    """
    text = statement.text
    # Behind a bracket, since sqlglot reads a statement that begins with UNLOAD as one token.
    read = sqlglot.tokenize(f"({text}", read="athena") if values or "?" in text else []
    marks = [token.start - 1 for token in read if token.token_type is tokens.TokenType.PLACEHOLDER]
    if len(marks) != len(values):
        raise QueryError(
            f"INVALID_PARAMETER_USAGE: Incorrect number of parameters: expected {len(marks)} but found {len(values)}"
        )
    for number, (mark, value) in reversed(list(enumerate(zip(marks, values, strict=True), start=1))):
        # The spaces keep a minus before the place and one of the value from being a comment.
        text = f"{text[:mark]} {_literal(number, value)} {text[mark + 1 :]}"
    return parse_statement(text) if marks else statement


def _literal(number: int, value: str) -> str:
    """One value as SQL; what is no expression of literals must not become part of the statement."""
    try:
        tree = sqlglot.parse_one(value, read="trino")
    except SqlglotError:
        tree = exp.Column()
    if tree.find(exp.Alias, exp.Column, exp.Query, exp.Command) is None:
        return tree.sql(dialect="trino")
    # Without the value: it may be personal data.
    raise QueryError(
        f"SYNTAX_ERROR: parameter {number} is no SQL literal; strings want single quotes: '2026-03-02'"
    )
