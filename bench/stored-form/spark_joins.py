"""The Spark side of `bench/stored-form/joins.ts`: joins pairs of files from a list, prints times as JSON."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

from py4j.protocol import Py4JJavaError
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

sys.path.insert(0, str(Path(__file__).parents[2] / "spark-jobs"))

from naru_spark.session import start_session

RUNS = 3


def joined(spark: SparkSession, case: dict[str, Any]) -> float:
    """Seconds of one join, from the files to two numbers."""
    started = time.perf_counter()
    left = spark.read.parquet(case["left"]).withColumnRenamed("v", "l")
    right = spark.read.parquet(case["right"]).withColumnRenamed("v", "r")
    both = left.join(right, case["keys"])
    both.agg(F.count("*"), F.sum(F.col("l") + F.col("r"))).collect()
    return time.perf_counter() - started


def cause(error: Exception) -> str:
    """What was wrong in the first place; Spark wraps it several times."""
    if not isinstance(error, Py4JJavaError):
        return str(error).splitlines()[0]
    java = error.java_exception
    while java.getCause() is not None:
        java = java.getCause()
    return str(java.getMessage())


def measured(spark: SparkSession, cases: list[dict[str, Any]]) -> list[dict[str, Any]]:
    results = [{"engine": "Spark", "form": case["form"], "join": case["join"]} for case in cases]
    # The first turn also compiles.
    for turn in range(RUNS + 1):
        for case, result in zip(cases, results, strict=True):
            if "fault" in result:
                continue
            try:
                seconds = joined(spark, case)
            except (PySparkException, Py4JJavaError) as error:
                result["fault"] = cause(error)
                continue
            if turn > 0:
                result["seconds"] = min(seconds, result.get("seconds", seconds))
    return results


def main() -> None:
    spark = start_session()
    # Both sides are larger than what would be broadcast in a lake.
    spark.conf.set("spark.sql.autoBroadcastJoinThreshold", "-1")
    print(json.dumps(measured(spark, json.loads(Path(sys.argv[1]).read_text(encoding="utf8")))))
    spark.stop()


main()
