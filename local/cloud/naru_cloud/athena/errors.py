"""How a query fails: the message that GetQueryExecution shows as StateChangeReason."""

from __future__ import annotations

import duckdb
from botocore.exceptions import BotoCoreError, ClientError
from sqlglot.errors import SqlglotError

from ..protocol import ApiError


class QueryError(Exception):
    """A query that fails on AWS too, or that is not available locally; the message is for its author."""


class QueryCancelled(Exception):
    """The query was stopped."""


def reason_of(error: Exception) -> str:
    """The reason of a failure, in the form that Athena gives it."""
    if isinstance(error, QueryError):
        return str(error)
    if isinstance(error, ClientError):
        message = error.response["Error"].get("Message", "")
        code = error.response["Error"]["Code"]
        if code in ("AccessDenied", "AccessDeniedException", "403", "Forbidden"):
            return f"Insufficient permissions to execute the query. {message}"
        return f"{code}: {message}"
    if isinstance(error, ApiError):
        denied = error.code == "AccessDeniedException"
        return f"Insufficient permissions to execute the query. {error}" if denied else str(error)
    if isinstance(error, BotoCoreError):
        return f"GENERIC_INTERNAL_ERROR: {type(error).__name__}"
    if isinstance(error, SqlglotError):
        first = error.errors[0] if getattr(error, "errors", None) else {}
        place = f"line {first.get('line', 1)}:{first.get('col', 1)}: " if first else ""
        return f"SYNTAX_ERROR: {place}{first.get('description', 'the statement can not be read')}"
    if isinstance(error, (duckdb.BinderException, duckdb.CatalogException, duckdb.ParserException)):
        return f"SYNTAX_ERROR: {_first_line(error)}"
    if isinstance(error, duckdb.Error):
        # Messages of conversions quote the value, which may be personal: the kind of error only.
        return f"INVALID_FUNCTION_ARGUMENT: {type(error).__name__.removesuffix('Exception')} while running the query"
    return f"GENERIC_INTERNAL_ERROR: {type(error).__name__}"


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]
