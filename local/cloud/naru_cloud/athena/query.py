"""A query and its state, and what its run may use."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from ..clients import ClientSet
from ..protocol import Caller, Json

Value = object
Row = Sequence[Value]


@dataclass(frozen=True)
class Column:
    """A column of a result, with Athena's name of its type."""

    name: str
    type: str
    precision: int = 0
    scale: int = 0


@dataclass
class Result:
    """What a statement returns. `header` tells whether the names are a row of their own, as for SELECT."""

    columns: Sequence[Column] = ()
    rows: Sequence[Sequence[str | None]] = ()
    header: bool = False
    update_count: int = 0
    manifest: Sequence[str] = ()


@dataclass(frozen=True)
class Output:
    """Where results go, after workgroup and caller are weighed against each other."""

    location: str
    kms_key: str | None
    sse_s3: bool
    enforced: bool
    cutoff: int | None

    def encryption(self) -> dict[str, str]:
        """The arguments of PutObject."""
        if self.kms_key is not None:
            return {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": self.kms_key}
        return {"ServerSideEncryption": "AES256"} if self.sse_s3 else {}


@dataclass
class QueryExecution:
    """One query from submission to end."""

    id: str
    sql: str
    database: str
    catalog: str
    workgroup: str
    caller: Caller
    output: Output
    parameters: Sequence[str]
    kind: str
    substatement: str
    submitted: datetime
    state: str = "QUEUED"
    reason: str | None = None
    started: datetime | None = None
    completed: datetime | None = None
    scanned_bytes: int = 0
    result: Result = field(default_factory=Result)
    cancelled: threading.Event = field(default_factory=threading.Event)
    interrupt: Callable[[], None] | None = None

    @property
    def output_location(self) -> str:
        """The object of the result; CTAS and INSERT have a manifest there instead."""
        base = self.output.location.rstrip("/")
        if self.substatement in ("CREATE_TABLE_AS_SELECT", "INSERT", "UNLOAD"):
            return f"{base}/tables/{self.id}"
        return f"{base}/{self.id}.{'csv' if self.kind == 'DML' else 'txt'}"

    def describe(self) -> Json:
        """The form of GetQueryExecution."""
        end = self.completed or datetime.now(UTC)
        total = int((end - self.submitted).total_seconds() * 1000)
        queue = int(((self.started or end) - self.submitted).total_seconds() * 1000)
        status: Json = {"State": self.state, "SubmissionDateTime": self.submitted}
        if self.reason is not None:
            status["StateChangeReason"] = self.reason
        if self.completed is not None:
            status["CompletionDateTime"] = self.completed
        if self.state == "FAILED":
            status["AthenaError"] = {
                "ErrorCategory": 2,
                "ErrorType": 1,
                "Retryable": False,
                "ErrorMessage": self.reason,
            }
        location: Json = {"OutputLocation": self.output_location}
        if self.output.kms_key is not None:
            location["EncryptionConfiguration"] = {
                "EncryptionOption": "SSE_KMS",
                "KmsKey": self.output.kms_key,
            }
        elif self.output.sse_s3:
            location["EncryptionConfiguration"] = {"EncryptionOption": "SSE_S3"}
        statistics: Json = {
            "EngineExecutionTimeInMillis": total - queue,
            "DataScannedInBytes": self.scanned_bytes,
            "TotalExecutionTimeInMillis": total,
            "QueryQueueTimeInMillis": queue,
        }
        if self.result.manifest:
            statistics["DataManifestLocation"] = f"{self.output_location}-manifest.csv"
        return {
            "QueryExecutionId": self.id,
            "Query": self.sql,
            "StatementType": self.kind,
            "SubstatementType": self.substatement,
            "ResultConfiguration": location,
            "QueryExecutionContext": {"Database": self.database, "Catalog": self.catalog.lower()},
            "Status": status,
            "Statistics": statistics,
            "WorkGroup": self.workgroup,
            "EngineVersion": {
                "SelectedEngineVersion": "AUTO",
                "EffectiveEngineVersion": "Athena engine version 3",
            },
        }


@dataclass
class Run:
    """What the run of one query works with: its caller's clients and a folder that is gone afterwards."""

    execution: QueryExecution
    clients: ClientSet
    folder: Path
