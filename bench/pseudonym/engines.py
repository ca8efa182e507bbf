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

from naru_spark.pseudonym import key_row, pseudonym, with_keys
from naru_spark.session import start_session
from tests.builtin_pseudonym import builtin_pseudonym

KEY = bytes([7]) * 32
KIND = "email"
TIMES = 20
CALLS = 300_000
ROWS = 1_000_000
# More than elsewhere in the bench: the JVM's second compiler is still at work in the first runs.
RUNS = 6


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
            rates[f"Spark: {what}, built-in functions"] = rate(
                ROWS, lambda rows=rows: written(by_builtins(rows))
            )
            rates[f"Spark: {what}"] = rate(ROWS, lambda rows=rows: written(by_jobs(spark, rows)))
            rows.unpersist()
        return rates
    finally:
        spark.stop()


def by_jobs(spark: SparkSession, rows: DataFrame) -> DataFrame:
    keyed = with_keys(rows, key_row(spark, {KIND: KEY}))
    return keyed.select(pseudonym(KIND, F.col("x")).alias("p"))


def by_builtins(rows: DataFrame) -> DataFrame:
    """As the jobs did it before: the fastest of what Spark's own functions can do."""
    return rows.select(builtin_pseudonym("lower", F.col("x"), KEY).alias("p"))


def written(frame: DataFrame) -> None:
    frame.write.format("noop").mode("overwrite").save()


if __name__ == "__main__":
    print(json.dumps({**python_rates(), **spark_rates()}))
