"""Mappings from a stream to a function, end to end: every fault that a consumer of a stream can have."""

from __future__ import annotations

import json
import time

import pytest
from conftest import REGION, Cloud, wait_for
from mappings import (
    READ,
    SEND,
    Make,
    make_stream,
    map_to,
    messages,
    names,
    put,
    queue,
    state,
)

pytestmark = pytest.mark.usefixtures("no_mappings_left")


def test_a_crash_is_narrowed_down_to_the_record_that_causes_it(cloud: Cloud, make: Make) -> None:
    stream, function = make_stream(cloud, "esm-bisect"), make("esm-bisect", [(READ, ["*"]), SEND])
    url, arn = queue(cloud, "esm-bisect")
    function.decide = lambda texts: {"throw": "b005" in texts}
    sequences = put(cloud, stream, names("b", 16), key="k")
    uuid = map_to(
        cloud,
        function,
        stream,
        BisectBatchOnFunctionError=True,
        MaximumRetryAttempts=1,
        DestinationConfig={"OnFailure": {"Destination": arn}},
    )
    (told,) = messages(cloud, url, 1)
    batch = told["KinesisBatchInfo"]
    assert (batch["startSequenceNumber"], batch["endSequenceNumber"]) == (sequences[5], sequences[5])
    assert (batch["batchSize"], batch["shardId"], batch["streamArn"]) == (1, "shardId-000000000000", stream)
    assert told["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert told["requestContext"]["functionArn"] == state(cloud, uuid)["FunctionArn"]
    # 16, 8, 4 and 2 records, then one twice.
    assert told["requestContext"]["approximateInvokeCount"] == 6
    assert told["responseContext"]["functionError"] in ("Handled", "Unhandled")
    assert "payload" not in told

    def processed() -> list[str]:
        return [text for texts in function.batches() if "b005" not in texts for text in texts]

    wait_for(lambda: "b015" in processed())
    assert processed() == [text for text in names("b", 16) if text != "b005"]


def test_a_process_that_ends_is_a_failed_batch(cloud: Cloud, make: Make) -> None:
    stream, function = make_stream(cloud, "esm-exit"), make("esm-exit")
    function.decide = lambda texts: {"exit": len(function.events) == 1}
    put(cloud, stream, ["x", "y"], key="k")
    map_to(cloud, function, stream)
    wait_for(lambda: len(function.events) >= 2)
    assert function.batches() == [["x", "y"], ["x", "y"]]


def test_a_bucket_gets_the_records_that_were_given_up(cloud: Cloud, make: Make) -> None:
    stream = make_stream(cloud, "esm-s3")
    rights = [(["s3:PutObject", "s3:ListBucket"], ["arn:aws:s3:::esm-failed", "arn:aws:s3:::esm-failed/*"])]
    function = make("esm-s3", [(READ, ["*"]), *rights])
    cloud.client("s3").create_bucket(
        Bucket="esm-failed", CreateBucketConfiguration={"LocationConstraint": REGION}
    )
    function.decide = lambda _texts: {"throw": True}
    put(cloud, stream, ["s000", "s001"], key="k")
    destination = {"OnFailure": {"Destination": "arn:aws:s3:::esm-failed"}}
    uuid = map_to(cloud, function, stream, MaximumRetryAttempts=0, DestinationConfig=destination)
    (key,) = wait_for(lambda: cloud.keys("esm-failed"))
    assert key.startswith(
        f"aws/lambda/{uuid}/shardId-000000000000/{time.strftime('%Y/%m/%d', time.gmtime())}/"
    )
    told = json.loads(cloud.read("esm-failed", key))
    assert json.loads(told["payload"]) == function.events[0]
    assert told["KinesisBatchInfo"]["batchSize"] == 2


def test_a_topic_is_told_of_records_that_were_given_up(cloud: Cloud, make: Make) -> None:
    stream = make_stream(cloud, "esm-sns")
    topic = cloud.client("sns").create_topic(Name="esm-failed")["TopicArn"]
    function = make("esm-sns", [(READ, ["*"]), (["sns:Publish"], [topic])])
    url, arn = queue(cloud, "esm-sns")
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn,
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    cloud.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    cloud.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    function.decide = lambda _texts: {"throw": True}
    put(cloud, stream, ["t"])
    map_to(
        cloud,
        function,
        stream,
        MaximumRetryAttempts=0,
        DestinationConfig={"OnFailure": {"Destination": topic}},
    )
    (envelope,) = messages(cloud, url, 1)
    assert json.loads(envelope["Message"])["KinesisBatchInfo"]["batchSize"] == 1


def test_a_partial_answer_is_retried_from_the_lowest_failure(cloud: Cloud, make: Make) -> None:
    stream, function = make_stream(cloud, "esm-partial"), make("esm-partial")
    sequences = put(cloud, stream, names("p", 6), key="k")
    failures = [{"itemIdentifier": sequences[4]}, {"itemIdentifier": sequences[2]}]
    function.decide = lambda _texts: {
        "value": {"batchItemFailures": failures if len(function.events) == 1 else []}
    }
    map_to(cloud, function, stream, FunctionResponseTypes=["ReportBatchItemFailures"])
    wait_for(lambda: len(function.events) >= 2)
    time.sleep(0.5)
    assert function.batches() == [names("p", 6), names("p", 6)[2:]]


def test_an_answer_that_is_no_partial_answer_fails_the_batch(cloud: Cloud, make: Make) -> None:
    stream, function = make_stream(cloud, "esm-malformed"), make("esm-malformed")
    wrong: list[object] = [
        {"batchItemFailures": [{"itemIdentifier": ""}]},
        {"batchItemFailures": [{"itemIdentifier": "0"}]},
        {"batchItemFailures": [{"wrong": "name"}]},
        "text",
    ]
    function.decide = lambda _texts: (
        {"value": wrong[len(function.events) - 1]} if len(function.events) <= len(wrong) else {"value": {}}
    )
    put(cloud, stream, ["m0", "m1"], key="k")
    map_to(cloud, function, stream, FunctionResponseTypes=["ReportBatchItemFailures"])
    wait_for(lambda: len(function.events) > len(wrong))
    time.sleep(0.5)
    assert function.batches() == [["m0", "m1"]] * (len(wrong) + 1)


def test_old_records_are_given_up_and_newer_ones_go_on(cloud: Cloud, make: Make) -> None:
    stream, function = make_stream(cloud, "esm-age"), make("esm-age", [(READ, ["*"]), SEND])
    url, arn = queue(cloud, "esm-age")
    function.decide = lambda texts: {"throw": "old" in texts}
    put(cloud, stream, ["old"], key="k")
    # 60 s are 3 s here.
    map_to(
        cloud,
        function,
        stream,
        BatchSize=1,
        MaximumRecordAgeInSeconds=60,
        DestinationConfig={"OnFailure": {"Destination": arn}},
    )
    wait_for(lambda: function.events)
    time.sleep(2.5)
    put(cloud, stream, ["new"], key="k")
    (told,) = messages(cloud, url, 1)
    assert told["requestContext"]["condition"] == "RecordAgeExceeded"
    assert told["requestContext"]["approximateInvokeCount"] >= 2
    wait_for(lambda: "new" in function.seen())


def test_a_key_that_is_stuck_holds_up_its_own_lane_only(cloud: Cloud, make: Make) -> None:
    stream, function = make_stream(cloud, "esm-lanes"), make("esm-lanes")
    keys = [f"key{index}" for index in range(12)]
    function.decide = lambda texts: {"throw": any(text.startswith("key0 ") for text in texts)}
    map_to(cloud, function, stream, BatchSize=1, ParallelizationFactor=10)
    for number in range(3):
        for key in keys:
            put(cloud, stream, [f"{key} {number}"], key=key)

    def others_are_done() -> bool:
        return sum(1 for key in keys if f"{key} 2" in function.seen()) >= 6

    wait_for(others_are_done)
    assert "key0 1" not in function.seen()
    for key in keys[1:]:
        seen = [text for text in function.seen() if text.startswith(f"{key} ")]
        assert seen == sorted(seen)


def test_a_failing_consumer_does_not_delay_another(cloud: Cloud, make: Make) -> None:
    stream = make_stream(cloud, "esm-two")
    sound, broken = make("esm-sound"), make("esm-broken")
    arrived: dict[str, float] = {}

    def note(texts: list[str]) -> dict[str, object]:
        arrived.update({text: time.monotonic() for text in texts})
        return {}

    sound.decide = note
    broken.decide = lambda _texts: {"throw": True}
    sound_uuid = map_to(cloud, sound, stream, StartingPosition="LATEST")

    def lags(prefix: str) -> list[float]:
        sent: dict[str, float] = {}
        for text in names(prefix, 30):
            sent[text] = time.monotonic()
            put(cloud, stream, [text])
            time.sleep(0.03)
        wait_for(lambda: all(text in arrived for text in sent))
        return sorted(arrived[text] - sent[text] for text in sent)

    lags("warm")
    alone = lags("alone")
    broken_uuid = map_to(cloud, broken, stream)
    wait_for(lambda: len(broken.events) >= 2)
    beside = lags("beside")
    print(f"median lag alone {alone[15] * 1000:.0f} ms, beside a failing consumer {beside[15] * 1000:.0f} ms")
    # The broken one is stuck for ever: whoever waited for it would wait until the test gives up.
    assert beside[15] < alone[15] + 1
    assert set(names("beside", 30)).isdisjoint(broken.seen())
    # Metrics tell the two apart by the age of what they have still to do.
    wait_for(lambda: age(cloud, broken_uuid) > 2 * age(cloud, sound_uuid) + 1000)


def age(cloud: Cloud, uuid: str) -> float:
    """The iterator age in milliseconds that was published last."""
    now = time.time()
    points = cloud.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/Lambda",
        MetricName="IteratorAge",
        Dimensions=[
            {"Name": "EventSourceMappingUUID", "Value": uuid},
            {"Name": "ShardId", "Value": "shardId-000000000000"},
        ],
        StartTime=now - 600,
        EndTime=now + 60,
        Period=60,
        Statistics=["Maximum"],
    )["Datapoints"]
    return max((point["Maximum"] for point in points), default=0.0)
