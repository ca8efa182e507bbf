"""What a text asks for: one of Athena's statements."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass, replace

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from .errors import QueryError

# sqlglot would write statements that it does not know, values included, to its log.
logging.getLogger("sqlglot").setLevel(logging.CRITICAL)

_NAME = r'(?:[`"]?(?P<database>\w+)[`"]?\s*\.\s*)?[`"]?(?P<table>\w+)[`"]?'

#: Statements that sqlglot does not parse, with their types.
_PATTERNS: dict[str, tuple[str, re.Pattern[str]]] = {
    "MSCK_REPAIR_TABLE": ("DDL", re.compile(rf"MSCK\s+REPAIR\s+TABLE\s+{_NAME}", re.IGNORECASE)),
    "SHOW_PARTITIONS": ("DDL", re.compile(rf"SHOW\s+PARTITIONS\s+{_NAME}", re.IGNORECASE)),
    "SHOW_COLUMNS": ("DDL", re.compile(rf"SHOW\s+COLUMNS\s+(?:IN|FROM)\s+{_NAME}", re.IGNORECASE)),
    "SHOW_CREATE_TABLE": ("DDL", re.compile(rf"SHOW\s+CREATE\s+TABLE\s+{_NAME}", re.IGNORECASE)),
    "SHOW_TABLES": (
        "DDL",
        re.compile(
            r"SHOW\s+TABLES(?:\s+(?:IN|FROM)\s+[`\"]?(?P<database>\w+)[`\"]?)?(?:\s+'(?P<like>[^']*)')?",
            re.IGNORECASE,
        ),
    ),
    "SHOW_DATABASES": (
        "DDL",
        re.compile(r"SHOW\s+(?:DATABASES|SCHEMAS)(?:\s+(?:LIKE\s+)?'(?P<like>[^']*)')?", re.IGNORECASE),
    ),
    "DESCRIBE_TABLE": (
        "DDL",
        re.compile(rf"DESC(?:RIBE)?\s+(?:EXTENDED\s+|FORMATTED\s+)?{_NAME}", re.IGNORECASE),
    ),
    "ALTER_TABLE_ADD_PARTITION": (
        "DDL",
        re.compile(
            rf"ALTER\s+TABLE\s+{_NAME}\s+ADD\s+(?P<exists>IF\s+NOT\s+EXISTS\s+)?(?P<list>PARTITION\b.*)",
            re.IGNORECASE | re.DOTALL,
        ),
    ),
    "ALTER_TABLE_DROP_PARTITION": (
        "DDL",
        re.compile(
            rf"ALTER\s+TABLE\s+{_NAME}\s+DROP\s+(?P<exists>IF\s+EXISTS\s+)?(?P<list>PARTITION\b.*)",
            re.IGNORECASE | re.DOTALL,
        ),
    ),
    "UNLOAD": (
        "DML",
        re.compile(
            r"UNLOAD\s*\((?P<query>.*)\)\s*TO\s*'(?P<location>[^']+)'\s*(?:WITH\s*\((?P<options>.*)\))?",
            re.IGNORECASE | re.DOTALL,
        ),
    ),
    "PREPARE": (
        "DDL",
        re.compile(r"PREPARE\s+[`\"]?(?P<name>\w+)[`\"]?\s+FROM\s+(?P<query>.+)", re.IGNORECASE | re.DOTALL),
    ),
    "DEALLOCATE": ("DDL", re.compile(r"DEALLOCATE\s+PREPARE\s+[`\"]?(?P<name>\w+)[`\"]?", re.IGNORECASE)),
    "EXECUTE": (
        "DML",
        re.compile(
            r"EXECUTE\s+[`\"]?(?P<name>\w+)[`\"]?(?:\s+USING\s+(?P<values>.*))?", re.IGNORECASE | re.DOTALL
        ),
    ),
}

#: Words with which statements begin that Athena knows and that are not available locally.
_ELSEWHERE = (
    "MERGE",
    "UPDATE",
    "DELETE",
    "VACUUM",
    "OPTIMIZE",
    "EXPLAIN",
    "GRANT",
    "PREPARE",
    "DEALLOCATE",
    "ALTER",
)


@dataclass(frozen=True)
class Statement:
    """A statement: its two types as GetQueryExecution shows them, either a tree or a match, and its text."""

    kind: str
    substatement: str
    tree: exp.Expression | None = None
    match: re.Match[str] | None = None
    text: str = ""

    def group(self, name: str) -> str:
        """A part of a matched statement; empty when it is not there."""
        assert self.match is not None
        return self.match.group(name) or ""

    def syntax(self) -> exp.Expression:
        """The tree of a parsed statement."""
        assert self.tree is not None
        return self.tree


def parse_statement(sql: str) -> Statement:
    """Reads one statement.

    :raises QueryError: for text that is no statement, several statements, or one that is not available
    locally.
    """
    text = re.sub(r"\A(?:\s|--[^\n]*\n|/\*.*?\*/)+", "", sql, flags=re.DOTALL).rstrip().rstrip(";").rstrip()
    for name, (kind, pattern) in _PATTERNS.items():
        match = pattern.fullmatch(text)
        if match is not None:
            return Statement(kind, name, match=match, text=text)
    if text.upper().startswith(_ELSEWHERE):
        raise QueryError(
            f"NOT_SUPPORTED: {text.split(maxsplit=1)[0].upper()} is not available locally in this form"
        )
    try:
        trees = [tree for tree in sqlglot.parse(text, read="athena") if tree is not None]
    except SqlglotError as error:
        first = error.errors[0] if getattr(error, "errors", None) else {}
        place = f"line {first.get('line', 1)}:{first.get('col', 1)}"
        raise QueryError(
            f"{place}: mismatched input. {first.get('description', 'Expecting a statement')}"
        ) from None
    if len(trees) != 1:
        raise QueryError("Only one sql statement is allowed. Got: " + (";" if trees else "(nothing)"))
    return replace(_of_tree(trees[0]), text=text)


def _of_tree(tree: exp.Expression) -> Statement:
    if isinstance(tree, exp.Query):
        return Statement("DML", "SELECT", tree)
    if isinstance(tree, exp.Insert):
        return Statement("DML", "INSERT", tree)
    kind = str(tree.args.get("kind", "")).upper()
    if isinstance(tree, exp.Create):
        if kind == "TABLE" and tree.expression is not None:
            return Statement("DDL", "CREATE_TABLE_AS_SELECT", tree)
        names = {
            "TABLE": "CREATE_TABLE",
            "VIEW": "CREATE_VIEW",
            "DATABASE": "CREATE_DATABASE",
            "SCHEMA": "CREATE_DATABASE",
        }
        if kind in names:
            return Statement("DDL", names[kind], tree)
    if isinstance(tree, exp.Drop):
        names = {
            "TABLE": "DROP_TABLE",
            "VIEW": "DROP_VIEW",
            "DATABASE": "DROP_DATABASE",
            "SCHEMA": "DROP_DATABASE",
        }
        if kind in names:
            return Statement("DDL", names[kind], tree)
    raise QueryError(f"NOT_SUPPORTED: {tree.key.upper()} {kind} is not available locally".rstrip())
