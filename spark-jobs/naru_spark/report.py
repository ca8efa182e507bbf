"""What a run says of itself: counts, reasons and quality results, never a value."""

from __future__ import annotations

import datetime
import json
from dataclasses import asdict, dataclass, field

from naru_spark.quality import QualityResult

# Raised when a reader of the report would have to change.
REPORT_VERSION = 1


@dataclass(frozen=True)
class PersonalColumn:
    """How one personal column was treated, and of how many published rows."""

    column_name: str
    treatment: str
    kind: str | None
    epoch: int | None
    rows: int


@dataclass
class CurateReport:
    """One data set's curation. `status`: written, no input, refused (an error rule), failed.

    A run of what has changed also has unchanged, and waiting: the same files were not published before, and
    `earlier_error` tells why.

    Counts and days are those of the run; `quality` and `personal_columns` are of the whole set.
    """

    data_set: str
    time_zone: str
    status: str
    read: int = 0
    good: int = 0
    bad: int = 0
    bad_by_reason: dict[str, int] = field(default_factory=dict)
    duplicates: int = 0
    written: int = 0
    source_keys: int = 0
    days: list[str] = field(default_factory=list)
    quality: list[QualityResult] = field(default_factory=list)
    personal_columns: list[PersonalColumn] = field(default_factory=list)
    error: str | None = None
    earlier_error: str | None = None
    seconds: float = 0.0


@dataclass
class TableReport:
    """One derived table. `status`: written, no input, skipped (an input failed in this run), failed."""

    table: str
    status: str
    written: int = 0
    days: list[str] = field(default_factory=list)
    error: str | None = None
    seconds: float = 0.0


@dataclass
class ImportReport:
    """One table of a database that became a drop of `day`. `status`: written, failed."""

    data_set: str
    table: str
    day: str
    status: str
    rows: int = 0
    error: str | None = None
    seconds: float = 0.0


@dataclass
class RunReport:
    """A whole run."""

    run_at: datetime.datetime
    run: str
    curated: list[CurateReport] = field(default_factory=list)
    tables: list[TableReport] = field(default_factory=list)
    imported: list[ImportReport] = field(default_factory=list)

    @property
    def errors(self) -> list[str]:
        """One line for everything that went wrong."""
        faults = [(f"import of {item.data_set}", item.error) for item in self.imported]
        faults += [(item.data_set, item.error) for item in self.curated]
        faults += [(item.table, item.error) for item in self.tables]
        return [f"{name}: {error}" for name, error in faults if error is not None]

    def to_json(self) -> str:
        """The report file."""
        document = {
            "version": REPORT_VERSION,
            "run": self.run,
            "runAt": self.run_at.isoformat().replace("+00:00", "Z"),
            "status": "failed" if self.errors else "succeeded",
            "imported": [_camel(asdict(item)) for item in self.imported],
            "curated": [_camel(asdict(item)) for item in self.curated],
            "tables": [_camel(asdict(item)) for item in self.tables],
            "errors": self.errors,
        }
        return json.dumps(document, ensure_ascii=False, indent=2)


def _camel(value: object) -> object:
    """Keys as the rest of the platform writes JSON; `badByReason`'s keys are reasons and stay."""
    if isinstance(value, list):
        return [_camel(item) for item in value]
    if not isinstance(value, dict):
        return value
    camel: dict[str, object] = {}
    for key, item in value.items():
        first, *rest = key.split("_")
        camel[first + "".join(word.capitalize() for word in rest)] = (
            item if key == "bad_by_reason" else _camel(item)
        )
    return camel
