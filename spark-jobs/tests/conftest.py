"""One Spark session for the whole suite, and a small lake in a temporary folder for each test."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

# Before Spark's JVM starts: no port but on the loopback address.
os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
os.environ["PYSPARK_SUBMIT_ARGS"] = (
    "--master local[1] --conf spark.ui.enabled=false --conf spark.sql.shuffle.partitions=1 "
    # The second compiler never pays off in a suite of small frames.
    "--conf spark.driver.extraJavaOptions=-XX:TieredStopAtLevel=1 pyspark-shell"
)
os.environ["PYSPARK_PYTHON"] = sys.executable

import pytest
from pyspark.sql import SparkSession

from naru_spark.session import start_session
from tests.lake import Lake


@pytest.fixture(scope="session")
def spark() -> Iterator[SparkSession]:
    session = start_session()
    yield session
    session.stop()


@pytest.fixture
def lake(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    return Lake(spark, tmp_path_factory.mktemp("lake"))
