"""One run of a crawler: looks into its folder as its role, and writes what it found into the catalogue."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from ..athena.objects import S3Object, list_objects
from ..clients import ClientSet
from ..protocol import Json
from .files import SAMPLE_BYTES, Sample, classify
from .grouping import CrawledFile, found_tables
from .schema import CrawlError, Schema
from .tables import Changes, Policy, write_tables


def crawl(
    clients: ClientSet, crawler: Json, classifiers: Sequence[Json], stopped: Callable[[], bool]
) -> Changes:
    """Crawls every S3 target.

    :param clients: of the crawler's role
    :param crawler: as GetCrawler describes it
    :param classifiers: as GetClassifier describes them, in the crawler's order
    :param stopped: whether the run was asked to end
    :raises CrawlError: for targets, files or classifiers that are not available locally
    :raises botocore.exceptions.ClientError: for what the role may not do.
    """
    targets = crawler.get("Targets") or {}
    assert isinstance(targets, dict)
    others = sorted(kind for kind, given in targets.items() if given and kind != "S3Targets")
    if others:
        raise CrawlError(f"{', '.join(others)}: only targets in S3 are crawled locally")
    total = Changes()
    for target in targets.get("S3Targets") or []:
        root = str(target["Path"]).rstrip("/") + "/"
        if not _has_news(clients, crawler, target):
            continue
        objects = _wanted(list_objects(clients, root), root, target.get("Exclusions") or [])
        files = []
        for item in objects:
            if stopped():
                return total
            schema = _schema_of(clients, item, classifiers)
            if schema is not None:
                *folders, name = item.url[len(root) :].split("/")
                files.append(CrawledFile(tuple(folders), name, item.size, schema))
        found = found_tables(root.rstrip("/").rpartition("/")[2], files, _one_table(crawler)) if files else []
        changes = write_tables(clients, _policy(crawler), root, found)
        total.created += changes.created
        total.updated += changes.updated
        total.deleted += changes.deleted
    return total


def _schema_of(clients: ClientSet, item: S3Object, classifiers: Sequence[Json]) -> Schema | None:
    s3 = clients.get("s3")
    last = min(item.size, SAMPLE_BYTES) - 1
    start = s3.get_object(Bucket=item.bucket, Key=item.key, Range=f"bytes=0-{last}")["Body"].read()
    with tempfile.TemporaryDirectory(prefix="crawl-") as folder:

        def fetch() -> Path:
            path = Path(folder) / "file"
            path.write_bytes(s3.get_object(Bucket=item.bucket, Key=item.key)["Body"].read())
            return path

        return classify(Sample(start, item.size <= SAMPLE_BYTES, fetch), classifiers)


def _wanted(objects: Sequence[S3Object], root: str, exclusions: Sequence[str]) -> list[S3Object]:
    patterns = [_pattern(exclusion) for exclusion in exclusions]
    return [
        item for item in objects if not any(pattern.fullmatch(item.url[len(root) :]) for pattern in patterns)
    ]


def _pattern(glob: str) -> re.Pattern[str]:
    """A pattern of Glue: `*` within a folder, `**` through folders, `?` one character, `{a,b}` either."""
    parts = re.split(r"(\*\*|\*|\?|\{[^}]*\})", glob)
    return re.compile("".join(_piece(part) for part in parts))


def _piece(part: str) -> str:
    known = {"**": ".*", "*": "[^/]*", "?": "[^/]"}
    if part in known:
        return known[part]
    if part.startswith("{") and part.endswith("}"):
        return "(" + "|".join(_pattern(choice).pattern for choice in part[1:-1].split(",")) + ")"
    return re.escape(part)


def _has_news(clients: ClientSet, crawler: Json, target: Json) -> bool:
    """Whether a crawl by events has any: its first run looks at everything, later ones at what the queue tells.

    The queue is emptied before the folder is listed, so that what comes meanwhile is left for the next run.
    """
    queue = target.get("EventQueueArn")
    recrawl = crawler.get("RecrawlPolicy") or {}
    assert isinstance(recrawl, dict)
    if not queue or recrawl.get("RecrawlBehavior") != "CRAWL_EVENT_MODE":
        return True
    sqs = clients.get("sqs")
    url = sqs.get_queue_url(QueueName=str(queue).rpartition(":")[2])["QueueUrl"]
    told = False
    while True:
        messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        if not messages:
            return told or not crawler.get("LastCrawl")
        told = told or any("Records" in json.loads(message["Body"]) for message in messages)
        for message in messages:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])


def _one_table(crawler: Json) -> bool:
    grouping = _configuration(crawler).get("Grouping") or {}
    assert isinstance(grouping, dict)
    return grouping.get("TableGroupingPolicy") == "CombineCompatibleSchemas"


def _policy(crawler: Json) -> Policy:
    change = crawler.get("SchemaChangePolicy") or {}
    output = _configuration(crawler).get("CrawlerOutput") or {}
    assert isinstance(change, dict) and isinstance(output, dict)
    return Policy(
        crawler=str(crawler["Name"]),
        database=str(crawler["DatabaseName"]),
        prefix=str(crawler.get("TablePrefix") or ""),
        update=change.get("UpdateBehavior", "UPDATE_IN_DATABASE") == "UPDATE_IN_DATABASE",
        merge=(output.get("Tables") or {}).get("AddOrUpdateBehavior") == "MergeNewColumns",
        delete=str(change.get("DeleteBehavior", "DEPRECATE_IN_DATABASE")),
    )


def _configuration(crawler: Json) -> Json:
    text = str(crawler.get("Configuration") or "")
    return json.loads(text) if text else {}
