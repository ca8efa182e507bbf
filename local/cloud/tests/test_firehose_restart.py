"""A delivery stream outlives its process: killed without warning, it delivers what it had read and not yet written."""

from __future__ import annotations

import io
import json
import threading
import time
import zipfile
from pathlib import Path

import boto3
import duckdb
from botocore.config import Config
from conftest import REGION, Cloud, wait_for
from test_event_source_mapping_restart import own_process

#: Two days, one record in ten dropped, one in ten failed.
HANDLER = """
exports.handler = async (event) => ({ records: event.records.map(({ recordId, data }) => {
  const { n } = JSON.parse(Buffer.from(data, "base64").toString());
  if (n % 10 === 3) return { recordId, result: "Dropped", data };
  if (n % 10 === 7) return { recordId, result: "ProcessingFailed", data };
  return { recordId, result: "Ok", data, metadata: { partitionKeys: { dt: `2026-11-2${n % 2}` } } };
})})"""

RIGHTS = [
    (["kinesis:*"], ["*"]),
    (["lambda:InvokeFunction"], ["*"]),
    (["glue:GetTable"], ["*"]),
    (["s3:PutObject"], ["*"]),
]


def firehose(endpoint: str):
    """A client of root, of the process at an endpoint."""
    return boto3.client(
        "firehose",
        region_name=REGION,
        endpoint_url=endpoint,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"total_max_attempts": 1}),
    )


def prepare(cloud: Cloud) -> dict[str, object]:
    """Bucket, table, function and stream; what CreateDeliveryStream takes."""
    cloud.client("s3").create_bucket(
        Bucket="fhr-bucket", CreateBucketConfiguration={"LocationConstraint": REGION}
    )
    glue = cloud.client("glue")
    glue.create_database(DatabaseInput={"Name": "fhr_raw"})
    columns = [{"Name": "n", "Type": "int"}]
    descriptor = {"Columns": columns, "Location": "s3://fhr-bucket/raw/"}
    glue.create_table(
        DatabaseName="fhr_raw",
        TableInput={
            "Name": "events",
            "PartitionKeys": [{"Name": "dt", "Type": "string"}],
            "StorageDescriptor": descriptor,
        },
    )
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("index.js", HANDLER)
    function = cloud.client("lambda").create_function(
        FunctionName="fhr-transform",
        Runtime="nodejs20.x",
        Handler="index.handler",
        Role=cloud.role("fhr-function", "lambda.amazonaws.com", [(["logs:*"], ["*"])]),
        Code={"ZipFile": archive.getvalue()},
    )
    kinesis = cloud.client("kinesis")
    kinesis.create_stream(StreamName="fhr-stream", ShardCount=2)
    kinesis.get_waiter("stream_exists").wait(StreamName="fhr-stream", WaiterConfig={"Delay": 1})
    stream = kinesis.describe_stream_summary(StreamName="fhr-stream")["StreamDescriptionSummary"]["StreamARN"]
    role = cloud.role("fhr-delivery", "firehose.amazonaws.com", RIGHTS)
    parameters = {"LambdaArn": function["FunctionArn"], "BufferIntervalInSeconds": "10"}
    schema = {"DatabaseName": "fhr_raw", "TableName": "events", "RoleARN": role, "Region": REGION}
    return {
        "DeliveryStreamName": "restarted",
        "DeliveryStreamType": "KinesisStreamAsSource",
        "KinesisStreamSourceConfiguration": {"KinesisStreamARN": stream, "RoleARN": role},
        "ExtendedS3DestinationConfiguration": {
            "RoleARN": role,
            "BucketARN": "arn:aws:s3:::fhr-bucket",
            "Prefix": "good/dt=!{partitionKeyFromLambda:dt}/",
            "ErrorOutputPrefix": "errors/!{firehose:error-output-type}/",
            "BufferingHints": {"SizeInMBs": 64, "IntervalInSeconds": 10},
            "DynamicPartitioningConfiguration": {"Enabled": True},
            "ProcessingConfiguration": {
                "Enabled": True,
                "Processors": [
                    {
                        "Type": "Lambda",
                        "Parameters": [
                            {"ParameterName": name, "ParameterValue": value}
                            for name, value in parameters.items()
                        ],
                    }
                ],
            },
            "DataFormatConversionConfiguration": {
                "Enabled": True,
                "InputFormatConfiguration": {"Deserializer": {"OpenXJsonSerDe": {}}},
                "OutputFormatConfiguration": {"Serializer": {"ParquetSerDe": {"Compression": "SNAPPY"}}},
                "SchemaConfiguration": schema,
            },
        },
    }


class Producer(threading.Thread):
    """Puts numbers, from 0 on, until it is told to halt."""

    def __init__(self, cloud: Cloud) -> None:
        super().__init__(daemon=True)
        self._kinesis = cloud.client("kinesis")
        self._halt = threading.Event()
        self.sent = 0

    def run(self) -> None:
        """Ten records at a time, over both shards."""
        while not self._halt.is_set():
            numbers = range(self.sent, self.sent + 10)
            records = [{"Data": json.dumps({"n": n}).encode(), "PartitionKey": str(n)} for n in numbers]
            assert (
                self._kinesis.put_records(StreamName="fhr-stream", Records=records)["FailedRecordCount"] == 0
            )
            self.sent += 10
            time.sleep(0.02)

    def halt(self) -> int:
        """How many there were."""
        self._halt.set()
        self.join()
        return self.sent


def delivered(cloud: Cloud, folder: Path) -> list[int]:
    """Numbers in the good output."""
    found: list[int] = []
    for key in cloud.keys("fhr-bucket", "good/"):
        path = folder / "one.parquet"
        path.write_bytes(cloud.read("fhr-bucket", key))
        with duckdb.connect() as connection:
            found += [n for (n,) in connection.execute(f"SELECT n FROM read_parquet('{path}')").fetchall()]
    return found


def failed(cloud: Cloud) -> int:
    """Records in the error output."""
    return sum(len(cloud.read("fhr-bucket", key).splitlines()) for key in cloud.keys("fhr-bucket", "errors/"))


def test_killed_three_times_it_delivers_all(cloud: Cloud, tmp_path: Path) -> None:
    definition, producer = prepare(cloud), Producer(cloud)
    work, files = tmp_path / "work", tmp_path / "files"
    files.mkdir()
    lives = 4
    for life in range(lives):
        with own_process(cloud.emulator, work) as (endpoint, process):
            if life == 0:
                firehose(endpoint).create_delivery_stream(**definition)
                producer.start()
            names = firehose(endpoint).list_delivery_streams()["DeliveryStreamNames"]
            assert names == ["restarted"]
            before = len(cloud.keys("fhr-bucket", "good/"))
            wait_for(lambda at=before: len(cloud.keys("fhr-bucket", "good/")) >= at + 4, seconds=30)
            # Somewhere within a buffer.
            time.sleep(0.3)
            if life < lives - 1:
                process.kill()
                process.wait()
                continue
            sent = producer.halt()
            expected = {n for n in range(sent) if n % 10 not in (3, 7)}
            wait_for(lambda want=expected: set(delivered(cloud, files)) == want, seconds=30)
            wait_for(lambda want=sent: failed(cloud) >= want // 10)
            rows = delivered(cloud, files)
            print(
                f"{sent} records, killed {lives - 1} times: {len(rows) - len(expected)} of {len(expected)} rows delivered "
                f"again, 0 missing"
            )
            # What each life had read and not yet written comes again, and no more.
            assert len(rows) < 2 * len(expected)
            firehose(endpoint).delete_delivery_stream(DeliveryStreamName="restarted")
    with own_process(cloud.emulator, work) as (endpoint, _process):
        assert firehose(endpoint).list_delivery_streams()["DeliveryStreamNames"] == []
