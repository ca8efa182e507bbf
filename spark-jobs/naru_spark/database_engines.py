"""What differs between PostgreSQL and MySQL: what their catalogues say, and each value as text of CSV.

The database itself turns values into text. Types of Java in between would round numbers, know no day
0000-00-00, and read times in zones of their own.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

# What a column's type is, beside how many bits or digits it has.
INTEGER, DECIMAL, SINGLE, DOUBLE = "integer", "decimal", "single", "double"
BOOLEAN, DATE, WALL_CLOCK, INSTANT = "boolean", "date", "wallClock", "instant"
TEXT, BINARY = "text", "binary"


@dataclass(frozen=True)
class TableColumn:
    """A column as the database declares it; `type_name` is its own word for the type."""

    name: str
    type_name: str
    family: str
    readable: bool
    #: Of whole numbers.
    bits: int = 0
    #: Of decimals that declare them: digits in all, and behind the point.
    digits: int | None = None
    scale: int = 0
    #: MySQL's word for a boolean, which is a number all the same.
    may_be_boolean: bool = False


class Engine(ABC):
    """SQL of one database."""

    driver: str
    #: Settings of a session that reads: moments in UTC, numbers with all their digits, no end to a long read.
    session: str

    def place(self, table: str, database: str) -> tuple[str, str]:
        """Schema and name of a table."""
        schema, _, name = table.rpartition(".")
        return schema or self.default_schema(database), name

    @abstractmethod
    def default_schema(self, database: str) -> str:
        """Where a table is looked for that is named without one."""

    @abstractmethod
    def quoted(self, name: str) -> str:
        """A name as it is written."""

    @abstractmethod
    def columns_query(self, schema: str, table: str) -> str:
        """Rows of name, type, form, readable, digits and scale, all as text."""

    @abstractmethod
    def column(self, row: Mapping[str, str | None]) -> TableColumn:
        """A row of that query."""

    @abstractmethod
    def text(self, column: TableColumn, wanted: str) -> str:
        """SQL of the value as CSV text that curation reads as the contract's type `wanted`."""

    @abstractmethod
    def fetch_size(self, wanted: int) -> int:
        """What the driver is told, so that it does not take the whole table into memory."""


class Postgres(Engine):
    """PostgreSQL 12 and newer."""

    driver = "org.postgresql.Driver"
    session = (
        "SET TimeZone = 'UTC'; SET DateStyle = 'ISO, YMD'; SET extra_float_digits = 3;"
        " SET statement_timeout = 0; SET lock_timeout = '30s'"
    )
    _INTEGERS: ClassVar = {"int2": 16, "int4": 32, "int8": 64}
    _FAMILIES: ClassVar = {
        "numeric": DECIMAL,
        "float4": SINGLE,
        "float8": DOUBLE,
        "bool": BOOLEAN,
        "date": DATE,
        "timestamp": WALL_CLOCK,
        "timestamptz": INSTANT,
        "bytea": BINARY,
    }

    def default_schema(self, database: str) -> str:
        return "public"

    def quoted(self, name: str) -> str:
        return '"' + name.replace('"', '""') + '"'

    def columns_query(self, schema: str, table: str) -> str:
        # Of a domain the type that it is made of. A modifier of numeric holds digits, scale, and 4 besides.
        modifier = "(CASE WHEN own.typbasetype = 0 THEN a.atttypmod ELSE own.typtypmod END - 4)"
        return f"""
            SELECT a.attname::text AS name, ''::text AS form,
              coalesce(base.typname, own.typname)::text AS type,
              has_column_privilege(c.oid, a.attnum, 'SELECT')::text AS readable,
              CASE WHEN {modifier} > 0 THEN {modifier} >> 16 END::text AS digits,
              CASE WHEN {modifier} > 0 THEN (({modifier} & 2047) # 1024) - 1024 END::text AS scale
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_attribute a ON a.attrelid = c.oid
            JOIN pg_type own ON own.oid = a.atttypid LEFT JOIN pg_type base ON base.oid = own.typbasetype
            WHERE n.nspname = {_literal(schema)} AND c.relname = {_literal(table)}
              AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND a.attnum > 0 AND NOT a.attisdropped
            ORDER BY a.attnum"""

    def column(self, row: Mapping[str, str | None]) -> TableColumn:
        type_name = row["type"] or ""
        bits = self._INTEGERS.get(type_name, 0)
        family = INTEGER if bits else self._FAMILIES.get(type_name, TEXT)
        digits = int(row["digits"]) if family == DECIMAL and row["digits"] is not None else None
        scale = 0 if digits is None else int(row["scale"] or 0)
        form = type_name if digits is None else f"{type_name}({digits},{scale})"
        return TableColumn(row["name"] or "", form, family, row["readable"] == "true", bits, digits, scale)

    def text(self, column: TableColumn, wanted: str) -> str:
        value = self.quoted(column.name)
        return f"({value} AT TIME ZONE 'UTC')::text || 'Z'" if column.family == INSTANT else f"{value}::text"

    def fetch_size(self, wanted: int) -> int:
        return wanted


class MySql(Engine):
    """MySQL 8, and what speaks as it does."""

    driver = "com.mysql.cj.jdbc.Driver"
    # The empty mode quotes and pads as MySQL does by default.
    session = "SET SESSION time_zone = '+00:00', sql_mode = '', net_write_timeout = 600"
    _INTEGERS: ClassVar = {"tinyint": 8, "smallint": 16, "mediumint": 24, "int": 32, "bigint": 64, "year": 16}
    _FAMILIES: ClassVar = {
        "decimal": DECIMAL,
        "float": SINGLE,
        "double": DOUBLE,
        "date": DATE,
        "datetime": WALL_CLOCK,
        "timestamp": INSTANT,
        "binary": BINARY,
        "varbinary": BINARY,
        "tinyblob": BINARY,
        "blob": BINARY,
        "mediumblob": BINARY,
        "longblob": BINARY,
        "geometry": BINARY,
        "bit": BINARY,
    }

    def default_schema(self, database: str) -> str:
        return database

    def quoted(self, name: str) -> str:
        return "`" + name.replace("`", "``") + "`"

    def columns_query(self, schema: str, table: str) -> str:
        def text(expression: str) -> str:
            return f"CAST({expression} AS CHAR CHARACTER SET utf8mb4)"

        return f"""
            SELECT {text("column_name")} AS name, {text("data_type")} AS type, {text("column_type")} AS form,
              {text("find_in_set('select', lower(privileges)) > 0")} AS readable,
              {text("numeric_precision")} AS digits, {text("numeric_scale")} AS scale
            FROM information_schema.columns
            WHERE table_schema = {_literal(schema)} AND table_name = {_literal(table)}
            ORDER BY ordinal_position"""

    def column(self, row: Mapping[str, str | None]) -> TableColumn:
        type_name, form = (row["type"] or "").lower(), (row["form"] or "").lower()
        bits = self._INTEGERS.get(type_name, 0)
        family = INTEGER if bits else self._FAMILIES.get(type_name, TEXT)
        if form == "bit(1)":
            family = BOOLEAN
        if bits and "unsigned" in form:
            bits += 1
        digits = int(row["digits"] or 0) if family == DECIMAL else None
        return TableColumn(
            row["name"] or "",
            form,
            family,
            row["readable"] == "1",
            bits,
            digits,
            int(row["scale"] or 0) if family == DECIMAL else 0,
            may_be_boolean=form == "tinyint(1)",
        )

    def text(self, column: TableColumn, wanted: str) -> str:
        value = self.quoted(column.name)
        if wanted == "boolean":
            return f"CASE {value} <> 0 WHEN 1 THEN 'true' WHEN 0 THEN 'false' END"
        if column.family == SINGLE:
            # By itself a 4-byte float is told with 6 digits.
            value = f"{value} + 0e0"
        text = f"CAST({value} AS CHAR CHARACTER SET utf8mb4)"
        return f"CONCAT({text}, 'Z')" if column.family == INSTANT else text

    def fetch_size(self, wanted: int) -> int:
        # Integer.MIN_VALUE: row by row. With any other number the driver takes all rows before it gives one.
        return -(2**31)


ENGINES: dict[str, Engine] = {"postgresql": Postgres(), "mysql": MySql()}


def _literal(text: str) -> str:
    # Both read it so, MySQL because its names have no backslash here.
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"
