"""Athena: external tables over ORC, as Hive, Spark and Arrow write it."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest
from conftest import REGION, Cloud
from pyarrow import orc
from test_athena import reason, rows, run

LAKE, RESULTS = "orc-lake", "orc-results"
GROUP = "orc"
BY_NAME = "WITH SERDEPROPERTIES ('orc.column.index.access' = 'false')"
ORC_SERDE = "ROW FORMAT SERDE 'org.apache.hadoop.hive.ql.io.orc.OrcSerde'"
EVERY_TYPE = (
    "b boolean, t tinyint, s smallint, i int, l bigint, f float, d double, n decimal(10,2), x string, "
    "v binary, day date, at timestamp, w struct<Code:bigint,names:array<string>,more:int>, m map<string,int>"
)
#: Written by Spark where clocks say Seoul: ORC keeps what the clock said.
SPARK = """
import sys
from pyspark.sql import SparkSession
local = {"spark.ui.enabled": "false", "spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
spark = SparkSession.builder.master("local[1]").config(map=local).getOrCreate()
frame = spark.sql('''
    SELECT id, IF(id = 0, NULL, CAST(id * 1.25 AS DECIMAL(10, 2))) AS price,
      IF(id = 0, NULL, TIMESTAMP'2026-03-02 09:00:00.123') AS at, IF(id = 0, NULL, DATE'2026-03-02') AS day,
      IF(id = 0, NULL, NAMED_STRUCT('code', id, 'names', ARRAY('a', NULL))) AS week,
      CONCAT('2026-0', 3 + id % 2) AS month
    FROM RANGE(0, 4, 1, 1)''')
for codec in ("snappy", "zlib"):
    frame.write.partitionBy("month").option("compression", codec).orc(f"{sys.argv[1]}/{codec}")
"""


@pytest.fixture(scope="module")
def lake(cloud: Cloud) -> Cloud:
    """Buckets, a database and a workgroup."""
    for bucket in (LAKE, RESULTS):
        cloud.client("s3").create_bucket(
            Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION}
        )
    cloud.client("glue").create_database(DatabaseInput={"Name": "old"})
    cloud.client("athena").create_work_group(
        Name=GROUP,
        Configuration={
            "EnforceWorkGroupConfiguration": False,
            "ResultConfiguration": {"OutputLocation": f"s3://{RESULTS}/"},
        },
    )
    return cloud


def put(lake: Cloud, key: str, body: bytes) -> None:
    """Puts an object into the lake."""
    lake.client("s3").put_object(Bucket=LAKE, Key=key, Body=body)


def as_orc(table: pa.Table, **options: object) -> bytes:
    """A table as the bytes of an ORC file."""
    buffer = io.BytesIO()
    orc.write_table(table, buffer, **options)
    return buffer.getvalue()


def ask(lake: Cloud, sql: str) -> list[list[str | None]]:
    """Rows of a statement that must succeed."""
    return rows(lake, sql, workgroup=GROUP)


def refused(lake: Cloud, sql: str, **more: object) -> str:
    """Why a statement failed."""
    return reason(lake, sql, workgroup=GROUP, **more)


def made(lake: Cloud, name: str, columns: str, folder: str, form: str = "STORED AS ORC") -> None:
    """Creates an external table over a folder of the lake."""
    sql = f"CREATE EXTERNAL TABLE old.{name} ({columns}) {form} LOCATION 's3://{LAKE}/{folder}/'"
    status = run(lake, sql, workgroup=GROUP)["Status"]
    assert status["State"] == "SUCCEEDED", status.get("StateChangeReason")


def test_every_type_and_null_is_read_whatever_the_compression(lake: Cloud) -> None:
    table = pa.table(
        {
            "b": pa.array([True, None]),
            "t": pa.array([1, None], pa.int8()),
            "s": pa.array([2, None], pa.int16()),
            "i": pa.array([3, None], pa.int32()),
            "l": pa.array([2**40, None], pa.int64()),
            "f": pa.array([1.5, None], pa.float32()),
            "d": pa.array([2.5, None], pa.float64()),
            "n": pa.array([Decimal("12.30"), None], pa.decimal128(10, 2)),
            "x": pa.array(["학생", None]),
            "v": pa.array([b"\x01\xff", None]),
            "day": pa.array([date(1969, 12, 31), None]),
            "at": pa.array([datetime(2026, 3, 2, 1, 2, 3, 456789), None], pa.timestamp("us")),
            "w": pa.array(
                [{"CODE": 7, "Names": ["a", None]}, None],
                pa.struct([("CODE", pa.int64()), ("Names", pa.list_(pa.string()))]),
            ),
            "m": pa.array([[("k", 1)], None], pa.map_(pa.string(), pa.int32())),
        }
    )
    codecs = ("snappy", "zlib", "zstd", "lz4", "uncompressed")
    for codec in codecs:
        put(lake, f"types/{codec}.orc", as_orc(table, compression=codec))
    put(lake, "types/_SUCCESS", b"no data")
    made(lake, "types", EVERY_TYPE, "types")
    sql = (
        "SELECT b, t, s, i, l, f, d, n, x, to_hex(v), day, at, w.code, cardinality(w.names), w.names[2], w.more, m['k'] "
        "FROM old.types ORDER BY b"
    )
    first = ["true", "1", "2", "3", "1099511627776", "1.5", "2.5", "12.30", "학생", "01FF", "1969-12-31"]
    wanted = [*first, "2026-03-02 01:02:03.456", "7", "2", None, None, "1"]
    assert ask(lake, sql) == [wanted] * len(codecs) + [[None] * len(wanted)] * len(codecs)
    assert ask(lake, "SELECT count(*) FROM old.types") == [[str(2 * len(codecs))]]


def test_what_spark_wrote_is_read_by_partition_and_by_its_own_clock(lake: Cloud, tmp_path: Path) -> None:
    environment = {**os.environ, "TZ": "Asia/Seoul", "SPARK_LOCAL_IP": "127.0.0.1"}
    script = [sys.executable, "-c", SPARK, str(tmp_path)]
    subprocess.run(script, check=True, env=environment, capture_output=True, timeout=120)
    for codec in ("snappy", "zlib"):
        for path in sorted((tmp_path / codec).rglob("*.orc")):
            put(lake, f"{codec}/{path.relative_to(tmp_path / codec)}", path.read_bytes())
        made(
            lake,
            codec,
            "id bigint, price decimal(10,2), at timestamp, day date, week struct<code:bigint,names:array<string>>",
            codec,
            "PARTITIONED BY (month string) STORED AS ORC",
        )
        assert ask(lake, f"SELECT count(*) FROM old.{codec}") == [["0"]]
        assert len(ask(lake, f"MSCK REPAIR TABLE old.{codec}")) == 2
        assert ask(
            lake,
            f"SELECT id, price, at, day, week.code, week.names[1], month FROM old.{codec} ORDER BY id",
        ) == [
            ["0", None, None, None, None, None, "2026-03"],
            ["1", "1.25", "2026-03-02 09:00:00.123", "2026-03-02", "1", "a", "2026-04"],
            ["2", "2.50", "2026-03-02 09:00:00.123", "2026-03-02", "2", "a", "2026-03"],
            ["3", "3.75", "2026-03-02 09:00:00.123", "2026-03-02", "3", "a", "2026-04"],
        ]
        part = run(lake, f"SELECT id FROM old.{codec} WHERE month = '2026-04'", workgroup=GROUP)
        sizes = [path.stat().st_size for path in (tmp_path / codec / "month=2026-04").glob("*.orc")]
        assert part["Statistics"]["DataScannedInBytes"] == sum(sizes)


def test_columns_are_found_by_place_or_by_name_as_the_table_says(lake: Cloud) -> None:
    put(lake, "hive/1.orc", as_orc(pa.table({"_col0": ["2026-1"], "_col1": pa.array([3], pa.int64())})))
    put(lake, "hive/2.orc", as_orc(pa.table({"_col0": ["2026-2"]})))
    made(lake, "hive", "term string, week int", "hive")
    assert ask(lake, "SELECT term, week FROM old.hive ORDER BY 1") == [["2026-1", "3"], ["2026-2", None]]
    twins = pa.array([{"b": 2}], pa.struct([("b", pa.int64())]))
    put(lake, "twins/1.orc", as_orc(pa.table({"a.b": pa.array([1], pa.int64()), "a": twins})))
    made(lake, "twins", "first bigint, second struct<b:bigint>", "twins")
    assert ask(lake, "SELECT first, second.b FROM old.twins") == [["1", "2"]]
    put(lake, "named/1.orc", as_orc(pa.table({"Week": pa.array([3], pa.int16()), "TERM": ["2026-1"]})))
    form = f"{ORC_SERDE} {BY_NAME} STORED AS ORC"
    made(lake, "named", "term string, week int, room string", "named", form)
    assert ask(lake, "SELECT * FROM old.named") == [["2026-1", "3", None]]
    made(lake, "unnamed", "room string", "named", form)
    assert ask(lake, "SELECT room FROM old.unnamed") == [[None]]
    assert refused(lake, "INSERT INTO old.named VALUES ('a', 1, 'b')") == (
        "NOT_SUPPORTED: INSERT INTO old.named: only Parquet tables are available locally"
    )


def test_files_without_rows_are_read(lake: Cloud) -> None:
    put(lake, "none/1.orc", as_orc(pa.table({"term": pa.array([], pa.string())})))
    made(lake, "none", "term string", "none")
    assert ask(lake, "SELECT term FROM old.none") == []
    assert ask(lake, "SELECT count(*) FROM old.none") == [["0"]]


def test_a_file_of_another_kind_is_named_and_not_quoted(lake: Cloud) -> None:
    whole = as_orc(pa.table({"term": [f"secret {number}" for number in range(1000)]}), compression="zlib")
    damaged = bytes([*whole[:20], *(byte ^ 0xFF for byte in whole[20:200]), *whole[200:]])
    for name, body, why in (
        ("csv", b"term,week\nsecret,1\n", "HIVE_BAD_DATA: Malformed ORC file. Invalid postscript [{url}]"),
        ("cut", whole[:-30], "HIVE_BAD_DATA: Malformed ORC file. Invalid postscript [{url}]"),
        ("damaged", damaged, "HIVE_CURSOR_ERROR: Failed to read ORC file: {url}"),
    ):
        put(lake, f"{name}/1.orc", body)
        made(lake, name, "term string", name)
        assert refused(lake, f"SELECT term FROM old.{name}") == why.format(url=f"s3://{LAKE}/{name}/1.orc")


def test_a_column_of_another_type_is_refused_as_trino_does(lake: Cloud) -> None:
    given = pa.table(
        {
            "id": ["1"],
            "small": pa.array([1], pa.int8()),
            "at": pa.array([datetime(2026, 3, 2, tzinfo=UTC)], pa.timestamp("us", tz="UTC")),
            "parts": pa.array([[{"n": 1.5}]], pa.list_(pa.struct([("n", pa.float64())]))),
            "kept": ["x"],
        }
    )
    body = as_orc(given)
    put(lake, "other/1.orc", body)
    made(lake, "other", "id int, small int, at timestamp, parts array<struct<n:float>>, kept string", "other")
    url = f"s3://{LAKE}/other/1.orc"
    opening = f"HIVE_CANNOT_OPEN_SPLIT: Error opening Hive split {url} (offset=0, length={len(body)}): Malformed ORC file. "
    for column, what in (
        ("id", "'integer' from ORC stream '.id' of type STRING"),
        ("small", "'integer' from ORC stream '.small' of type BYTE"),
        ("at", "'timestamp(3)' from ORC stream '.at' of type TIMESTAMP_INSTANT"),
        ("parts", "'real' from ORC stream '.parts.item.n' of type DOUBLE"),
    ):
        assert (
            refused(lake, f"SELECT {column} FROM old.other")
            == f"{opening}Cannot read SQL type {what} [{url}]"
        )
    assert ask(lake, "SELECT kept FROM old.other") == [["x"]]


def test_orc_is_read_by_the_callers_rights(lake: Cloud) -> None:
    put(lake, "closed/1.orc", as_orc(pa.table({"term": ["2026-1"]})))
    made(lake, "closed", "term string", "closed")
    reader = [
        (["athena:*"], [f"arn:aws:athena:{REGION}:000000000000:workgroup/{GROUP}"]),
        (["glue:GetTable", "glue:GetDatabase", "glue:GetPartitions"], ["*"]),
        (["s3:ListBucket", "s3:GetBucketLocation"], [f"arn:aws:s3:::{LAKE}"]),
        (["s3:PutObject", "s3:GetObject"], [f"arn:aws:s3:::{RESULTS}/*"]),
    ]
    objects = (["s3:GetObject"], [f"arn:aws:s3:::{LAKE}/*"])
    blind = lake.client("athena", lake.assume(lake.role("orc-blind", "athena.amazonaws.com", reader)))
    seeing = lake.role("orc-seeing", "athena.amazonaws.com", [*reader, objects])
    assert ask(lake, "SELECT term FROM old.closed") == [["2026-1"]]
    assert "Insufficient permissions to execute the query" in refused(
        lake, "SELECT term FROM old.closed", client=blind
    )
    allowed = lake.client("athena", lake.assume(seeing))
    assert rows(lake, "SELECT term FROM old.closed", workgroup=GROUP, client=allowed) == [["2026-1"]]


def test_a_timestamp_beyond_what_is_read_here_is_refused_and_not_changed(lake: Cloud) -> None:
    far = pa.array([datetime(9999, 12, 31)], pa.timestamp("ms"))
    put(lake, "far/1.orc", as_orc(pa.table({"until": far})))
    made(lake, "far", "until timestamp", "far")
    assert refused(lake, "SELECT until FROM old.far") == (
        f"NOT_SUPPORTED: s3://{LAKE}/far/1.orc holds a timestamp before 1677 or after 2262, which Athena on AWS reads "
        "and this local one does not"
    )
