"""The only reader and writer of files and tables, by Hadoop: s3://, s3a:// and file:// are alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from py4j.protocol import Py4JJavaError
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql import types as T

from naru_spark.contract import PARTITION_COLUMN
from naru_spark.errors import JobError


@dataclass(frozen=True)
class StoredFile:
    """A file of a store: its size in bytes, and its last change in milliseconds since 1970."""

    uri: str
    size: int
    modified: int


class Storage:
    """Files and partitioned Parquet tables. Methods raise JobError with the URI when the store refuses."""

    def __init__(self, spark: SparkSession) -> None:
        self.spark = spark
        self._jvm = spark.sparkContext._jvm
        self._conf = spark._jsparkSession.sessionState().newHadoopConf()

    def read_text(self, uri: str) -> str:
        """A small UTF-8 file as a whole."""
        return self.read_start(uri, None).decode("utf-8-sig")

    def read_start(self, uri: str, limit: int | None) -> bytes:
        """The first `limit` bytes of a file (all of it: None)."""
        with self._acting_on(uri):
            path, files = self._resolve(uri)
            size = files.getFileStatus(path).getLen()
            stream = files.open(path)
            try:
                wanted = size if limit is None else min(size, limit)
                return bytes(self._jvm.org.apache.commons.io.IOUtils.toByteArray(stream, wanted))
            finally:
                stream.close()

    def write_text(self, uri: str, text: str) -> None:
        """Writes or replaces a small UTF-8 file."""
        with self._acting_on(uri):
            path, files = self._resolve(uri)
            stream = files.create(path, True)
            try:
                stream.write(text.encode())
            finally:
                stream.close()

    def list_files(self, pattern: str) -> list[StoredFile]:
        """Files that match a glob, in the order of their names; none when the folder does not exist."""
        with self._acting_on(pattern):
            path, files = self._resolve(pattern)
            found = files.globStatus(path)
            if found is None:
                return []
            listed = [
                StoredFile(s.getPath().toString(), s.getLen(), s.getModificationTime())
                for s in found
                if s.isFile()
            ]
        return sorted(listed, key=lambda file: file.uri)

    def partitions(self, table: str) -> list[str]:
        """The `dt` values that a table has, oldest first."""
        with self._acting_on(table):
            path, files = self._resolve(f"{table}/{PARTITION_COLUMN}=*")
            names = [status.getPath().getName() for status in files.globStatus(path) or []]
        return sorted(name.partition("=")[2] for name in names)

    def read_table(self, table: str, schema: T.StructType) -> DataFrame | None:
        """A table by its schema; columns that older files lack are null. None when it has no partition."""
        return self.spark.read.schema(schema).parquet(table) if self.partitions(table) else None

    def read_file(self, uri: str, schema: T.StructType) -> DataFrame:
        """One file of a table, without what its folder says."""
        return self.spark.read.schema(schema).parquet(uri)

    def read_newest(self, table: str, schema: T.StructType) -> DataFrame | None:
        """The newest partition, for sets whose every drop is a whole snapshot. None when there is none."""
        days = self.partitions(table)
        if not days:
            return None
        return (
            self.spark.read.schema(schema)
            .option("basePath", table)
            .parquet(f"{table}/{PARTITION_COLUMN}={days[-1]}")
        )

    def write_table(self, frame: DataFrame, table: str) -> None:
        """Replaces the partitions that the frame has rows of, in Parquet/Snappy files of advisory size."""
        with self._acting_on(table):
            # Spark has this hint for SQL only: PySpark 3.5's `hint` takes no column.
            hint = f"/*+ rebalance({PARTITION_COLUMN}) */"
            self._write(self.spark.sql(f"select {hint} * from {{rows}}", rows=frame), table)

    def write_clear_rows(self, frame: DataFrame, table: str, one_file: bool = True) -> None:
        """As `write_table` without its shuffle, which would put clear values on the workers' disks.

        `one_file` a day suits few rows; without it each task writes its own, and all cores work.
        """
        with self._acting_on(table):
            self._write(frame.coalesce(1) if one_file else frame, table)

    def keep_partitions(self, table: str, scope: Iterable[str], kept: Iterable[str]) -> None:
        """Removes the partitions in `scope` that a run has no rows of: a re-run leaves nothing stale."""
        with self._acting_on(table):
            for day in sorted((set(scope) & set(self.partitions(table))) - set(kept)):
                path, files = self._resolve(f"{table}/{PARTITION_COLUMN}={day}")
                files.delete(path, True)

    def move(self, uri: str, target: str) -> None:
        """Moves a file within its store; one that is there already is replaced."""
        with self._acting_on(target):
            path, files = self._resolve(uri)
            to = self._jvm.org.apache.hadoop.fs.Path(target)
            files.mkdirs(to.getParent())
            files.delete(to, False)
            if not files.rename(path, to):
                raise JobError(f"{target}: {uri} could not be moved there")

    def assemble(self, start: str, parts: str, target: str) -> None:
        """One file of a text and all files of a glob, by name; it is there as a whole, or not at all."""
        with self._acting_on(target):
            path, files = self._resolve(target)
            # A store of objects shows one when it is closed, so never if this fails; a disk shows each byte.
            on_disk = files.getScheme() == "file"
            # Readers pass over names that begin so.
            beside = self._jvm.org.apache.hadoop.fs.Path(path.getParent(), f"_{path.getName()}")
            place = beside if on_disk else path
            stream = files.create(place, True)
            stream.write(start.encode())
            for part in self.list_files(parts):
                source = files.open(self._jvm.org.apache.hadoop.fs.Path(part.uri))
                try:
                    self._jvm.org.apache.hadoop.io.IOUtils.copyBytes(source, stream, 1 << 16, False)
                finally:
                    source.close()
            stream.close()
            if on_disk:
                self._rename(place, path)

    def remove(self, folder: str) -> None:
        """Removes a folder with all that is in it; one that is not there is gone already."""
        with self._acting_on(folder):
            path, files = self._resolve(folder)
            files.delete(path, True)

    def _rename(self, path: Any, target: Any) -> None:  # noqa: ANN401 (Java's paths)
        """On a disk, in one step: there is never none, and never a half."""
        rename = self._jvm.org.apache.hadoop.fs.Options.Rename
        options = self.spark.sparkContext._gateway.new_array(rename, 1)  # type: ignore[union-attr]
        options[0] = rename.OVERWRITE
        self._jvm.org.apache.hadoop.fs.FileContext.getFileContext(self._conf).rename(path, target, options)

    def _write(self, frame: DataFrame, table: str) -> None:
        stored = frame.select([_stored(field) for field in frame.schema.fields])
        writer = stored.write.mode("overwrite").option("compression", "snappy")
        writer.partitionBy(PARTITION_COLUMN).parquet(table)

    def _resolve(self, uri: str) -> tuple[Any, Any]:
        path = self._jvm.org.apache.hadoop.fs.Path(uri)
        return path, path.getFileSystem(self._conf)

    @contextmanager
    def _acting_on(self, uri: str) -> Iterator[None]:
        try:
            yield
        except Py4JJavaError as error:
            raise JobError(f"{uri}: {storage_fault(error)}") from error


# Messages of these speak of files and rights; any other exception's text may hold a value of a row.
_SAFE_MESSAGES = ("java.io.", "java.nio.file.", "org.apache.hadoop.", "com.amazonaws.")


def storage_fault(error: Py4JJavaError) -> str:
    """What went wrong in the JVM: the root cause's class, and its message where that can't hold a value."""
    cause = error.java_exception
    while cause.getCause() is not None:
        cause = cause.getCause()
    name = cause.getClass().getName()
    if not name.startswith(_SAFE_MESSAGES):
        return name
    message = cause.getMessage() or ""
    return f"{name}: {message.splitlines()[0]}" if message else name


def _stored(field: T.StructField) -> Column:
    # Hive's timestamp has no zone. Written as such (in UTC) every reader shows the same text, and unlike
    # INT96, Spark's default, it has row-group statistics.
    column = F.col(f"`{field.name}`")
    return (
        column.cast("timestamp_ntz").alias(field.name)
        if isinstance(field.dataType, T.TimestampType)
        else column
    )
