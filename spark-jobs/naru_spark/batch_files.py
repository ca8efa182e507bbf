"""Batches of a stream as files of a table: a batch that is done again replaces its own files, and adds none.

Spark's own file sink keeps a list of what counts beside the files, which only Spark reads; Athena would count
a killed batch's files too.
"""

from __future__ import annotations

from typing import Callable

from pyspark.sql import DataFrame

from naru_spark.contract import PARTITION_COLUMN
from naru_spark.errors import JobError
from naru_spark.storage import Storage

WriteBatch = Callable[[DataFrame, int], None]

# Spark, Athena and Hive read nothing below a name that begins so.
_STAGING = "_staging"
# Set by Spark for the thread that runs a batch; the checkpoint has the id too.
_QUERY = "sql.streaming.queryId"


def refuse_foreign_files(storage: Storage, table: str, checkpoint: str) -> None:
    """Raises JobError where a stream would begin anew beside files of an earlier one, and count twice."""
    if storage.list_files(f"{checkpoint}/metadata") or not storage.partitions(table):
        return
    raise JobError(
        f"{table} has files, and {checkpoint} is no checkpoint of the stream that wrote them: go on with "
        "that one, or remove the table's days first"
    )


def batches_to(table: str, write: Callable[[Storage, DataFrame, str], None]) -> WriteBatch:
    """What `foreachBatch` is given: the batch's rows become one file a day, named after query and batch."""

    def write_batch(frame: DataFrame, batch: int) -> None:
        spark = frame.sparkSession
        storage = Storage(spark)
        name = f"{spark.sparkContext.getLocalProperty(_QUERY)}-{batch:08d}"
        staging = f"{table}/{_STAGING}/{name}"
        # What an attempt left that was killed.
        storage.remove(staging)
        write(storage, frame, staging)
        for file in storage.list_files(f"{staging}/{PARTITION_COLUMN}=*/*.parquet"):
            day = file.uri.split("/")[-2]
            storage.move(file.uri, f"{table}/{day}/{name}.parquet")
        storage.remove(staging)

    return write_batch


def write_open(storage: Storage, frame: DataFrame, folder: str) -> None:
    """Rows that anybody may see: shuffled, so that the state's partitions work at once."""
    storage.write_clear_rows(frame.repartition(1), folder)


def write_closed(storage: Storage, frame: DataFrame, folder: str) -> None:
    """Clear rows, which are not shuffled."""
    storage.write_clear_rows(frame, folder)
