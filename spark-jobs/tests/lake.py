"""A small lake on disk: drops, runs of the real jobs, and readings by DuckDB, an engine that is not Spark."""

from __future__ import annotations

import base64
import datetime
import hashlib
import hmac
import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
from pyspark.sql import SparkSession

from main import run_jobs
from naru_spark.contract import load_contracts
from naru_spark.curate_job import curate
from naru_spark.report import RunReport
from naru_spark.run import Run
from naru_spark.settings import JobSettings, ReidentificationPlace, Zones
from naru_spark.storage import Storage
from tests.contracts import CONTRACTS

RUN_AT = datetime.datetime(2026, 11, 20, 16, 0, tzinfo=datetime.timezone.utc)


class FixedKeys:
    """Epoch keys that a test can compute with."""

    def __init__(self, epoch: int = 1) -> None:
        self.epoch = epoch

    def of(self, kinds: Iterable[str], epoch: int | None = None) -> dict[str, bytes]:
        return {kind: key_of(kind, self.epoch if epoch is None else epoch) for kind in kinds}


def key_of(kind: str, epoch: int = 1) -> bytes:
    return hashlib.sha256(f"test key of {kind} in epoch {epoch}".encode()).digest()


def expected_pseudonym(kind: str, normalised: str, epoch: int = 1) -> str:
    digest = hmac.new(key_of(kind, epoch), normalised.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest[:16]).decode().rstrip("=")


class Lake:
    """Folders as zones."""

    def __init__(self, spark: SparkSession, root: Path) -> None:
        self.spark = spark
        self.root = root
        self.epoch = 1
        self.run_id = "run-1"
        # From which epoch on source keys are kept; none are without one.
        self.oldest_epoch: int | None = None

    def drop(self, data_set: str, day: str, content: bytes | str, file: str = "drop.csv") -> Path:
        """Puts a file into the landing zone."""
        path = self.root / "landing" / data_set.replace(".", "/") / f"dt={day}" / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def run(
        self, *jobs: str, contracts: list[dict[str, Any]] | None = None, only: list[str] | None = None
    ) -> RunReport:
        """Runs the jobs on the lake; all example contracts and all data sets by default."""
        return run_jobs(self._start(contracts, only), jobs)

    def curate(
        self, contracts: list[dict[str, Any]] | None = None, only: list[str] | None = None
    ) -> RunReport:
        """As `run("curate")` without the tables about runs, which take a quarter of its time."""
        run = self._start(contracts, only)
        return RunReport(run.at, run.id, curate(run))

    def curate_changed(self, contracts: list[dict[str, Any]]) -> RunReport:
        """As `curate`, of what landing has and curated has not."""
        run = self._start(contracts, None)
        run = replace(run, settings=replace(run.settings, changed=True))
        return RunReport(run.at, run.id, curate(run))

    def _start(self, contracts: list[dict[str, Any]] | None, only: list[str] | None) -> Run:
        zones = Zones(*(f"file://{self.root}/{zone}" for zone in ("landing", "raw", "curated")))
        data_sets = load_contracts(json.dumps(CONTRACTS if contracts is None else contracts))
        closed = f"file://{self.root}/reidentification"
        kept = None if self.oldest_epoch is None else ReidentificationPlace(closed, self.oldest_epoch)
        settings = JobSettings("", zones, None, None if only is None else tuple(only), "", kept)
        sets = {d.id: d for d in data_sets}
        storage, keys = Storage(self.spark), FixedKeys(self.epoch)
        return Run(self.spark, storage, settings, sets, keys, RUN_AT, self.run_id)

    def files(self, zone: str, table: str) -> list[Path]:
        return sorted((self.root / zone / table).glob("dt=*/*.parquet"))

    def rows(self, zone: str, table: str, columns: str = "*", order: str = "all") -> list[tuple[Any, ...]]:
        """Rows of a table, sorted; none when it has no file."""
        if not self.files(zone, table):
            return []
        source = f"read_parquet('{self.root}/{zone}/{table}/dt=*/*.parquet', hive_types={{'dt': VARCHAR}})"
        return duckdb.sql(f"select {columns} from {source} order by {order}").fetchall()
