"""Entry point of a stream, for AWS Glue (`gluestreaming`), EMR and spark-submit: events a minute by course.

    spark-submit --py-files naru_spark.zip course_events_per_minute.py \\
        --contracts s3://jobs/code/contracts.json --source kafka --bootstrap b-1:9098 \\
        --target s3://curated/lms/course_events_per_minute/ \\
        --quarantine s3://closed/quarantine/ --checkpoint s3://closed/checkpoints/

It reads the stream itself, whose events are clear: personal columns go before anything is shuffled, kept or
written, and events that don't keep to the contract go to the closed zone. So it needs no key. Runs until it
is stopped; with --until-read (Kafka) it ends when all that is there has been read. Exits 1, with one line,
when it fails.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import Callable

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.streaming import StreamingQuery

from naru_spark.batch_files import WriteBatch, batches_to, refuse_foreign_files, write_closed, write_open
from naru_spark.contract import load_contracts
from naru_spark.course_events import countable, events_per_minute
from naru_spark.errors import JobError
from naru_spark.event_checks import bad_events, check_events
from naru_spark.event_sources import (
    ACCESSES,
    ENGINES,
    STARTS,
    EventSource,
    KafkaSource,
    KinesisSource,
    arriving_events,
)
from naru_spark.run import fault_text
from naru_spark.session import start_session
from naru_spark.storage import Storage
from naru_spark.stream_progress import Progress, Tally, observed

COUNTS, QUARANTINE = "counts", "quarantine"
_LOOK_SECONDS = 5


def main(arguments: Sequence[str]) -> int:
    """Runs the stream and returns the process's exit code."""
    # Glue adds arguments of its own.
    options, _ = parser().parse_known_args(arguments)
    try:
        source = _source(options)
        spark = start_session()
        tally = run(spark, arriving_events(spark, source), options)
    except Exception as error:
        print(f"naru: {fault_text(error)}", file=sys.stderr)
        return 1
    print(f"naru: since this start: {tally.text()}", flush=True)
    return 0


def run(spark: SparkSession, events: DataFrame, options: argparse.Namespace) -> Tally:
    """Counts the events of a stream (`event`: bytes) until it ends. Raises what ends one of its queries."""
    storage = Storage(spark)
    data_sets = {item.id: item for item in load_contracts(storage.read_text(options.contracts))}
    if options.data_set not in data_sets:
        raise JobError(f"--data-set: is {options.data_set}, which the contracts don't have")
    data_set = countable(data_sets[options.data_set])
    checkpoint, target, quarantine = (
        uri.rstrip("/") for uri in (options.checkpoint, options.target, options.quarantine)
    )
    refuse_foreign_files(storage, target, f"{checkpoint}/{COUNTS}")
    checked = check_events(data_set, events)
    counts = events_per_minute(data_set, observed(COUNTS, checked, good=True), options.late_minutes)
    bad = bad_events(data_set, observed(QUARANTINE, checked, good=False))
    places: dict[str, tuple[DataFrame, WriteBatch]] = {
        COUNTS: (counts, batches_to(target, write_open)),
        QUARANTINE: (bad, batches_to(quarantine, write_closed)),
    }
    queries: dict[str, StreamingQuery] = {}
    try:
        for name, (frame, write) in places.items():
            queries[name] = _start(frame, write, f"{checkpoint}/{name}", options)
        return _watch(queries)
    finally:
        for query in queries.values():
            query.stop()


def _start(
    frame: DataFrame, write: WriteBatch, checkpoint: str, options: argparse.Namespace
) -> StreamingQuery:
    writer = (
        frame.writeStream.outputMode("append").option("checkpointLocation", checkpoint).foreachBatch(write)
    )
    if options.until_read:
        return writer.trigger(availableNow=True).start()
    return writer.trigger(processingTime=f"{options.trigger_seconds} seconds").start()


def _watch(queries: dict[str, StreamingQuery]) -> Tally:
    """Tells of batches until all queries have ended; the first that fails ends the others."""
    progress = Progress(queries)
    running = list(queries.values())
    while running:
        running = [query for query in running if not query.awaitTermination(_LOOK_SECONDS / len(running))]
        for line in progress.news():
            print(line, flush=True)
    return progress.tally


def _source(options: argparse.Namespace) -> EventSource:
    needed = ("bootstrap",) if options.source == "kafka" else ("stream", "region")
    if missing := [name for name in needed if getattr(options, name) is None]:
        raise JobError(f"--source {options.source} needs {', '.join(f'--{name}' for name in missing)}")
    if options.source == "kafka":
        topic = options.topic or options.data_set
        return KafkaSource(
            options.bootstrap, topic, options.start, options.kafka_access, options.events_per_batch
        )
    return KinesisSource(options.stream, options.region, options.start, options.kinesis_connector)


def parser() -> argparse.ArgumentParser:
    """What the job is told."""
    made = argparse.ArgumentParser(
        prog="course_events_per_minute.py", description="Naru's events a minute by course", allow_abbrev=False
    )
    made.add_argument("--contracts", required=True, help="URI of contracts.json")
    made.add_argument("--data-set", default="lms.requests", help="whose events; default: lms.requests")
    made.add_argument("--source", required=True, choices=("kafka", "kinesis"))
    made.add_argument("--bootstrap", help="Kafka's brokers, host:port, comma-separated")
    made.add_argument("--topic", help="default: the data set's id")
    made.add_argument("--kafka-access", choices=ACCESSES, default="plain", help="iam: MSK; default: plain")
    made.add_argument("--stream", help="name of the Kinesis stream")
    made.add_argument("--region", help="the Kinesis stream's")
    made.add_argument("--kinesis-connector", choices=ENGINES, default="glue", help="default: glue")
    made.add_argument(
        "--start", choices=STARTS, default="earliest", help="of the first start; default: earliest"
    )
    made.add_argument("--target", required=True, help="URI of the table's folder")
    made.add_argument(
        "--quarantine", required=True, help="URI of a closed folder for events that don't count"
    )
    made.add_argument("--checkpoint", required=True, help="URI of a folder that no other stream has")
    made.add_argument(
        "--late-minutes", type=_number(1440), default=10, help="how late an event may come; default: 10"
    )
    made.add_argument(
        "--trigger-seconds", type=_number(3600), default=60, help="between two batches; default: 60"
    )
    made.add_argument(
        "--events-per-batch", type=_number(10_000_000), default=200_000, help="Kafka's most; default: 200000"
    )
    made.add_argument("--until-read", action="store_true", help="end when all that is there has been read")
    return made


def _number(most: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"write a whole number from 1 to {most}")
        return int(text)

    return number


if __name__ == "__main__":
    code = main(sys.argv[1:])
    # A script that ends by itself has succeeded, on Glue too, which may take SystemExit for a failure.
    if code != 0:
        sys.exit(code)
