"""Entry point of Naru's Spark jobs, for spark-submit and EMR Serverless.

    spark-submit --py-files naru_spark.zip main.py --jobs curate,page_views,master_table --config s3://…/job.json

Exits 0 when everything that had input was written, 1 when something failed, 2 when the arguments are wrong.
"""

from __future__ import annotations

import argparse
import datetime
import sys
from collections.abc import Sequence

from naru_spark.contract import load_contracts
from naru_spark.curate_job import curate
from naru_spark.epoch_keys import KmsEpochKeys
from naru_spark.errors import JobError
from naru_spark.ops_tables import write_ops_tables
from naru_spark.report import RunReport
from naru_spark.run import Run, fault_text
from naru_spark.session import start_session
from naru_spark.settings import parse_settings
from naru_spark.storage import Storage
from naru_spark.table_jobs import master_table, page_views

JOBS = ("curate", "page_views", "master_table")


def main(arguments: Sequence[str]) -> int:
    """Runs the jobs and returns the process's exit code."""
    options = _options(arguments)
    try:
        run = _start(options.config, options.report)
        report = run_jobs(run, options.jobs)
        run.storage.write_text(run.settings.report, report.to_json())
    except Exception as error:
        print(f"naru: {fault_text(error)}", file=sys.stderr)
        return 1
    for line in report.errors:
        print(f"naru: {line}", file=sys.stderr)
    return 1 if report.errors else 0


def run_jobs(run: Run, jobs: Sequence[str]) -> RunReport:
    """Runs the named jobs in the order in which they feed each other, in one session."""
    report = RunReport(run.at)
    if "curate" in jobs:
        report.curated = curate(run)
        report.tables += write_ops_tables(run, report.curated)
    if "page_views" in jobs:
        report.tables.append(page_views(run, report.curated))
    if "master_table" in jobs:
        report.tables.append(master_table(run, report.curated))
    return report


def _start(config: str, report: str | None) -> Run:
    spark = start_session()
    storage = Storage(spark)
    settings = parse_settings(storage.read_text(config), report)
    data_sets = {item.id: item for item in load_contracts(storage.read_text(settings.contracts))}
    unknown = sorted(set(settings.data_sets or ()) - data_sets.keys())
    if unknown:
        raise JobError(f"job file: dataSets names {', '.join(unknown)}, which the contracts don't have")
    keys = None if settings.pseudonym is None else KmsEpochKeys(settings.pseudonym)
    return Run(spark, storage, settings, data_sets, keys, datetime.datetime.now(datetime.timezone.utc))


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="main.py", description="Naru's Spark jobs", allow_abbrev=False)
    parser.add_argument("--jobs", required=True, type=_jobs, help=f"comma-separated: {','.join(JOBS)}")
    parser.add_argument("--config", required=True, help="URI of the job file (job.json)")
    parser.add_argument("--report", help="URI of the JSON report; default: `report` of the job file")
    return parser.parse_args(arguments)


def _jobs(text: str) -> tuple[str, ...]:
    jobs = tuple(job.strip() for job in text.split(","))
    unknown = [job for job in jobs if job not in JOBS]
    if unknown:
        raise argparse.ArgumentTypeError(f"unknown job {', '.join(unknown)}; known: {', '.join(JOBS)}")
    return jobs


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
