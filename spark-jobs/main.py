"""Entry point of Naru's Spark jobs, for spark-submit, EMR Serverless and AWS Glue.

    spark-submit --py-files naru_spark.zip main.py --jobs curate,page_views,master_table --config s3://…/job.json

Glue adds arguments of its own (--JOB_NAME, --JOB_RUN_ID, …), which are passed over but for its id of the run.

Exits 0 when everything that had input was written, 1 when something failed, 2 when the arguments are wrong.
"""

from __future__ import annotations

import argparse
import datetime
import json
import re
import sys
import uuid
from collections.abc import Sequence
from dataclasses import replace

from naru_spark.contract import load_contracts
from naru_spark.curate_job import curate
from naru_spark.epoch_keys import KmsEpochKeys
from naru_spark.errors import JobError
from naru_spark.import_tables import import_tables
from naru_spark.notices import write_notices
from naru_spark.ops_tables import write_ops_tables
from naru_spark.report import RunReport
from naru_spark.run import Run, fault_text
from naru_spark.session import start_session
from naru_spark.settings import parse_settings
from naru_spark.storage import Storage
from naru_spark.table_imports import parse_imports
from naru_spark.table_jobs import MASTER_INPUTS, PAGE_VIEWS_INPUTS, feeds, master_table, page_views

IMPORT = "import_tables"
JOBS = (IMPORT, "curate", "page_views", "master_table")
# Files that no run has curated, of whichever set: so it needs no list, which could be lost.
CHANGED = "changed"
# Only Glue passes it, and always does.
_GLUE_JOB = "--JOB_NAME"


def main(arguments: Sequence[str]) -> int:
    """Runs the jobs and returns the process's exit code."""
    options = _options(arguments)
    try:
        run = _start(options)
        imported = []
        if IMPORT in options.jobs:
            tables = parse_imports(run.storage.read_text(options.tables), run.data_sets)
            imported = import_tables(run, tables)
        report = run_jobs(run, options.jobs)
        report.imported = imported
        look_again(run, options.jobs, report, options.looks)
        run.storage.write_text(run.settings.report, report.to_json())
        if options.notices is not None:
            write_notices(run, report.curated, options.notices)
    except Exception as error:
        print(f"naru: {fault_text(error)}", file=sys.stderr)
        return 1
    for line in report.errors:
        print(f"naru: {line}", file=sys.stderr)
    return 1 if report.errors else 0


def run_jobs(run: Run, jobs: Sequence[str]) -> RunReport:
    """Runs the named jobs in the order in which they feed each other, in one session.

    Where the run is of some data sets only, a derived table is built only if one of them feeds it.
    """
    report = RunReport(run.at, run.id)
    if "curate" in jobs:
        report.curated = curate(run)
        report.tables += write_ops_tables(run, report.curated)
    if "page_views" in jobs and feeds(run, PAGE_VIEWS_INPUTS, report.curated):
        report.tables.append(page_views(run, report.curated))
    if "master_table" in jobs and feeds(run, MASTER_INPUTS, report.curated):
        report.tables.append(master_table(run, report.curated))
    return report


def look_again(run: Run, jobs: Sequence[str], report: RunReport, looks: int) -> None:
    """Curates files that came while the run ran, and adds to its report: by as many as `looks` looks.

    For engines that may not start a run after another one for what came meanwhile. The last look finds
    nothing to publish, unless they are used up; what comes after it finds a run that is about to end.
    """
    for _ in range(looks):
        settings = replace(run.settings, data_sets=None, changed=True)
        # Lineage has a record for each time that a set was curated.
        now = datetime.datetime.now(datetime.timezone.utc)
        later = run_jobs(replace(run, settings=settings, at=now), jobs)
        news = [one for one in later.curated if one.status != "waiting"]
        if not news:
            return
        report.curated += news
        report.tables += later.tables
        if all(one.status != "written" for one in news):
            return


def _start(options: argparse.Namespace) -> Run:
    spark = start_session()
    storage = Storage(spark)
    settings = parse_settings(storage.read_text(options.config), options.report)
    if options.data_sets == CHANGED:
        settings = replace(settings, data_sets=None, changed=True)
    elif options.data_sets is not None:
        settings = replace(settings, data_sets=options.data_sets or None)
    data_sets = {item.id: item for item in load_contracts(storage.read_text(settings.contracts))}
    unknown = sorted(set(settings.data_sets or ()) - data_sets.keys())
    if unknown:
        raise JobError(f"dataSets names {', '.join(unknown)}, which the contracts don't have")
    keys = None if settings.pseudonym is None else KmsEpochKeys(settings.pseudonym)
    at = datetime.datetime.now(datetime.timezone.utc)
    return Run(spark, storage, settings, data_sets, keys, at, options.run or uuid.uuid4().hex)


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="main.py", description="Naru's Spark jobs", allow_abbrev=False)
    parser.add_argument("--jobs", required=True, type=_jobs, help=f"comma-separated: {','.join(JOBS)}")
    parser.add_argument("--config", required=True, help="URI of the job file (job.json)")
    parser.add_argument("--tables", help=f"URI of the tables that {IMPORT} makes drops of, and only it")
    parser.add_argument("--report", help="URI of the JSON report; default: `report` of the job file")
    parser.add_argument("--notices", help="URI of what the sets' owners are to be told; default: nowhere")
    parser.add_argument(
        "--looks",
        type=_looks,
        default=0,
        help="times that the run looks for files that came meanwhile, before it ends; default: 0",
    )
    parser.add_argument(
        "--data-sets",
        type=_data_sets,
        help="all; changed: the days whose landing files are not those that curated was made of;"
        ' or a JSON list of ids, such as ["sis.students"]; default: `dataSets` of the job file',
    )
    parser.add_argument(
        "--run", type=_run, help="id of the run, for lineage; default: Glue's own, elsewhere a random one"
    )
    if _GLUE_JOB not in arguments:
        return _checked(parser, parser.parse_args(arguments))
    parser.add_argument("--JOB_RUN_ID", type=_run, dest="glue_run")
    # Which arguments Glue adds is not documented; some have a value and some have none.
    options, _ = parser.parse_known_args(arguments)
    options.run = options.run or options.glue_run
    return _checked(parser, options)


def _checked(parser: argparse.ArgumentParser, options: argparse.Namespace) -> argparse.Namespace:
    if (IMPORT in options.jobs) != (options.tables is not None):
        parser.error(f"--tables goes with the job {IMPORT}, and that with it")
    return options


def _jobs(text: str) -> tuple[str, ...]:
    jobs = tuple(job.strip() for job in text.split(","))
    unknown = [job for job in jobs if job not in JOBS]
    if unknown:
        raise argparse.ArgumentTypeError(f"unknown job {', '.join(unknown)}; known: {', '.join(JOBS)}")
    return jobs


def _data_sets(text: str) -> tuple[str, ...] | str:
    """The ids, none for all; or `changed`."""
    if text == CHANGED:
        return CHANGED
    if text == "all":
        return ()
    try:
        ids = json.loads(text)
    except ValueError:
        ids = None
    if not isinstance(ids, list) or not ids or not all(isinstance(item, str) for item in ids):
        raise argparse.ArgumentTypeError(
            'write all, changed, or a JSON list of ids, such as ["sis.students"]'
        )
    return tuple(ids)


def _looks(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,2}", text):
        raise argparse.ArgumentTypeError("write a whole number from 0 to 99")
    return int(text)


def _run(text: str) -> str:
    # It becomes a part of object keys. Glue's have 67 characters, and more on a second attempt.
    if not re.fullmatch(r"[A-Za-z0-9._-]{1,96}", text):
        raise argparse.ArgumentTypeError("write up to 96 letters, digits, dots, hyphens and underscores")
    return text


if __name__ == "__main__":
    code = main(sys.argv[1:])
    # A script that ends by itself has succeeded, on Glue too, which may take SystemExit for a failure.
    if code != 0:
        sys.exit(code)
