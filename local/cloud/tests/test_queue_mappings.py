"""Mappings from a queue to a function."""

from __future__ import annotations

import pytest
from conftest import ACCOUNT, REGION, Cloud, wait_for
from mappings import Function, Make, mapping_client

RIGHTS = [(["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], ["*"])]

pytestmark = pytest.mark.usefixtures("no_mappings_left")


def make_queue(cloud: Cloud, name: str, visibility: int = 20) -> tuple[str, str]:
    """URL and ARN of a new queue."""
    url = cloud.client("sqs").create_queue(QueueName=name, Attributes={"VisibilityTimeout": str(visibility)})[
        "QueueUrl"
    ]
    return url, f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"


def map_to(cloud: Cloud, function: Function, queue: str, **more: object) -> str:
    return mapping_client(cloud.own).create_event_source_mapping(
        EventSourceArn=queue, FunctionName=function.name, **more
    )["UUID"]


def left(cloud: Cloud, url: str) -> int:
    """Messages that are in the queue, visible or not."""
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    read = cloud.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return sum(int(read[name]) for name in names)


def test_messages_are_handed_over_and_deleted(cloud: Cloud, make: Make) -> None:
    (url, arn), function = make_queue(cloud, "esm-queue"), make("esm-queue", RIGHTS)
    for index in range(25):
        cloud.client("sqs").send_message(QueueUrl=url, MessageBody=f"q{index:02}")
    map_to(cloud, function, arn)
    wait_for(lambda: left(cloud, url) == 0)
    assert sorted(function.seen()) == [f"q{index:02}" for index in range(25)]
    record = function.events[0]["Records"][0]
    assert (record["eventSource"], record["eventSourceARN"], record["awsRegion"]) == ("aws:sqs", arn, REGION)
    assert record["attributes"]["ApproximateReceiveCount"] == "1"


def test_a_message_that_fails_comes_back_alone(cloud: Cloud, make: Make) -> None:
    (url, arn), function = make_queue(cloud, "esm-again", visibility=6), make("esm-again", RIGHTS)

    def fail_once(texts: list[str]) -> dict[str, object]:
        bad = [one for one in function.events[-1]["Records"] if one["body"] == "bad"]
        again = function.seen().count("bad") > 1
        failures = [] if again else [{"itemIdentifier": one["messageId"]} for one in bad]
        return {"value": {"batchItemFailures": failures}}

    function.decide = fail_once
    cloud.client("lambda").update_function_configuration(FunctionName="esm-again", Timeout=3)
    cloud.client("sqs").send_message_batch(
        QueueUrl=url, Entries=[{"Id": text, "MessageBody": text} for text in ("good", "bad")]
    )
    map_to(cloud, function, arn, FunctionResponseTypes=["ReportBatchItemFailures"])
    wait_for(lambda: left(cloud, url) == 0)
    assert sorted(function.seen()) == ["bad", "bad", "good"]


def test_a_function_that_throws_leaves_the_messages_to_the_dead_letters(cloud: Cloud, make: Make) -> None:
    (url, arn), (dead, dead_arn) = make_queue(cloud, "esm-poison", 3), make_queue(cloud, "esm-dead")
    policy = f'{{"deadLetterTargetArn": "{dead_arn}", "maxReceiveCount": 2}}'
    cloud.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"RedrivePolicy": policy})
    function = make("esm-poison", RIGHTS)
    function.decide = lambda _texts: {"throw": True}
    cloud.client("lambda").update_function_configuration(FunctionName="esm-poison", Timeout=3)
    map_to(cloud, function, arn)
    cloud.client("sqs").send_message(QueueUrl=url, MessageBody="poison")
    wait_for(lambda: left(cloud, dead) == 1, seconds=30)
    assert function.seen() == ["poison", "poison"]
    assert left(cloud, url) == 0


def test_what_lambda_refuses_of_a_queue_is_refused(cloud: Cloud, make: Make) -> None:
    (_, arn), function = make_queue(cloud, "esm-refused", visibility=5), make("esm-refused", [])
    client = mapping_client(cloud.own)
    refused = client.exceptions.InvalidParameterValueException
    with pytest.raises(refused, match="5 seconds is less than Function timeout: 20 seconds"):
        map_to(cloud, function, arn)
    with pytest.raises(
        refused, match="StartingPosition: is not available.*at least 1 for a BatchSize over 10"
    ):
        map_to(cloud, function, arn, BatchSize=100, StartingPosition="LATEST")
    with pytest.raises(refused, match="FIFO queues are not available"):
        map_to(cloud, function, f"{arn}.fifo")
    (_, slow) = make_queue(cloud, "esm-slow")
    with pytest.raises(
        refused, match="sqs:DeleteMessage on .*, sqs:GetQueueAttributes on .*sqs:ReceiveMessage"
    ):
        map_to(cloud, function, slow)


def test_a_window_gathers_more_than_ten(cloud: Cloud, make: Make) -> None:
    (url, arn), function = make_queue(cloud, "esm-gather"), make("esm-gather", RIGHTS)
    for first in range(0, 30, 10):
        entries = [{"Id": str(index), "MessageBody": str(index)} for index in range(first, first + 10)]
        cloud.client("sqs").send_message_batch(QueueUrl=url, Entries=entries)
    # 300 s are 15 s here: a full batch ends its window, however slowly the messages come.
    more = {"BatchSize": 15, "MaximumBatchingWindowInSeconds": 300}
    map_to(cloud, function, arn, ScalingConfig={"MaximumConcurrency": 2}, **more)
    wait_for(lambda: left(cloud, url) == 0)
    assert list(map(len, function.batches())) == [15, 15]
