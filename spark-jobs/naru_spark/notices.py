"""What owners of data sets are told of a run: rows in quarantine, failed rules, files that can't be read.

Numbers, reasons and names of rules; no value, and no name of a file, as these may name people. The workflow
passes them on to the stack's topic of alarms.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from naru_spark.contract import DataSet
from naru_spark.report import CurateReport
from naru_spark.run import Run

# Raised when a reader of the notices would have to change.
NOTICES_VERSION = 1

# SNS takes up to 100 characters, of ASCII.
_SUBJECT = 100


@dataclass(frozen=True)
class Notice:
    """One message about one data set. `severity`: error where nothing new was published, else warning."""

    data_set: str
    domain: str
    severity: str
    subject: str
    message: str


def notice_of(data_set: DataSet, report: CurateReport) -> Notice | None:
    """What the set's owner is told; None where all is well."""
    failed = [result for result in report.quality if result.status == "failed"]
    if not failed and report.bad == 0 and report.error is None:
        return None
    severity = "warning" if report.error is None else "error"
    told = [
        *([] if report.error is None else ["nothing published"]),
        *([f"{_plural(report.bad, 'row')} in quarantine"] if report.bad else []),
        *([f"{_plural(len(failed), 'rule')} failed"] if failed else []),
    ]
    lines = [f"Data set {data_set.id}, contract {data_set.version}"]
    lines.append(
        f"Published: {report.written} of {report.read} rows."
        if report.error is None
        else "Nothing of this run was published; what was published before stays."
    )
    if report.bad:
        folder = f"quarantine/{data_set.domain}/{data_set.name}/"
        lines.append(f"Quarantine, in landing below {folder}: {_plural(report.bad, 'row')}, by reason:")
        lines += [f"  {reason}: {count}" for reason, count in report.bad_by_reason.items()]
    if failed:
        lines.append("Rules of the contract that failed, over the whole set:")
        lines += [f"  {one.rule}: {one.measured:g} {one.unit} ({one.severity})" for one in failed]
    if report.error is not None and not failed:
        lines.append(
            "A file can't be read by the contract, or holds what looks personal; the report tells which."
        )
    subject = f"{data_set.id}: {', '.join(told)}"[:_SUBJECT]
    return Notice(data_set.id, data_set.domain, severity, subject, "\n".join(lines))


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def write_notices(run: Run, curated: Sequence[CurateReport], uri: str) -> None:
    """Writes what is to be told of a run. What was told last of a set is not told again, night by night."""
    place = f"{run.settings.zones.landing}/lineage/_told.json"
    told: dict[str, str] = {}
    if run.storage.list_files(place):
        told = json.loads(run.storage.read_text(place))
    news = []
    for report in curated:
        if report.status in ("waiting", "no input"):
            continue
        notice = notice_of(run.data_sets[report.data_set], report)
        digest = None if notice is None else hashlib.sha256(notice.message.encode()).hexdigest()
        if notice is not None and told.get(report.data_set) != digest:
            news.append(notice)
        told.pop(report.data_set, None)
        if digest is not None:
            told[report.data_set] = digest
    document = {
        "version": NOTICES_VERSION,
        "run": run.id,
        "notices": [
            {
                "dataSet": one.data_set,
                "domain": one.domain,
                "severity": one.severity,
                "subject": one.subject,
                "message": f"{one.message}\nRun {run.id}",
            }
            for one in news
        ],
    }
    run.storage.write_text(uri, json.dumps(document, ensure_ascii=False))
    run.storage.write_text(place, json.dumps(told))
