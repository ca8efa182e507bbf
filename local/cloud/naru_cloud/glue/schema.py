"""The schema of a file, as a classifier found it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..hive_types import HiveType
from .inference import wider

#: Share of column names that two files have in common when they are of one table (Glue developer guide, "How does a
#: crawler determine when to create partitions?": more than 70 percent).
ALIKE = 0.7


class CrawlError(Exception):
    """A crawl can't go on; the message says why and holds no value of a file."""


@dataclass(frozen=True)
class Schema:
    """Columns of a file, and how a table reads it."""

    classification: str
    columns: tuple[tuple[str, HiveType], ...]
    serde: str
    input_format: str
    output_format: str
    serde_parameters: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, str] = field(default_factory=dict)

    def reads_as(self, other: Schema) -> bool:
        """Whether one table can read both files, whatever their columns."""
        return (self.serde, self.parameters) == (other.serde, other.parameters) and (
            "paths" in self.serde_parameters or self.serde_parameters == other.serde_parameters
        )

    def alike(self, other: Schema, least: float = ALIKE) -> bool:
        """Whether the files are of one table: read alike, with most columns in common."""
        mine, theirs = ({name for name, _ in schema.columns} for schema in (self, other))
        return self.reads_as(other) and len(mine & theirs) >= least * max(len(mine), len(theirs), 1)

    def merged(self, other: Schema) -> Schema:
        """The schema that reads both."""
        columns = dict(self.columns)
        for name, type_ in other.columns:
            columns[name] = wider(columns[name], type_) if name in columns else type_
        parameters = dict(self.serde_parameters)
        if "paths" in parameters:
            parameters["paths"] = ",".join(sorted(columns))
        return Schema(
            self.classification,
            tuple(columns.items()),
            self.serde,
            self.input_format,
            self.output_format,
            parameters,
            self.parameters,
        )
