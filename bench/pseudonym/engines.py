"""Python's HMAC, OpenSSL's raw SHA-256 and Spark's path for `bench/pseudonym.ts`: JSON of values a second."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

sys.path.insert(0, str(Path(__file__).parents[2] / "spark-jobs"))

from naru_spark.pseudonym import pads, pseudonym, with_pads
from naru_spark.session import start_session

KEY = bytes([7]) * 32
KIND = "email"
TIMES = 20
CALLS = 300_000
ROWS = 1_000_000
RUNS = 3


def rate(values: int, run: Callable[[], None]) -> float:
    """Values a second in the best of some runs; the first one also warms up."""
    best = float("inf")
    for _ in range(RUNS + 1):
        started = time.perf_counter()
        run()
        best = min(best, time.perf_counter() - started)
    return values / best


def python_rates() -> dict[str, float]:
    values = [f"s{person:09d}@example.ac.kr".encode() for person in range(CALLS)]
    block, megabytes = bytes(64), bytes(16 << 20)

    def raw() -> None:
        for _ in values:
            hashlib.sha256(block).digest()

    def digest() -> None:
        for value in values:
            hmac.digest(KEY, value, "sha256")

    blocks = rate(len(megabytes) // 64, lambda: hashlib.sha256(megabytes).digest() and None)
    return {
        "OpenSSL: SHA-256 of 64 bytes (hashlib)": rate(CALLS, raw),
        "OpenSSL: blocks of one long message": blocks,
        "Python: hmac.digest per value": rate(CALLS, digest),
    }


def address(person: Column) -> Column:
    return F.concat(F.lit("s"), F.lpad(person.cast("string"), 9, "0"), F.lit("@example.ac.kr"))


def spark_rates() -> dict[str, float]:
    # Before Spark's JVM starts: no port but on the loopback address, one core.
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    os.environ["PYSPARK_SUBMIT_ARGS"] = (
        "--master local[1] --driver-memory 2g --conf spark.ui.enabled=false "
        "--conf spark.ui.showConsoleProgress=false pyspark-shell"
    )
    spark = start_session()
    spark.sparkContext.setLogLevel("ERROR")
    try:
        rates = {}
        for what, person in (
            ("distinct", F.col("id")),
            ("each 20 times", F.floor(F.rand(1) * (ROWS // TIMES))),
        ):
            rows = spark.range(0, ROWS, 1, 1).select(address(person).alias("x")).cache()
            rows.count()
            rates[f"Spark: {what}, rows read only"] = rate(ROWS, lambda rows=rows: written(rows))
            rates[f"Spark: {what}, each row hashed"] = rate(
                ROWS, lambda rows=rows: written(hashed(spark, rows))
            )
            rates[f"Spark: {what}, dictionary"] = rate(
                ROWS, lambda rows=rows: written(looked_up(spark, rows))
            )
            rows.unpersist()
        return rates
    finally:
        spark.stop()


def hashed(spark: SparkSession, rows: DataFrame) -> DataFrame:
    """As the jobs do it."""
    return with_pads(rows, pads(spark, {KIND: KEY})).select(pseudonym(KIND, F.col("x")).alias("p"))


def looked_up(spark: SparkSession, rows: DataFrame) -> DataFrame:
    """Each distinct value hashed once, then joined."""
    once = with_pads(rows.dropDuplicates(["x"]), pads(spark, {KIND: KEY}))
    return rows.join(once.select("x", pseudonym(KIND, F.col("x")).alias("p")), "x").select("p")


def written(frame: DataFrame) -> None:
    frame.write.format("noop").mode("overwrite").save()


if __name__ == "__main__":
    print(json.dumps({**python_rates(), **spark_rates()}))
