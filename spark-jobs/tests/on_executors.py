"""Pseudonyms made by two executors that are JVMs of their own, for `test_distribution.py`: prints JSON."""

from __future__ import annotations

import json
import os

from pyspark.sql import functions as F

from naru_spark.pseudonym import key_row, pseudonym, with_keys
from naru_spark.session import start_session
from tests.lake import key_of


def main() -> None:
    # Two workers of a core and 512 MB each.
    settings = "--conf spark.executor.memory=512m --conf spark.ui.enabled=false"
    os.environ["PYSPARK_SUBMIT_ARGS"] = f"--master local-cluster[2,1,512] {settings} pyspark-shell"
    spark = start_session()
    try:
        people = spark.range(0, 100, 1, 4).select(F.concat(F.lit("S-"), "id").alias("value"))
        made = with_keys(people, key_row(spark, {"student-id": key_of("student-id")})).select(
            "value", pseudonym("student-id", F.col("value"))
        )
        rows = [list(row) for row in made.collect()]
        # The driver counts as one.
        executors = len(spark.sparkContext._jsc.sc().statusTracker().getExecutorInfos()) - 1
        print(json.dumps({"executors": executors, "rows": rows}))
    finally:
        spark.stop()


if __name__ == "__main__":
    main()
