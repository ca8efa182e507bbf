"""Where a table's rows come from: one record for each curation of a data set.

There are two of each. The whole one stays in landing, as keys of files may name people and an ETag can be the
hash of a small file. The one beside the tables leaves both out; a version id leads from it to the other.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from urllib.parse import urlsplit

from naru_spark.contract import PARTITION_COLUMN, DataSet
from naru_spark.csv_files import landing_day
from naru_spark.errors import JobError
from naru_spark.report import CurateReport
from naru_spark.run import Run
from naru_spark.storage import StoredFile

# Raised when a reader of the records would have to change.
LINEAGE_VERSION = 1

# A request each; S3 answers in some ten milliseconds.
_AT_ONCE = 16


@dataclass(frozen=True)
class SourceObject:
    """A file of landing as it was before it was read; `version_id` and `etag` are None outside S3.

    `modified` in milliseconds since 1970, None where a version tells more.
    """

    uri: str
    day: str
    size: int
    modified: int | None
    version_id: str | None
    etag: str | None


def source_objects(files: Sequence[StoredFile]) -> list[SourceObject]:
    """Versions of the files. Called before they are read: a file replaced meanwhile is curated once more.

    Raises JobError when the store refuses.
    """
    if not any(file.uri.startswith("s3") for file in files):
        return [
            SourceObject(file.uri, landing_day(file.uri), file.size, file.modified, None, None)
            for file in files
        ]
    # Imported here: files of a disk need no AWS client. Hadoop lists objects without their versions.
    import boto3
    from botocore.exceptions import BotoCoreError, ClientError

    s3 = boto3.session.Session().client("s3")

    def described(file: StoredFile) -> SourceObject:
        place = urlsplit(file.uri, allow_fragments=False)
        try:
            head = s3.head_object(Bucket=place.netloc, Key=file.uri.split("/", 3)[3])
        except (BotoCoreError, ClientError) as error:
            raise JobError(f"{file.uri}: {error}; the job's role needs s3:GetObject") from error
        version, etag = head.get("VersionId"), head["ETag"].strip('"')
        modified = file.modified if version is None else None
        return SourceObject(file.uri, landing_day(file.uri), head["ContentLength"], modified, version, etag)

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return list(pool.map(described, files))


def write_lineage(
    run: Run, data_set: DataSet, report: CurateReport, sources: Sequence[SourceObject], days: Sequence[str]
) -> None:
    """Writes both records of a set that was written or refused. `days` of the source's folders."""
    name = f"lineage/{data_set.domain}/{data_set.name}/{run.at:%Y%m%dT%H%M%SZ}-{run.id}.json"
    of_stream = [{"zone": "raw", "day": day} for day in days] if data_set.ingestion == "stream" else []
    known = [
        {"zone": "landing", "day": one.day, "size": one.size, "versionId": one.version_id} for one in sources
    ]
    whole = [{**part, "key": one.uri, "etag": one.etag} for part, one in zip(known, sources, strict=True)]
    zones = run.settings.zones
    # Closed first: no record outside without the one that it leads to.
    for zone, inputs in ((zones.landing, whole), (zones.curated, known)):
        record = {**_record(run, data_set, report), "sources": [*inputs, *of_stream]}
        # In one line, as Athena's readers of JSON want it.
        run.storage.write_text(f"{zone}/{name}", json.dumps(record, ensure_ascii=False) + "\n")


def _record(run: Run, data_set: DataSet, report: CurateReport) -> dict[str, object]:
    written = report.status == "written"
    table = run.curated(data_set)
    return {
        "version": LINEAGE_VERSION,
        "run": run.id,
        "application": run.spark.sparkContext.applicationId,
        "runAt": run.at.isoformat().replace("+00:00", "Z"),
        "dataSet": data_set.id,
        "contractVersion": data_set.version,
        "pseudonymEpoch": max((column.epoch or 0 for column in report.personal_columns), default=0) or None,
        "status": report.status,
        "rows": {
            "read": report.read,
            "quarantined": report.bad,
            "duplicates": report.duplicates,
            "written": report.written,
        },
        # Of the whole set, also where a run curated some days of it.
        "quality": [asdict(result) for result in report.quality],
        "outputs": [f"{table}/{PARTITION_COLUMN}={day}" for day in report.days] if written else [],
    }
