"""Applications and job runs as the API shows them."""

from __future__ import annotations

import random
import string
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from ..protocol import Caller, Json

ENDED = frozenset({"SUCCESS", "FAILED", "CANCELLED"})


def short_id() -> str:
    """An identifier as EMR Serverless makes them: 16 letters and digits."""
    return "00" + "".join(random.choices(string.ascii_lowercase + string.digits, k=14))


@dataclass
class Application:
    """An application: nothing runs for it until a job does."""

    id: str
    arn: str
    given: Mapping[str, object]
    state: str = "CREATED"
    created: datetime = field(default_factory=lambda: datetime.now(UTC))
    updated: datetime = field(default_factory=lambda: datetime.now(UTC))

    def summary(self) -> Json:
        """The form of ListApplications."""
        return {
            "id": self.id,
            "arn": self.arn,
            "name": self.given.get("name", ""),
            "releaseLabel": self.given["releaseLabel"],
            "type": str(self.given["type"]).capitalize(),
            "architecture": self.given.get("architecture", "X86_64"),
            "state": self.state,
            "stateDetails": "",
            "createdAt": self.created,
            "updatedAt": self.updated,
        }

    def describe(self) -> Json:
        """The form of GetApplication. Defaults are those of CreateApplication."""
        own = {key: value for key, value in self.given.items() if key not in ("clientToken", "applicationId")}
        summary = self.summary()
        return {
            "autoStartConfiguration": {"enabled": True},
            "autoStopConfiguration": {"enabled": True, "idleTimeoutMinutes": 15},
            "tags": {},
            **own,
            **{key: value for key, value in summary.items() if key != "id"},
            "applicationId": self.id,
        }


@dataclass
class JobRun:
    """One run of a job, from StartJobRun to its end."""

    id: str
    arn: str
    application: Application
    caller: Caller
    role_arn: str
    given: Mapping[str, object]
    state: str = "SUBMITTED"
    details: str = ""
    created: datetime = field(default_factory=lambda: datetime.now(UTC))
    updated: datetime = field(default_factory=lambda: datetime.now(UTC))
    started: datetime | None = None
    ended: datetime | None = None
    cancelled: bool = False

    def move(self, state: str, details: str = "") -> None:
        """Enters a state."""
        now = datetime.now(UTC)
        self.state, self.details, self.updated = state, details, now
        if state == "RUNNING":
            self.started = now
        if state in ENDED:
            self.ended = now

    def describe(self) -> Json:
        """The form of GetJobRun."""
        end = self.ended or datetime.now(UTC)
        seconds = int((end - self.started).total_seconds()) if self.started is not None else 0
        times = {"startedAt": self.started, "endedAt": self.ended}
        return {
            "applicationId": self.application.id,
            "jobRunId": self.id,
            "name": self.given.get("name", ""),
            "arn": self.arn,
            "createdBy": self.caller.arn,
            "createdAt": self.created,
            "updatedAt": self.updated,
            "executionRole": self.role_arn,
            "state": self.state,
            "stateDetails": self.details,
            "releaseLabel": self.application.given["releaseLabel"],
            "configurationOverrides": self.given.get("configurationOverrides", {}),
            "jobDriver": self.given["jobDriver"],
            "tags": self.given.get("tags", {}),
            "totalExecutionDurationSeconds": seconds,
            "executionTimeoutMinutes": self.given.get("executionTimeoutMinutes", 720),
            "attempt": 1,
            "mode": "BATCH",
            **{key: value for key, value in times.items() if value is not None},
        }

    def summary(self) -> Json:
        """The form of ListJobRuns."""
        described = self.describe()
        wanted = (
            "applicationId",
            "name",
            "arn",
            "createdBy",
            "createdAt",
            "updatedAt",
            "executionRole",
            "state",
            "stateDetails",
            "releaseLabel",
            "mode",
        )
        return {"id": self.id, "type": "Spark", **{key: described[key] for key in wanted}}
