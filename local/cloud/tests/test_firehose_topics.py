"""Delivery streams that read topics of a real Kafka: topic -> Lambda -> Parquet, refusals, and faults of either side."""

from __future__ import annotations

import base64
import io
import json
import threading
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from botocore.exceptions import ClientError
from brokers import Broker, broker
from conftest import REGION, Cloud, wait_for
from test_event_source_mapping_restart import own_process
from test_firehose_restart import firehose

CLUSTER = f"arn:aws:kafka:{REGION}:000000000000:cluster/naru-test/6f3a0d2e-0000-4000-8000-000000000001-1"
BUCKET = "fht-bucket"

#: Takes a topic's records as AWS hands them over and in no other form; the name of a person leaves it as a digest.
HANDLER = """
const { createHash } = require("node:crypto");
exports.handler = async (event) => {
  if (!event.sourceMSKArn.includes(":cluster/naru-test/")) throw new Error("not from the cluster");
  return { records: event.records.map((record) => {
    const { recordId, kafkaRecordValue, mskRecordMetadata: { offset, partitionId } } = record;
    if (record.data !== undefined || !/^\\d+$/.test(offset + partitionId)) throw new Error("another form");
    try {
      const { n, dt, name } = JSON.parse(Buffer.from(kafkaRecordValue, "base64").toString());
      const who = createHash("sha256").update(name).digest("hex");
      const row = Buffer.from(JSON.stringify({ n, who, place: partitionId }) + "\\n").toString("base64");
      return { recordId, result: "Ok", kafkaRecordValue: row, metadata: { partitionKeys: { dt } } };
    } catch { return { recordId, result: "ProcessingFailed" }; }
  }) };
};"""

#: What AWS asks of a role that reads a topic, and of one that delivers.
READS = [
    (["kafka:GetBootstrapBrokers", "kafka:DescribeClusterV2", "kafka-cluster:Connect"], [CLUSTER]),
    (
        ["kafka-cluster:DescribeTopic", "kafka-cluster:ReadData"],
        [f"{CLUSTER.replace(':cluster/', ':topic/')}/*"],
    ),
]
DELIVERS = [(["lambda:InvokeFunction"], ["*"]), (["glue:GetTable"], ["*"]), (["s3:PutObject"], ["*"])]

PERSON = "홍길동뷁"


@pytest.fixture(scope="module")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """A broker with a topic for each test."""
    with broker(tmp_path_factory.mktemp("kafka"), events=3, denied=1, faults=4) as own:
        yield own


@pytest.fixture(scope="module")
def lake(cloud: Cloud) -> Cloud:
    """Bucket, table, function and roles."""
    cloud.client("s3").create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    glue = cloud.client("glue")
    glue.create_database(DatabaseInput={"Name": "fht_raw"})
    columns = [
        {"Name": name, "Type": type_}
        for name, type_ in (("n", "int"), ("who", "string"), ("place", "string"))
    ]
    glue.create_table(
        DatabaseName="fht_raw",
        TableInput={
            "Name": "events",
            "PartitionKeys": [{"Name": "dt", "Type": "string"}],
            "StorageDescriptor": {"Columns": columns, "Location": f"s3://{BUCKET}/raw/"},
        },
    )
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("index.js", HANDLER)
    cloud.client("lambda").create_function(
        FunctionName="fht-transform",
        Runtime="nodejs20.x",
        Handler="index.handler",
        Role=cloud.role("fht-function", "lambda.amazonaws.com", [(["logs:*"], ["*"])]),
        Code={"ZipFile": archive.getvalue()},
    )
    cloud.role("fht-delivery", "firehose.amazonaws.com", DELIVERS)
    cloud.role("fht-source", "firehose.amazonaws.com", READS)
    cloud.role("fht-nothing", "firehose.amazonaws.com", [])
    return cloud


def definition(topic: str, source: str = "fht-source", **more: object) -> dict[str, object]:
    """What CreateDeliveryStream takes; the topic is read from its beginning."""
    role = "arn:aws:iam::000000000000:role/fht-delivery"
    parameters = {
        "LambdaArn": f"arn:aws:lambda:{REGION}:000000000000:function:fht-transform",
        "BufferIntervalInSeconds": "10",
    }
    processor = {
        "Type": "Lambda",
        "Parameters": [
            {"ParameterName": name, "ParameterValue": value} for name, value in parameters.items()
        ],
    }
    schema = {"DatabaseName": "fht_raw", "TableName": "events", "RoleARN": role, "Region": REGION}
    return {
        "DeliveryStreamName": topic,
        "DeliveryStreamType": "MSKAsSource",
        "MSKSourceConfiguration": {
            "MSKClusterARN": CLUSTER,
            "TopicName": topic,
            "AuthenticationConfiguration": {
                "RoleARN": f"arn:aws:iam::000000000000:role/{source}",
                "Connectivity": "PRIVATE",
            },
            "ReadFromTimestamp": 0,
        },
        "ExtendedS3DestinationConfiguration": {
            "RoleARN": role,
            "BucketARN": f"arn:aws:s3:::{BUCKET}",
            "Prefix": f"{topic}/dt=!{{partitionKeyFromLambda:dt}}/",
            "ErrorOutputPrefix": f"{topic}-errors/!{{firehose:error-output-type}}/",
            "BufferingHints": {"SizeInMBs": 64, "IntervalInSeconds": 10},
            "DynamicPartitioningConfiguration": {"Enabled": True},
            "ProcessingConfiguration": {"Enabled": True, "Processors": [processor]},
            "DataFormatConversionConfiguration": {
                "Enabled": True,
                "InputFormatConfiguration": {"Deserializer": {"OpenXJsonSerDe": {}}},
                "OutputFormatConfiguration": {"Serializer": {"ParquetSerDe": {"Compression": "SNAPPY"}}},
                "SchemaConfiguration": schema,
            },
        },
        **more,
    }


def event(n: int) -> bytes:
    """One event of one of three days, about one person."""
    return json.dumps({"n": n, "dt": f"2026-11-2{n % 3}", "name": f"{PERSON}{n}"}).encode()


class Output:
    """What lies under a prefix of good records; an object is read once, as it never changes."""

    def __init__(self, cloud: Cloud, prefix: str, folder: Path) -> None:
        self._cloud, self._prefix, self._path = cloud, prefix, folder / "one.parquet"
        self._rows: dict[str, list[tuple[int, str, str]]] = {}

    def rows(self) -> list[tuple[int, str, str]]:
        """n, dt and place of each row."""
        for key in self._cloud.keys(BUCKET, self._prefix):
            if key not in self._rows:
                self._rows[key] = self._read(key)
        return [row for rows in self._rows.values() for row in rows]

    def _read(self, key: str) -> list[tuple[int, str, str]]:
        body = self._cloud.read(BUCKET, key)
        assert PERSON.encode() not in body
        self._path.write_bytes(body)
        codecs = duckdb.sql(f"SELECT DISTINCT compression FROM parquet_metadata('{self._path}')").fetchall()
        assert codecs == [("SNAPPY",)]
        found = duckdb.sql(f"SELECT n, place FROM read_parquet('{self._path}')").fetchall()
        return [(n, key.split("dt=")[1][:10], place) for n, place in found]


def errors(cloud: Cloud, topic: str, kind: str) -> list[dict[str, object]]:
    """The lines of the error output."""
    bodies = [cloud.read(BUCKET, key) for key in cloud.keys(BUCKET, f"{topic}-errors/{kind}/")]
    return [json.loads(line) for body in bodies for line in body.splitlines()]


def test_a_thousand_events_of_a_topic_become_snappy_files_by_day(
    lake: Cloud, kafka: Broker, tmp_path: Path
) -> None:
    output = Output(lake, "events/", tmp_path)
    broken = [b"no JSON of " + PERSON.encode(), None]
    unfit = json.dumps({"n": "two", "dt": "2026-11-20", "name": PERSON}).encode()
    with own_process(lake.emulator, tmp_path / "work", "--kafka", kafka.bootstrap) as (endpoint, _process):
        producer = kafka.producer()
        for n in range(500):
            producer.send("events", event(n), key=str(n).encode())
        producer.flush()
        firehose(endpoint).create_delivery_stream(**definition("events"))
        for n in range(500, 1000):
            producer.send("events", event(n), key=str(n).encode())
        for value in [*broken, unfit]:
            producer.send("events", value, key=b"k")
        producer.close()
        wait_for(lambda: len(output.rows()) == 1000, seconds=40)
        wait_for(lambda: len(errors(lake, "events", "processing-failed")) == 2)
        wait_for(lambda: len(errors(lake, "events", "format-conversion-failed")) == 1)
        described = firehose(endpoint).describe_delivery_stream(DeliveryStreamName="events")
        with pytest.raises(ClientError, match="not permitted on MSKAsSource"):
            firehose(endpoint).put_record(DeliveryStreamName="events", Record={"Data": b"{}"})
    found = output.rows()
    assert sorted(n for n, _, _ in found) == list(range(1000))
    assert Counter(dt for _, dt, _ in found) == {"2026-11-20": 334, "2026-11-21": 333, "2026-11-22": 333}
    assert {place for _, _, place in found} == {"0", "1", "2"}
    failed = errors(lake, "events", "processing-failed")
    assert {line["errorCode"] for line in failed} == {"Lambda.ProcessingFailedStatus"}
    assert sorted(base64.b64decode(str(line["rawData"])) for line in failed) == [b"", broken[0]]
    converted = errors(lake, "events", "format-conversion-failed")[0]
    assert converted["lastErrorMessage"] == "column n: the value is not of type int"
    source = described["DeliveryStreamDescription"]["Source"]["MSKSourceDescription"]
    assert (source["TopicName"], source["MSKClusterARN"]) == ("events", CLUSTER)


def test_a_role_without_the_rights_reads_nothing_and_the_reason_is_told(
    lake: Cloud, kafka: Broker, tmp_path: Path
) -> None:
    producer = kafka.producer()
    producer.send("denied", event(1))
    producer.close()
    log = tmp_path / "log"
    with own_process(lake.emulator, tmp_path / "work", "--kafka", kafka.bootstrap, log=log) as (endpoint, _):
        firehose(endpoint).create_delivery_stream(**definition("denied", source="fht-nothing"))
        wait_for(lambda: "Kafka.AccessDenied" in log.read_text())
        assert "kafka-cluster:ReadData on arn:aws:kafka" in log.read_text()
        assert lake.keys(BUCKET, "denied/") == []
        statements = [{"Effect": "Allow", "Action": actions, "Resource": on} for actions, on in READS]
        lake.client("iam").put_role_policy(
            RoleName="fht-nothing",
            PolicyName="reads",
            PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": statements}),
        )
        wait_for(lambda: len(Output(lake, "denied/", tmp_path).rows()) == 1)
        assert PERSON not in log.read_text()


def test_killed_and_its_broker_restarted_it_delivers_all(lake: Cloud, kafka: Broker, tmp_path: Path) -> None:
    work, sent, halt = tmp_path / "work", [], threading.Event()
    output = Output(lake, "faults/", tmp_path)

    def produce() -> None:
        producer = kafka.producer()
        while not halt.is_set():
            producer.send("faults", event(len(sent)), key=str(len(sent)).encode())
            sent.append(len(sent))
            time.sleep(0.01)
        producer.close()

    thread = threading.Thread(target=produce)
    lives = 3
    try:
        for life in range(lives):
            with own_process(lake.emulator, work, "--kafka", kafka.bootstrap) as (endpoint, process):
                if life == 0:
                    firehose(endpoint).create_delivery_stream(**definition("faults"))
                    thread.start()
                before = len(lake.keys(BUCKET, "faults/"))
                wait_for(lambda at=before: len(lake.keys(BUCKET, "faults/")) >= at + 6, seconds=40)
                # Somewhere within a buffer.
                time.sleep(0.3)
                if life < lives - 1:
                    process.kill()
                    process.wait()
                    continue
                kafka.stop()
                away = len(lake.keys(BUCKET, "faults/"))
                kafka.start()
                wait_for(lambda at=away: len(lake.keys(BUCKET, "faults/")) >= at + 6, seconds=40)
                halt.set()
                thread.join()
                wait_for(lambda: {n for n, _, _ in output.rows()} == set(sent), seconds=40)
    finally:
        halt.set()
    found = output.rows()
    print(
        f"{len(sent)} events, killed {lives - 1} times, broker restarted once: {len(found) - len(sent)} delivered again, "
        f"{len(set(sent) - {n for n, _, _ in found})} missing"
    )
    assert len(found) < 2 * len(sent)


def test_what_firehose_refuses_of_a_topic_is_refused(lake: Cloud, kafka: Broker, tmp_path: Path) -> None:
    with own_process(lake.emulator, tmp_path, "--kafka", kafka.bootstrap) as (endpoint, _process):
        client = firehose(endpoint)
        good = definition("refused")
        source = good["MSKSourceConfiguration"]
        assert isinstance(source, dict)
        kinesis = {
            "KinesisStreamARN": CLUSTER,
            "RoleARN": good["ExtendedS3DestinationConfiguration"]["RoleARN"],
        }  # type: ignore[index]
        for change, message in [
            ({"DeliveryStreamType": "DirectPut"}, "has one source"),
            ({"KinesisStreamSourceConfiguration": kinesis}, "has one source"),
            ({"MSKSourceConfiguration": {**source, "TopicName": "a b"}}, "TopicName: 1 to 255"),
            ({"MSKSourceConfiguration": {**source, "MSKClusterARN": "arn:x"}}, "MSKClusterARN: is not"),
        ]:
            with pytest.raises(ClientError, match=message):
                client.create_delivery_stream(**{**good, **change})
    # The session's own local cloud was started without a Kafka.
    with pytest.raises(ClientError, match="no Kafka is up locally"):
        lake.client("firehose").create_delivery_stream(**good)
