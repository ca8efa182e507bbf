"""Delivery streams, end to end: Kinesis -> Lambda -> Parquet, and every way in which a record can fail."""

from __future__ import annotations

import base64
import functools
import io
import json
import zipfile
from pathlib import Path

import duckdb
import pytest
from conftest import REGION, Cloud, wait_for

COLUMNS = [
    {"Name": "id", "Type": "string"},
    {"Name": "occurred_at", "Type": "timestamp"},
    {"Name": "n", "Type": "int"},
    {"Name": "price", "Type": "decimal(10,2)"},
    {"Name": "labels", "Type": "array<string>"},
    {"Name": "place", "Type": "struct<city:string,floor:int>"},
]
PARQUET = "org.apache.hadoop.hive.ql.io.parquet."

#: Passes records on with a partition key; fails what says "fail"; drops "drop"; throws on "throw".
HANDLER = """
exports.handler = async (event) => ({ records: event.records.map((record) => {
  const text = Buffer.from(record.data, "base64").toString();
  if (text.includes("throw")) throw new Error("thrown over " + text);
  const { recordId, data } = record;
  if (text.includes("fail")) return { recordId, result: "ProcessingFailed", data };
  if (text.includes("drop")) return { recordId, result: "Dropped", data };
  const event = JSON.parse(text);
  const line = Buffer.from(JSON.stringify(event) + "\\n").toString("base64");
  return { recordId, result: "Ok", data: line,
    metadata: { partitionKeys: { dt: event.occurred_at.slice(0, 10) } } };
})})"""

EVERYTHING = [
    (["kinesis:*"], ["*"]),
    (["lambda:InvokeFunction"], ["*"]),
    (["glue:GetTable"], ["*"]),
    (["s3:PutObject"], ["*"]),
    (["logs:PutLogEvents"], ["*"]),
]


def event(number: int, day: str = "2026-11-20", **more: object) -> bytes:
    """One event as JSON."""
    place = {"city": "Seoul", "floor": 3}
    base = {
        "id": f"e{number}",
        "occurred_at": f"{day} 01:02:03.004",
        "n": number,
        "price": "1.50",
        "labels": ["a"],
    }
    return json.dumps({**base, "place": place, **more}).encode()


@pytest.fixture
def base(cloud: Cloud) -> Cloud:
    """Bucket, table and function."""
    return prepared(cloud)


@functools.cache
def prepared(cloud: Cloud) -> Cloud:
    """Made once, for all who deliver."""
    cloud.client("s3").create_bucket(
        Bucket="fh-bucket", CreateBucketConfiguration={"LocationConstraint": REGION}
    )
    glue = cloud.client("glue")
    glue.create_database(DatabaseInput={"Name": "fh_raw"})
    glue.create_table(
        DatabaseName="fh_raw",
        TableInput={
            "Name": "events",
            "PartitionKeys": [{"Name": "dt", "Type": "string"}],
            "StorageDescriptor": {"Columns": COLUMNS, "Location": "s3://fh-bucket/raw/events/"},
        },
    )
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("index.js", HANDLER)
    role = cloud.role("fh-function", "lambda.amazonaws.com", [(["logs:*"], ["*"])])
    cloud.client("lambda").create_function(
        FunctionName="fh-transform",
        Runtime="nodejs20.x",
        Handler="index.handler",
        Role=role,
        Code={"ZipFile": archive.getvalue()},
    )
    return cloud


def transform_of(cloud: Cloud) -> dict[str, object]:
    """The processor that calls the function."""
    function = cloud.client("lambda").get_function(FunctionName="fh-transform")["Configuration"][
        "FunctionArn"
    ]
    return {
        "Type": "Lambda",
        "Parameters": [
            {"ParameterName": "LambdaArn", "ParameterValue": function},
            {"ParameterName": "BufferIntervalInSeconds", "ParameterValue": "10"},
        ],
    }


def source_of(cloud: Cloud, name: str, role: str) -> dict[str, object]:
    """A Kinesis stream of that name, as a delivery stream takes it."""
    stream = cloud.client("kinesis")
    stream.create_stream(StreamName=name, ShardCount=1)
    wait_for(lambda: _active(cloud, name))
    arn = stream.describe_stream_summary(StreamName=name)["StreamDescriptionSummary"]["StreamARN"]
    return {
        "DeliveryStreamType": "KinesisStreamAsSource",
        "KinesisStreamSourceConfiguration": {"KinesisStreamARN": arn, "RoleARN": role},
    }


def make_stream(
    cloud: Cloud, name: str, role: str, kinesis: bool = True, transform: bool = True, **more: object
) -> None:
    """A delivery stream with all the bells: source, transform, partitions, conversion."""
    configuration: dict[str, object] = {
        "RoleARN": role,
        "BucketARN": "arn:aws:s3:::fh-bucket",
        "Prefix": f"{name}/dt=!{{partitionKeyFromLambda:dt}}/" if transform else f"{name}/",
        "ErrorOutputPrefix": f"{name}-errors/!{{firehose:error-output-type}}/!{{timestamp:yyyy-MM-dd}}/",
        "BufferingHints": {"SizeInMBs": 64, "IntervalInSeconds": 10},
        "DataFormatConversionConfiguration": {
            "Enabled": True,
            "InputFormatConfiguration": {"Deserializer": {"OpenXJsonSerDe": {}}},
            "OutputFormatConfiguration": {"Serializer": {"ParquetSerDe": {"Compression": "SNAPPY"}}},
            "SchemaConfiguration": {
                "DatabaseName": "fh_raw",
                "TableName": "events",
                "RoleARN": role,
                "Region": REGION,
            },
        },
        **more,
    }
    if transform:
        configuration["ProcessingConfiguration"] = {"Enabled": True, "Processors": [transform_of(cloud)]}
        configuration["DynamicPartitioningConfiguration"] = {"Enabled": True}
    source: dict[str, object] = {"DeliveryStreamType": "DirectPut"}
    if kinesis:
        source = source_of(cloud, name, role)
    cloud.client("firehose").create_delivery_stream(
        DeliveryStreamName=name, ExtendedS3DestinationConfiguration=configuration, **source
    )


def _active(cloud: Cloud, name: str) -> bool:
    answer = cloud.client("kinesis").describe_stream_summary(StreamName=name)
    return answer["StreamDescriptionSummary"]["StreamStatus"] == "ACTIVE"


def put(cloud: Cloud, name: str, events: list[bytes]) -> None:
    """Puts events into the Kinesis stream."""
    for start in range(0, len(events), 500):
        batch = [{"Data": data, "PartitionKey": "k"} for data in events[start : start + 500]]
        assert cloud.client("kinesis").put_records(StreamName=name, Records=batch)["FailedRecordCount"] == 0


def query(sql: str) -> list[tuple[object, ...]]:
    """Rows of a query over local files."""
    with duckdb.connect() as connection:
        return connection.execute(sql).fetchall()


def rows(cloud: Cloud, prefix: str, folder: Path) -> int:
    """Rows in the Parquet objects under a prefix, which are downloaded to `folder`."""
    total = 0
    for number, key in enumerate(cloud.keys("fh-bucket", prefix)):
        path = folder / f"{number}.parquet"
        path.write_bytes(cloud.read("fh-bucket", key))
        total += query(f"SELECT count(*) FROM read_parquet('{path}')")[0][0]
    return total


def errors(cloud: Cloud, name: str, kind: str) -> list[dict[str, object]]:
    """The lines of the error output."""
    found = [cloud.read("fh-bucket", key) for key in cloud.keys("fh-bucket", f"{name}-errors/{kind}/")]
    return [json.loads(line) for body in found for line in body.splitlines()]


def test_a_thousand_records_become_few_snappy_files(base: Cloud, tmp_path: Path) -> None:
    make_stream(base, "many", base.role("fh-many", "firehose.amazonaws.com", EVERYTHING))
    days = ["2026-11-19", "2026-11-20", "2026-11-21"]
    put(base, "many", [event(number, days[number % 3]) for number in range(1000)])
    wait_for(lambda: rows(base, "many/", tmp_path) == 1000)
    keys = base.keys("fh-bucket", "many/")
    assert 3 <= len(keys) <= 9
    assert {key.split("/")[1] for key in keys} == {f"dt={day}" for day in days}
    assert all(key.endswith(".parquet") for key in keys)
    footer = query(f"SELECT DISTINCT compression FROM parquet_metadata('{tmp_path}/*.parquet')")
    assert footer == [("SNAPPY",)]
    schema = query(f"SELECT name, repetition_type FROM parquet_schema('{tmp_path}/0.parquet')")
    assert ("id", "OPTIONAL") in schema
    assert ("occurred_at", "OPTIONAL") in schema
    first = query(f"SELECT price, labels, place FROM read_parquet('{tmp_path}/*.parquet') WHERE id = 'e7'")
    assert str(first[0][0]) == "1.50"
    assert list((base.workdir / "firehose").iterdir()) == []


def test_failed_and_dropped_records_never_reach_the_good_prefix(base: Cloud, tmp_path: Path) -> None:
    make_stream(base, "some", base.role("fh-some", "firehose.amazonaws.com", EVERYTHING))
    put(base, "some", [event(1), event(2, id="fail"), event(3, id="drop"), event(4)])
    wait_for(lambda: rows(base, "some/", tmp_path) == 2)
    wait_for(lambda: len(errors(base, "some", "processing-failed")) == 1)
    line = errors(base, "some", "processing-failed")[0]
    assert line["errorCode"] == "Lambda.ProcessingFailedStatus"
    assert json.loads(base64.b64decode(str(line["rawData"])))["id"] == "fail"
    assert str(line["lambdaArn"]).endswith(":function:fh-transform")


def test_a_transform_that_throws_sends_its_whole_batch_to_the_error_output(base: Cloud) -> None:
    make_stream(base, "thrown", base.role("fh-thrown", "firehose.amazonaws.com", EVERYTHING))
    put(base, "thrown", [event(1, id="throw"), event(2)])
    wait_for(lambda: len(errors(base, "thrown", "processing-failed")) == 2)
    lines = errors(base, "thrown", "processing-failed")
    assert {line["errorCode"] for line in lines} == {"Lambda.FunctionError"}
    assert {line["attemptsMade"] for line in lines} == {4}
    assert base.keys("fh-bucket", "thrown/") == []


def test_a_record_that_does_not_fit_the_table_goes_alone_to_the_error_output(
    base: Cloud, tmp_path: Path
) -> None:
    make_stream(base, "odd", base.role("fh-odd", "firehose.amazonaws.com", EVERYTHING))
    put(base, "odd", [event(1), event(2, n="two-secret"), event(3), event(4, place={"city": None})])
    wait_for(lambda: rows(base, "odd/", tmp_path) == 3)
    wait_for(lambda: len(errors(base, "odd", "format-conversion-failed")) == 1)
    line = errors(base, "odd", "format-conversion-failed")[0]
    assert line["lastErrorMessage"] == "column n: the value is not of type int"
    assert "two-secret" not in base.log.read_text()


def test_without_the_right_to_put_nothing_is_lost_and_the_reason_is_told(base: Cloud, tmp_path: Path) -> None:
    role = base.role("fh-denied", "firehose.amazonaws.com", EVERYTHING[:3])
    make_stream(base, "denied", role)
    put(base, "denied", [event(1), event(2)])
    wait_for(lambda: "S3.AccessDenied" in base.log.read_text())
    assert base.keys("fh-bucket", "denied/") == []
    document = {"Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::fh-bucket/*"}
    base.client("iam").put_role_policy(
        RoleName="fh-denied",
        PolicyName="put",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [document]}),
    )
    wait_for(lambda: rows(base, "denied/", tmp_path) == 2)


def test_direct_put_without_a_transform(base: Cloud, tmp_path: Path) -> None:
    role = base.role("fh-direct", "firehose.amazonaws.com", EVERYTHING)
    make_stream(base, "direct", role, kinesis=False, transform=False)
    firehose = base.client("firehose")
    answer = firehose.put_record_batch(
        DeliveryStreamName="direct", Records=[{"Data": event(number)} for number in range(10)]
    )
    assert answer["FailedPutCount"] == 0
    wait_for(lambda: rows(base, "direct/2", tmp_path) == 10)
    described = firehose.describe_delivery_stream(DeliveryStreamName="direct")["DeliveryStreamDescription"]
    assert described["DeliveryStreamStatus"] == "ACTIVE"
    assert "direct" in firehose.list_delivery_streams(Limit=50)["DeliveryStreamNames"]
    firehose.delete_delivery_stream(DeliveryStreamName="direct")
    with pytest.raises(firehose.exceptions.ResourceNotFoundException):
        firehose.describe_delivery_stream(DeliveryStreamName="direct")


def test_what_firehose_refuses_is_refused(base: Cloud) -> None:
    role = base.role("fh-refused", "firehose.amazonaws.com", EVERYTHING)
    firehose = base.client("firehose")
    with pytest.raises(firehose.exceptions.InvalidArgumentException, match="at least 64"):
        make_stream(
            base, "small", role, kinesis=False, BufferingHints={"SizeInMBs": 5, "IntervalInSeconds": 60}
        )
    with pytest.raises(firehose.exceptions.InvalidArgumentException, match="error-output-type"):
        make_stream(base, "prefix", role, kinesis=False, ErrorOutputPrefix="errors/!{timestamp:yyyy}/")
    stranger = base.role("fh-stranger", "lambda.amazonaws.com", EVERYTHING)
    with pytest.raises(firehose.exceptions.InvalidArgumentException, match="trust policy"):
        make_stream(base, "stranger", stranger, kinesis=False)
    nobody = base.assume(base.role("fh-nobody", "lambda.amazonaws.com", []))
    with pytest.raises(
        base.client("firehose", nobody).exceptions.ClientError, match="not authorized to perform"
    ):
        base.client("firehose", nobody).list_delivery_streams()
