"""The job `import_tables`: tables of databases in, drops of the closed landing zone out.

A drop is one file: it is there as a whole, or not at all. Curation then takes it as it takes every drop.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from py4j.protocol import Py4JJavaError
from pyspark.sql import Column, DataFrame, Observation
from pyspark.sql import functions as F

from naru_spark.contract import PARTITION_COLUMN, DataSet
from naru_spark.csv_files import TABLE_FILE
from naru_spark.errors import JobError
from naru_spark.jdbc import Database, database_fault
from naru_spark.report import ImportReport
from naru_spark.run import Run, fault_text
from naru_spark.table_columns import match_table
from naru_spark.table_imports import TableImport

# Of landing: rows on their way into one file. No domain's name starts with an underscore.
STAGING = "_imports"
# Before a column's name: how many of its values hold NUL.
_NUL = "nul/"


def import_tables(run: Run, imports: Sequence[TableImport]) -> list[ImportReport]:
    """Imports one table after the other; one that fails leaves the others working."""
    return [_reported(run, what) for what in imports]


def _reported(run: Run, what: TableImport) -> ImportReport:
    day = run.at.astimezone(ZoneInfo(what.data_set.time_zone)).date().isoformat()
    report = ImportReport(what.data_set.id, what.table, day, "failed")
    started = time.monotonic()
    staging = f"{run.settings.zones.landing}/{STAGING}/{what.data_set.domain}/{what.data_set.name}/rows"
    try:
        # What an attempt left that was killed.
        run.storage.remove(staging)
        _import(run, what, report, staging)
        report.status = "written"
    except Py4JJavaError as error:
        report.error = database_fault(error)
    except Exception as error:
        report.error = fault_text(error)
    try:
        run.storage.remove(staging)
    except JobError as error:
        report.error = report.error or str(error)
    report.seconds = round(time.monotonic() - started, 2)
    return report


def _import(run: Run, what: TableImport, report: ImportReport, staging: str) -> None:
    data_set = what.data_set
    database = Database(run.spark, what)
    columns, parting = match_table(data_set, database.columns(), what.partition_column)
    rows = database.rows(columns, parting)
    counted = Observation()
    counts = [
        F.count(F.when(F.instr(column.name, "\0") > 0, 1)).alias(_NUL + column.name)
        for column in data_set.columns
    ]
    lines = rows.observe(counted, F.count(F.lit(1)).alias("rows"), *counts)
    # No shuffle: clear values would lie on the workers' disks.
    csv_lines(data_set, lines).write.mode("overwrite").text(staging)
    observed = counted.get
    report.rows = observed["rows"]
    _refuse(data_set, observed)
    target = f"{run.settings.zones.landing}/{data_set.domain}/{data_set.name}"
    header = data_set.delimiter.join(_field(column.source) for column in data_set.columns)
    run.storage.assemble(
        f"{header}\n",
        f"{staging}/part-*",
        f"{target}/{PARTITION_COLUMN}={report.day}/{data_set.name}{TABLE_FILE}",
    )


def csv_lines(data_set: DataSet, rows: DataFrame) -> DataFrame:
    """Each row as a line of CSV: values in quotes, so that two quotes are empty text, and nothing is null."""
    fields: list[Column] = []
    for column in data_set.columns:
        text = F.expr(f"concat('\"', replace(`{column.name}`, '\"', '\"\"'), '\"')")
        fields += [F.lit(data_set.delimiter), F.coalesce(text, F.lit(""))]
    return rows.select(F.concat(*fields[1:]).alias("line"))


def _refuse(data_set: DataSet, observed: dict[str, int]) -> None:
    if observed["rows"] == 0:
        raise JobError("the table has no row, mostly a load that failed; nothing was put")
    nul = [column.name for column in data_set.columns if observed[_NUL + column.name] > 0]
    if nul:
        raise JobError(
            f"column {', '.join(nul)} holds NUL characters, which no CSV file takes; nothing was put. "
            "Make a view without them and name that"
        )


def _field(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
