"""Events a minute by course: 2,000 events in batches, late, repeated, broken; killed, and gone on with."""

from __future__ import annotations

import argparse
import contextlib
import datetime
import io
import json
import os
import random
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

import course_events_per_minute as job
from naru_spark.contract import DataSet, load_contracts
from naru_spark.course_events import countable
from naru_spark.errors import JobError
from naru_spark.storage import Storage
from naru_spark.stream_progress import Tally
from tests.contracts import REQUESTS, STUDENTS
from tests.lake import Lake
from tests.shipped import Shipped

TABLE = "lms/course_events_per_minute"
# Two local days, so that batches write into both.
START = datetime.datetime(2026, 11, 20, 14, 20, tzinfo=datetime.timezone.utc)
MINUTE = datetime.timedelta(minutes=1)
LATE = 10 * MINUTE
# Of one batch; batches are a quarter of an hour apart.
BATCH = 400
BROKEN = [(text, "row:json") for text in (b"{", b"", b'["hong@example.ac.kr"]', b'"hong@example.ac.kr"')]


class Person:
    """Who sends an event: every value of theirs is looked for where none may be."""

    def __init__(self, number: int) -> None:
        self.user_id = f"U-{number:07d}"
        self.email = f"person{number:05d}@example.ac.kr"
        self.user_name = f"사람{number:05d}"
        self.remote_ip = f"198.51.{number // 250}.{number % 250}"

    def values(self) -> list[str]:
        return [self.user_id, self.email, self.user_name, self.remote_ip]


PEOPLE = [Person(number) for number in range(50)]


def event(key: str, at: datetime.datetime, course: str = "CS101", **other: object) -> bytes:
    person = PEOPLE[sum(key.encode()) % len(PEOPLE)]
    korean = at.astimezone(datetime.timezone(datetime.timedelta(hours=9)))
    fields = {"id": key, "occurred_at": korean.isoformat(timespec="milliseconds"), **vars(person)}
    rest = {"course_id": course, "page": "/p", "http_method": "GET", "session_id": "s1", "duration_ms": 5}
    return json.dumps({**fields, **rest, **other}, ensure_ascii=False).encode()


def batches() -> list[list[bytes]]:
    """Five of 400: 20 repeat, 20 are late but in time, 20 too late; 4 are no JSON, 4 against the contract."""
    chance = random.Random(7)
    made: list[list[bytes]] = []
    for number in range(5):
        begin = START + number * 15 * MINUTE

        def at(low: float, high: float, begin: datetime.datetime = begin) -> datetime.datetime:
            return begin + chance.uniform(low, high) * MINUTE

        key = f"b{number}"
        course = ["CS101", "CS102", "MA201"]
        in_time = [(f"{key}-{n}", at(0, 15), course[n % 3]) for n in range(332)]
        just = [(f"{key}-just-{n}", at(-9, 0), course[n % 3]) for n in range(20)]
        gone = [(f"{key}-gone-{n}", at(-40, -26), course[n % 3]) for n in range(20)]
        good = [event(*one) for one in [*in_time, *just, *gone]]
        again = chance.sample(good[:332], 10)
        if made:
            # What the batch before sent, and what its watermark has left behind since.
            again += chance.sample(made[-1][:332], 10)
        else:
            again += again
        wrong = [
            event(f"{key}-method", begin, http_method="TRACE"),
            event(f"{key}-nowhere", begin, course=None),  # type: ignore[arg-type]
            event(f"{key}-clock", begin, occurred_at="2026-11-20T14:20:00"),
            event(f"{key}-long", begin, duration_ms=-1),
        ]
        made.append([*good, *again, *(text for text, _ in BROKEN), *wrong])
    assert [len(one) for one in made] == [BATCH] * 5
    return made


def is_good(text: bytes) -> bool:
    return text.startswith(b'{"id"') and not re.search(rb'"b\d-(method|nowhere|clock|long)"', text)


class Plain:
    """The counts by a loop, batch by batch. Late is what the batch before had left behind when it began."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[str, datetime.datetime]] = Counter()
        self.late = self.repeated = self.bad = self.good = 0
        self.left_behind = self.watermark = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
        self.seen: set[str] = set()

    def add(self, batch: list[bytes]) -> None:
        newest = self.watermark
        for text in batch:
            if not is_good(text):
                self.bad += 1
                continue
            fields = json.loads(text)
            at = datetime.datetime.fromisoformat(fields["occurred_at"])
            newest = max(newest, at - LATE)
            self.good += 1
            if at <= self.left_behind:
                self.late += 1
            elif fields["id"] in self.seen:
                self.repeated += 1
            else:
                self.seen.add(fields["id"])
                minute = at.astimezone(datetime.timezone.utc).replace(second=0, microsecond=0)
                self.counts[fields["course_id"], minute] += 1
        self.left_behind, self.watermark = self.watermark, newest

    def rows(self) -> list[tuple[str, str, int, str]]:
        """Minutes that the stream is past, as the table has them."""
        over = [(*key, count) for key, count in self.counts.items() if key[1] + MINUTE <= self.watermark]
        return sorted(
            (course, f"{minute:%Y-%m-%d %H:%M:%S}", count, f"{minute + 9 * 60 * MINUTE:%Y-%m-%d}")
            for course, minute, count in over
        )


class Stream:
    """Files as batches, one each, and the job that reads them."""

    def __init__(self, lake: Lake, shipped: Shipped) -> None:
        self.lake = lake
        self.folder = lake.root / "stream"
        self.folder.mkdir()
        self.contracts = lake.root / "contracts.json"
        self.contracts.write_text(json.dumps(shipped.specs))

    def send(self, number: int, batch: list[bytes]) -> None:
        path = self.folder / f"{number}.txt"
        path.write_bytes(b"\n".join(batch) + b"\n")
        # The source takes files by their age.
        os.utime(path, (1_000_000 + number, 1_000_000 + number))

    def run(self) -> Tally:
        spark = self.lake.spark
        lines = spark.readStream.format("text").option("maxFilesPerTrigger", 1).load(str(self.folder))
        return job.run(spark, lines.select(F.col("value").cast("binary").alias("event")), self.options())

    def options(self, *more: str) -> argparse.Namespace:
        root = f"file://{self.lake.root}"
        places = ["--contracts", f"{root}/contracts.json", "--target", f"{root}/curated/{TABLE}/"]
        closed = ["--quarantine", f"{root}/closed/quarantine/", "--checkpoint", f"{root}/closed/checkpoints"]
        return job.parser().parse_args([*places, *closed, "--source", "kafka", "--until-read", *more])

    def counts(self) -> list[tuple[object, ...]]:
        return sorted(self.lake.rows("curated", TABLE, "course_id, minute::varchar, events, dt"))

    def quarantine(self) -> list[tuple[object, ...]]:
        files = f"{self.lake.root}/closed/quarantine/dt=*/*.parquet"
        return duckdb.sql(f"select event, reasons from read_parquet('{files}')").fetchall()


@pytest.fixture
def stream(lake: Lake, shipped: Shipped) -> Stream:
    return Stream(lake, shipped)


@dataclass(frozen=True)
class Finished:
    """A stream that has read three batches, what it said, and what is right."""

    stream: Stream
    tally: Tally
    told: list[str]
    plain: Plain


@pytest.fixture(scope="module")
def finished(spark: SparkSession, shipped: Shipped, tmp_path_factory: pytest.TempPathFactory) -> Finished:
    stream, plain = Stream(Lake(spark, tmp_path_factory.mktemp("lake")), shipped), Plain()
    for number, batch in enumerate(batches()[:3]):
        stream.send(number, batch)
        plain.add(batch)
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        tally = stream.run()
    return Finished(stream, tally, said.getvalue().splitlines(), plain)


def bytes_below(spark: SparkSession, folder: Path) -> bytes:
    """All files of a checkpoint, those of the state store as they were before LZ4."""
    found = []
    jvm = spark.sparkContext._jvm
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".delta", ".snapshot"):
            unpacked = jvm.net.jpountz.lz4.LZ4BlockInputStream(jvm.java.io.FileInputStream(str(path)))
            found.append(bytes(jvm.org.apache.commons.io.IOUtils.toByteArray(unpacked)))
        elif path.is_file():
            found.append(path.read_bytes())
    return b"".join(found)


def test_every_count_is_exact_though_the_stream_is_killed_twice(
    stream: Stream, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent, plain = batches(), Plain()
    for number, batch in enumerate(sent):
        stream.send(number, batch)
        plain.add(batch)
    assert sum(map(len, sent)) == 2000
    remove, die = Storage.remove, {"00000001": 1, "00000003": 2}

    def killed(storage: Storage, folder: str) -> None:
        batch = folder[-8:]
        if TABLE in folder and die.get(batch) is not None:
            # Before a batch is written; and when its files stand, but the checkpoint doesn't know it yet.
            die[batch] -= 1
            if die[batch] == 0:
                del die[batch]
                raise JobError("killed")
        remove(storage, folder)

    monkeypatch.setattr(Storage, "remove", killed)
    for _ in range(2):
        with pytest.raises(Exception, match="killed"):
            stream.run()
    standing = {path.name for path in stream.lake.files("curated", TABLE)}
    assert any(name.endswith("-00000003.parquet") for name in standing)
    stream.run()
    assert die == {}
    assert stream.counts() == plain.rows()
    assert len({row[3] for row in stream.counts()}) == 2
    # Nothing but whole batches stands there, under names that a second attempt has too.
    names = {path.name for path in (stream.lake.root / "curated" / TABLE).rglob("*.parquet")}
    assert standing <= names and len({name[:36] for name in names}) == 1
    assert len(stream.quarantine()) == plain.bad == 40


def test_what_is_left_out_is_told_and_kept(finished: Finished) -> None:
    tally, plain = finished.tally, finished.plain
    assert (tally.good, tally.bad) == (plain.good, plain.bad) == (1176, 24)
    assert (tally.late, tally.repeated) == (plain.late, plain.repeated) == (20, 60)
    assert "naru: counts, batch 0: 392 good, 0 bad, 0 late, 20 repeated" in finished.told
    assert "naru: quarantine, batch 2: 0 good, 8 bad, 0 late, 0 repeated" in finished.told
    kept = Counter((text, *reasons) for text, reasons in finished.stream.quarantine())
    assert [kept[text.decode(), reason] for text, reason in BROKEN] == [3] * len(BROKEN)
    others = sorted(reason for _, *reasons in kept.elements() for reason in reasons if reason != "row:json")
    expected = ["course_id:required", "duration_ms:minimum", "http_method:allowed", "occurred_at:type"]
    assert others == sorted(expected * 3)


def test_state_checkpoint_and_table_hold_nobody(finished: Finished, spark: SparkSession) -> None:
    root = finished.stream.lake.root
    state = bytes_below(spark, root / "closed" / "checkpoints")
    # What may be there is found: so would be what may not.
    assert b"b2-just-3" in state and b"MA201" in state
    everywhere = state + b"".join(path.read_bytes() for path in finished.stream.lake.files("curated", TABLE))
    assert [value for person in PEOPLE for value in person.values() if value.encode() in everywhere] == []


def test_files_have_the_columns_of_the_contract(finished: Finished, shipped: Shipped) -> None:
    file = finished.stream.lake.files("curated", TABLE)[0]
    found = duckdb.sql(f"describe select * from read_parquet('{file}', hive_partitioning = false)").fetchall()
    types = {"string": "VARCHAR"}
    declared = shipped.stored["lms.course_events_per_minute"]
    assert [(row[0], row[1]) for row in found] == [(name, types.get(t, t.upper())) for name, t in declared]
    codecs = duckdb.sql(f"select distinct compression from parquet_metadata('{file}')").fetchall()
    assert codecs == [("SNAPPY",)]


def test_it_does_not_begin_anew_beside_older_files(finished: Finished) -> None:
    stream = finished.stream
    before = stream.counts()
    assert before == finished.plain.rows()
    (stream.lake.root / "closed" / "checkpoints").rename(stream.lake.root / "lost")
    with pytest.raises(JobError, match="is no checkpoint of the stream that wrote them"):
        stream.run()
    assert stream.counts() == before


def test_a_set_whose_state_would_be_personal_is_refused() -> None:
    def data_set(**changes: object) -> DataSet:
        return load_contracts(json.dumps([{**REQUESTS, **changes}]))[0]

    assert countable(data_set()).column("course_id").required
    with pytest.raises(JobError, match="user_id would lie in the stream's state in clear"):
        countable(data_set(primaryKey=["user_id"]))
    with pytest.raises(JobError, match="is no stream whose events have a time"):
        countable(load_contracts(json.dumps([STUDENTS]))[0])
