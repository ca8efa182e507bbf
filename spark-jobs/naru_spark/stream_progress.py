"""What a stream says of its batches: numbers only, as messages may quote rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql.streaming import StreamingQuery

from naru_spark.checks import REASONS


@dataclass
class Tally:
    """Totals since this start."""

    #: Events that count, from the stream.
    good: int = 0
    #: Events in quarantine.
    bad: int = 0
    #: Good events that came later than the watermark allows, and are in no count.
    late: int = 0
    #: Good events whose id had been counted.
    repeated: int = 0

    def text(self) -> str:
        return f"{self.good} good, {self.bad} bad, {self.late} late, {self.repeated} repeated"


def observed(name: str, checked: DataFrame, good: bool) -> DataFrame:
    """Checked events whose good or bad ones are counted as they pass, for the query of that name."""
    wanted = F.size(REASONS) == 0 if good else F.size(REASONS) > 0
    seen = F.count_if(wanted)
    return checked.observe(
        name, (seen if good else F.lit(0)).alias("good"), (F.lit(0) if good else seen).alias("bad")
    )


class Progress:
    """Reads the queries' own numbers, each batch once."""

    def __init__(self, queries: Mapping[str, StreamingQuery]) -> None:
        self._queries = queries
        self._seen = {name: -1 for name in queries}
        self.tally = Tally()

    def news(self) -> list[str]:
        """A line for each batch with events since the last look."""
        lines = []
        for name, query in self._queries.items():
            for progress in query.recentProgress:
                # An idle query tells of the batch to come, too.
                if progress["batchId"] > self._seen[name] and "addBatch" in progress["durationMs"]:
                    self._seen[name] = progress["batchId"]
                    lines += self._add(name, progress)
        return lines

    def _add(self, name: str, progress: Mapping[str, Any]) -> list[str]:
        observed = progress.get("observedMetrics", {}).get(name)
        found = Tally()
        if observed is not None:
            found.good, found.bad = observed["good"], observed["bad"]
        for state in progress.get("stateOperators", []):
            found.late += state["numRowsDroppedByWatermark"]
            found.repeated += state["customMetrics"].get("numDroppedDuplicateRows", 0)
        if found == Tally():
            return []
        for field in vars(found):
            setattr(self.tally, field, getattr(self.tally, field) + getattr(found, field))
        return [f"naru: {name}, batch {progress['batchId']}: {found.text()}"]
