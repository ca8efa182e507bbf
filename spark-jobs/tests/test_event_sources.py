"""What the connectors are told, and events as a producer may write them."""

from __future__ import annotations

import json

import pytest
from pyspark.sql import SparkSession

import course_events_per_minute as job
from naru_spark.contract import load_contracts
from naru_spark.event_checks import check_events
from naru_spark.event_sources import KafkaSource, KinesisSource
from tests.contracts import REQUESTS

EVENT = {"id": "e1", "occurred_at": "2026-11-20T01:00:00+09:00", "user_id": "u1", "course_id": "C1"}


def test_kafka_goes_on_or_stops_and_never_skips() -> None:
    options = KafkaSource("127.0.0.1:9092", "lms.requests", "earliest", "plain", 1000).options()
    assert options == {
        "kafka.bootstrap.servers": "127.0.0.1:9092",
        "subscribe": "lms.requests",
        "startingOffsets": "earliest",
        "failOnDataLoss": "true",
        "maxOffsetsPerTrigger": "1000",
        "groupIdPrefix": "naru-stream-processing",
    }


def test_kafka_on_msk_speaks_tls_as_the_role() -> None:
    options = KafkaSource("b-1:9098", "lms.requests", "latest", "iam", 1000).options()
    assert options["kafka.security.protocol"] == "SASL_SSL"
    assert options["kafka.sasl.mechanism"] == "AWS_MSK_IAM"
    assert options["kafka.sasl.jaas.config"].endswith("IAMLoginModule required;")
    assert options["kafka.sasl.client.callback.handler.class"].endswith("IAMClientCallbackHandler")


def test_kinesis_by_glues_connector_and_by_emrs() -> None:
    glue = KinesisSource("naru-dev-lms-requests", "ap-northeast-2", "earliest", "glue")
    assert (glue.format, glue.payload) == ("kinesis", "data")
    assert glue.options() == {
        "streamName": "naru-dev-lms-requests",
        "endpointUrl": "https://kinesis.ap-northeast-2.amazonaws.com",
        "startingPosition": "TRIM_HORIZON",
    }
    emr = KinesisSource("naru-dev-lms-requests", "ap-northeast-2", "latest", "emr")
    assert emr.format == "aws-kinesis"
    assert emr.options() == {
        "kinesis.region": "ap-northeast-2",
        "kinesis.streamName": "naru-dev-lms-requests",
        "kinesis.endpointUrl": "https://kinesis.ap-northeast-2.amazonaws.com",
        "kinesis.consumerType": "GetRecords",
        "kinesis.startingposition": "LATEST",
        "kinesis.failOnDataLoss": "true",
    }


@pytest.mark.parametrize(
    ("event", "reasons"),
    [
        (json.dumps(EVENT).encode(), []),
        (json.dumps({**EVENT, "occurred_at": "2026-11-19t16:00:00.5z"}).encode(), []),
        (json.dumps({**EVENT, "from_nowhere": {"a": [1]}}).encode(), []),
        (json.dumps({**EVENT, "duration_ms": 5}).encode(), []),
        (json.dumps({**EVENT, "duration_ms": 5.5}).encode(), ["duration_ms:type"]),
        (json.dumps({**EVENT, "occurred_at": "2026-11-20 01:00:00Z"}).encode(), ["occurred_at:type"]),
        (json.dumps({**EVENT, "occurred_at": "2026-02-30T01:00:00Z"}).encode(), ["occurred_at:type"]),
        (json.dumps({**EVENT, "id": None}).encode(), ["id:required"]),
        # Kafka's tombstones have no value.
        (None, ["row:json"]),
        (json.dumps([EVENT]).encode(), ["row:json"]),
        (json.dumps(EVENT)[:-2].encode(), ["row:json"]),
        (b"\xff" + json.dumps(EVENT).encode(), ["row:json"]),
        (json.dumps(EVENT).replace("C1", "C\udcff1").encode(errors="surrogateescape"), None),
    ],
)
def test_an_event_is_what_the_contract_says(
    spark: SparkSession, event: bytes | None, reasons: list[str] | None
) -> None:
    data_set = load_contracts(json.dumps([REQUESTS]))[0]
    value = "cast(null as binary)" if event is None else f"unhex('{event.hex()}')"
    found = check_events(data_set, spark.sql(f"select {value} as event")).first()
    assert found is not None
    # Bytes that are no UTF-8 have one reason or another.
    assert found["reasons"] == reasons if reasons is not None else found["reasons"]


def test_what_a_source_needs_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    places = ["--contracts", "c", "--target", "t", "--quarantine", "q", "--checkpoint", "p"]
    assert job.main([*places, "--source", "kinesis", "--stream", "s", "--JOB_NAME", "glue"]) == 1
    assert "--source kinesis needs --region" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        job.main([*places, "--source", "kafka", "--late-minutes", "0"])
    assert "write a whole number from 1 to 1440" in capsys.readouterr().err
