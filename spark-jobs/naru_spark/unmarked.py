"""Personal data that no contract marks: found before anything of its data set is published.

A column is looked at when it is kept in clear and the contract does not say why it may be. Two looks: at
the first rows of each file as a column (the rules of `detection`, the shipper's too), and at every value of
a text column for what shows by its form alone (built-in functions of Spark; the collector does so to events).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from naru_spark.checks import REASONS
from naru_spark.contract import PARTITION_COLUMN, ColumnSpec, DataSet, stored_schema
from naru_spark.detection import BORN_WITHIN, EMAIL_WITHIN, PHONE_WITHIN, READABLE, likeliest
from naru_spark.errors import RefusedError
from naru_spark.storage import Storage

# Rows of a file that are looked at as columns; as many as the shipper looks at.
SAMPLED_ROWS = 1000

_WITHIN = {"email": EMAIL_WITHIN, "phone": PHONE_WITHIN, "resident-number": BORN_WITHIN}
_FIX = (
    "mark each in the contract with customProperties identifierKind and treatment, or give it"
    " customProperties notPersonal with the reason why it is not"
)


def shows(kind: str, text: Column) -> Column:
    """Whether text holds, by its form alone, an e-mail address, a phone number or a registration number.

    A number with nothing around it shows nothing: among millions some have any form.
    """
    # The rarest part of a form first: these searches cost a fraction, and nearly all texts end there.
    return _possible(kind, text) & text.rlike(_WITHIN[kind]) & ~text.rlike(r"\A\s*[0-9]+\s*\z")


def unmarked_columns(data_set: DataSet) -> tuple[ColumnSpec, ...]:
    """Columns that are kept in clear without a reason."""
    return tuple(column for column in data_set.columns if column.unmarked is not None)


def looks_personal(data_set: DataSet, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """What a sample shows, a line for each column of the contract that looks personal; no value is repeated.

    `columns` are the contract's columns in the order of the rows' fields.
    """
    told = []
    for column in unmarked_columns(data_set):
        place = columns.index(column.name)
        found = likeliest(column.unmarked or (), (row[place] for row in rows))
        if found is not None:
            told.append(f"{column.name} looks like {found.kind} (score {found.score:g}: {found.why})")
    return told


def sample_table(storage: Storage, table: str, data_set: DataSet) -> dict[str, list[str]]:
    """As `looks_personal` of a stream's table, by file: of the first file of the newest day that it has."""
    names = [column.name for column in unmarked_columns(data_set)]
    files = storage.list_files(f"{table}/{PARTITION_COLUMN}={storage.partitions(table)[-1]}/[!_.]*")
    if not files or not names:
        return {}
    texts = [F.coalesce(F.col(name).cast("string"), F.lit("")).alias(name) for name in names]
    rows = storage.read_file(files[0].uri, stored_schema(data_set)).select(*texts).limit(SAMPLED_ROWS)
    return {files[0].uri: looks_personal(data_set, names, rows.collect())}


def refuse_samples(data_set: DataSet, found: Mapping[str, Sequence[str]]) -> None:
    """Raises RefusedError with the lines of `looks_personal`, by file, when there are any."""
    told = [f"{uri}: {'; '.join(lines)}" for uri, lines in found.items() if lines]
    if told:
        raise _refused(data_set, told)


def value_counts(data_set: DataSet) -> list[Column]:
    """Aggregates over a treated frame: how many values that would be published show by form what they are."""
    return [F.count(F.when(found, 1)).alias(_alias(*at)) for at, found in _shown(data_set).items()]


def refuse_values(data_set: DataSet, treated: DataFrame, counted: Mapping[str, int]) -> None:
    """Raises RefusedError with the file of each column in which `value_counts` found something."""
    told = []
    for (name, kind), found in _shown(data_set).items():
        count = counted.get(_alias(name, kind), 0)
        if count == 0:
            continue
        files = treated.where(found).groupBy("source_file").count().orderBy("source_file").collect()
        where = files[0]["source_file"] + (f" and {len(files) - 1} more files" if len(files) > 1 else "")
        # One value is enough, and its form leaves little doubt: the shipper's score for one in very many.
        told.append(f"{where}: {name} looks like {kind} (score 0.6: {count} values hold {READABLE[kind]})")
    if told:
        raise _refused(data_set, told)


def _shown(data_set: DataSet) -> dict[tuple[str, str], Column]:
    """By column and kind: whether a row that would be published shows it."""
    good = F.size(REASONS) == 0
    texts = [column.name for column in unmarked_columns(data_set) if column.type == "string"]
    return {(name, kind): good & shows(kind, F.col(name)) for name in texts for kind in _WITHIN}


def _possible(kind: str, text: Column) -> Column:
    if kind == "email":
        return text.contains("@") | text.contains("%40")
    if kind == "phone":
        return text.contains("01") | text.contains("+82")
    return text.contains("-") & text.rlike("[0-9]{6} ?- ?[0-9]")


def _alias(name: str, kind: str) -> str:
    return f"__shown_{name}_{kind}"


def _refused(data_set: DataSet, told: Sequence[str]) -> RefusedError:
    raw = "; what is personal stands in raw already, in clear: delete or rewrite those files"
    fix = _FIX + (raw if data_set.ingestion == "stream" else "")
    return RefusedError(
        f"not published: columns that {data_set.id} keeps in clear look personal: {'; '.join(told)}; {fix}"
    )
