"""Entry point on AWS Glue: holds the curated tables against their rulesets in Glue Data Quality.

    glue_quality.py --tables s3://…/quality.json

The rules are of the contracts, as Glue keeps them. Tables are read by their files: Glue's readers know no
partition projection. Glue keeps the results and tells EventBridge. Fails when a rule of severity error does.
Only Glue has the engine (`awsgluedq`), so it is imported where it is used.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from pyspark.sql import DataFrame, SparkSession

from naru_spark.errors import JobError
from naru_spark.run import fault_text
from naru_spark.session import start_session
from naru_spark.storage import Storage


@dataclass(frozen=True)
class CheckedTable:
    """A curated table and the names of its rulesets by severity (`error`, `warning`)."""

    data_set: str
    uri: str
    rulesets: dict[str, str]


#: Rules of a ruleset that failed on a table, as the ruleset words them.
Evaluate = Callable[[CheckedTable, str, DataFrame], list[str]]


def main(arguments: Sequence[str]) -> int:
    """Checks every table and returns the process's exit code."""
    # Glue adds arguments of its own.
    options, _ = _parser().parse_known_args(arguments)
    spark = start_session()
    storage = Storage(spark)
    try:
        tables = parse_tables(storage.read_text(options.tables))
        failures = list(check_tables(spark, storage, tables, glue_evaluation(spark)))
    except Exception as error:
        print(f"naru: {fault_text(error)}", file=sys.stderr)
        return 1
    for severity, line in failures:
        print(f"naru: {severity}: {line}", file=sys.stderr)
    return 1 if any(severity == "error" for severity, _ in failures) else 0


def parse_tables(text: str) -> list[CheckedTable]:
    """Reads `quality.json`. Raises JobError when it is not of its form."""
    try:
        return [
            CheckedTable(str(row["dataSet"]), str(row["uri"]).rstrip("/"), dict(row["rulesets"]))
            for row in json.loads(text)
        ]
    except (ValueError, KeyError, TypeError) as error:
        raise JobError(
            f"quality.json: must be a list of dataSet, uri and rulesets ({type(error).__name__})"
        ) from error


def check_tables(
    spark: SparkSession, storage: Storage, tables: Iterable[CheckedTable], evaluate: Evaluate
) -> Iterable[tuple[str, str]]:
    """Severity and text of each rule that failed, table by table; a table without a day is passed over."""
    for table in tables:
        if not storage.partitions(table.uri):
            continue
        frame = spark.read.option("mergeSchema", "true").parquet(table.uri)
        for severity, ruleset in table.rulesets.items():
            for rule in evaluate(table, ruleset, frame):
                yield severity, f"{table.data_set}: {rule}"


def failed_rules(outcomes: Iterable[dict[str, Any]]) -> list[str]:
    """The rules that did not pass. Why is left out: reasons may quote values."""
    return [str(outcome["Rule"]) for outcome in outcomes if outcome["Outcome"] != "Passed"]


class Rulesets(Protocol):
    """What is asked of boto3's client of Glue."""

    def get_data_quality_ruleset(self, *, Name: str) -> dict[str, Any]:
        """The ruleset of a name."""


def ruleset_text(glue: Rulesets, name: str) -> str:
    """A ruleset's rules, as they stand in Glue."""
    return str(glue.get_data_quality_ruleset(Name=name)["Ruleset"])


def glue_evaluation(spark: SparkSession) -> Evaluate:
    """Glue's own evaluation, whose results Glue keeps and tells EventBridge."""
    import boto3
    from awsglue.context import GlueContext
    from awsglue.dynamicframe import DynamicFrame
    from awsgluedq.transforms import EvaluateDataQuality

    glue = boto3.client("glue")
    context = GlueContext(spark.sparkContext)

    def evaluate(table: CheckedTable, ruleset: str, frame: DataFrame) -> list[str]:
        outcomes = EvaluateDataQuality.apply(
            frame=DynamicFrame.fromDF(frame, context, ruleset),
            ruleset=ruleset_text(glue, ruleset),
            publishing_options={
                "dataQualityEvaluationContext": table.data_set,
                "enableDataQualityCloudWatchMetrics": False,
                "enableDataQualityResultsPublishing": True,
            },
        )
        return failed_rules(row.asDict() for row in outcomes.toDF().select("Rule", "Outcome").collect())

    return evaluate


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="glue_quality.py", description="Naru's data quality on AWS Glue", allow_abbrev=False
    )
    parser.add_argument("--tables", required=True, help="URI of quality.json, the tables and their rulesets")
    return parser


if __name__ == "__main__":
    code = main(sys.argv[1:])
    # A script that ends by itself has succeeded, on Glue too, which may take SystemExit for a failure.
    if code != 0:
        sys.exit(code)
