"""One Spark session for the whole suite, and a small lake in a temporary folder for each test."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import Callable

import pytest
from pyspark.sql import SparkSession

from naru_spark.session import start_session
from tests.lake import Lake
from tests.shipped import Shipped, derive

EventLog = Callable[[], str]


@pytest.fixture(scope="session")
def event_log_folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(tmp_path_factory.mktemp("events"))


@pytest.fixture(scope="session")
def spark(event_log_folder: str) -> Iterator[SparkSession]:
    settings = {
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "1",
        "spark.eventLog.enabled": "true",
        "spark.eventLog.dir": f"file://{event_log_folder}",
        # The second compiler never pays off in a suite of small frames.
        "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1",
    }
    given = " ".join(f"--conf {key}={value}" for key, value in settings.items())
    # Before Spark's JVM starts: no port but on the loopback address.
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    os.environ["PYSPARK_PYTHON"] = sys.executable
    os.environ["PYSPARK_SUBMIT_ARGS"] = f"--master local[1] {given} pyspark-shell"
    session = start_session()
    yield session
    session.stop()


@pytest.fixture
def event_log(spark: SparkSession, event_log_folder: str) -> EventLog:
    """Reads the session's event log so far."""

    def read() -> str:
        spark.sparkContext._jsc.sc().listenerBus().waitUntilEmpty()
        (name,) = os.listdir(event_log_folder)
        with open(os.path.join(event_log_folder, name), encoding="utf-8") as file:
            return file.read()

    return read


@pytest.fixture
def lake(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    return Lake(spark, tmp_path_factory.mktemp("lake"))


@pytest.fixture(scope="session")
def shipped() -> Shipped:
    return derive()
