"""What one run of the local cloud is told on its command line."""

from __future__ import annotations

import argparse
import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """The settings of one run; paths are absolute."""

    port: int
    emulator: str
    kafka: str | None
    region: str
    account: str
    workdir: Path
    jars: Path | None
    spark_home: Path | None
    time_scale: float
    root_key: str
    root_secret: str
    rights: Path | None

    def own_endpoint(self) -> str:
        """Where this process answers; it never listens on anything but the loopback address."""
        return f"http://127.0.0.1:{self.port}"


def parse_settings(arguments: list[str]) -> Settings:
    """Reads the command line.

    The root key is taken from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, as the emulator takes its own, and
    so is the file of NARU_RIGHTS, which tells what roles did with their rights.
    """
    parser = argparse.ArgumentParser(prog="naru_cloud", description=__doc__)
    parser.add_argument("--port", type=int, required=True, help="port on 127.0.0.1; 0 takes a free one")
    parser.add_argument("--emulator", required=True, help="URL of the emulator, e.g. http://127.0.0.1:4566")
    parser.add_argument("--kafka", help="HOST:PORT of a Kafka broker on this machine, Firehose's MSK")
    parser.add_argument("--region", default="ap-northeast-2")
    parser.add_argument("--account", default="000000000000", help="twelve digits")
    parser.add_argument("--workdir", type=Path, required=True, help="logs, caches and temporary files")
    parser.add_argument("--jars", type=Path, help="folder of the jars that every Spark job gets")
    parser.add_argument("--spark-home", type=Path, help="a Spark other than the one of pyspark")
    parser.add_argument(
        "--time-scale",
        type=float,
        default=float(os.environ.get("NARU_TIME_SCALE", "1")),
        help="waits of state machines and buffering intervals of Firehose are divided by it (default 1)",
    )
    given = parser.parse_args(arguments)
    if given.time_scale <= 0:
        parser.error("--time-scale: must be greater than 0; 1 is real time, 10 is ten times as fast")
    rights = os.environ.get("NARU_RIGHTS")
    return Settings(
        port=given.port,
        emulator=given.emulator.rstrip("/"),
        kafka=given.kafka,
        region=given.region,
        account=given.account,
        workdir=given.workdir.resolve(),
        jars=given.jars.resolve() if given.jars else None,
        spark_home=given.spark_home.resolve() if given.spark_home else None,
        time_scale=given.time_scale,
        root_key=os.environ.get("AWS_ACCESS_KEY_ID", "test"),
        root_secret=os.environ.get("AWS_SECRET_ACCESS_KEY", "test"),
        rights=Path(rights) if rights else None,
    )
