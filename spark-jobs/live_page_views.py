"""Entry point of a stream, for AWS Glue (`gluestreaming`), EMR and spark-submit: page views while they come.

    spark-submit --py-files naru_spark.zip live_page_views.py \\
        --raw s3://raw/ --target s3://curated/lms/live_page_views/ --checkpoint s3://jobs/checkpoints/live/

It reads the raw zone, so every row is pseudonymised before this job sees it, and needs no key. Runs until it
is stopped; with --until-read it ends when all that is there has been read. Exits 1, with one line, when it
fails.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from naru_spark.live_page_views import LiveCounts, arriving, counted, write_windows
from naru_spark.run import fault_text
from naru_spark.session import start_session
from naru_spark.storage import Storage


def main(arguments: Sequence[str]) -> int:
    """Runs the stream and returns the process's exit code."""
    # Glue adds arguments of its own.
    options, _ = _parser().parse_known_args(arguments)
    spark = start_session()
    counts = LiveCounts(options.window_minutes, options.late_minutes, options.time_zone)
    try:
        folder = f"{options.raw.rstrip('/')}/{options.table.strip('/')}"
        requests = arriving(spark, Storage(spark), folder)
        seconds = None if options.until_read else options.trigger_seconds
        write_windows(
            counted(requests, counts), options.target, options.checkpoint, seconds
        ).awaitTermination()
    except Exception as error:
        print(f"naru: {fault_text(error)}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="live_page_views.py", description="Naru's page views while they come", allow_abbrev=False
    )
    parser.add_argument("--raw", required=True, help="URI of the raw zone")
    parser.add_argument("--target", required=True, help="URI of the table's folder")
    parser.add_argument("--checkpoint", required=True, help="URI of a folder that no other stream has")
    parser.add_argument("--table", default="lms/requests", help="folder of the events; default: lms/requests")
    parser.add_argument("--window-minutes", type=_number, default=10, help="length of a window; default: 10")
    parser.add_argument(
        "--late-minutes", type=_number, default=30, help="how late an event may come; default: 30"
    )
    parser.add_argument("--trigger-seconds", type=_number, default=60, help="between two looks; default: 60")
    parser.add_argument("--time-zone", default="Asia/Seoul", help="IANA zone of dt; default: Asia/Seoul")
    parser.add_argument("--until-read", action="store_true", help="end when all that is there has been read")
    return parser


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 1440:
        raise argparse.ArgumentTypeError("write a whole number from 1 to 1440")
    return int(text)


if __name__ == "__main__":
    code = main(sys.argv[1:])
    # A script that ends by itself has succeeded, on Glue too, which may take SystemExit for a failure.
    if code != 0:
        sys.exit(code)
