"""EventBridge: a file in a bucket starts a state machine of this process, as the target's role."""

from __future__ import annotations

import json

import boto3
import pytest
from conftest import ACCOUNT, REGION, Cloud, wait_for

BUCKET = "eb-landing"
DEAD = f"arn:aws:sqs:{REGION}:{ACCOUNT}:eb-undelivered"


def events(cloud: Cloud):
    return boto3.client(
        "events",
        region_name=REGION,
        endpoint_url=cloud.own,
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )


@pytest.fixture(scope="module")
def machine(cloud: Cloud) -> str:
    """A bucket that tells of its objects, a queue for what is not delivered, and a machine."""
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_bucket_notification_configuration(
        Bucket=BUCKET, NotificationConfiguration={"EventBridgeConfiguration": {}}
    )
    cloud.client("sqs").create_queue(QueueName="eb-undelivered")
    role = cloud.role("eb-machine", "states.amazonaws.com", [(["s3:ListBucket"], ["*"])])
    definition = json.dumps({"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}})
    states = cloud.client("stepfunctions")
    return states.create_state_machine(name="eb-machine", roleArn=role, definition=definition)[
        "stateMachineArn"
    ]


def rule(cloud: Cloud, name: str, prefix: str) -> None:
    pattern = {
        "source": ["aws.s3"],
        "detail-type": ["Object Created"],
        "detail": {"bucket": {"name": [BUCKET]}, "object": {"key": [{"prefix": prefix}]}},
    }
    events(cloud).put_rule(Name=name, EventPattern=json.dumps(pattern))


def target(machine: str, role: str, **more: object) -> dict[str, object]:
    return {"Id": "run", "Arn": machine, "RoleArn": role, **more}


def executions(cloud: Cloud, machine: str) -> list[dict]:
    states = cloud.client("stepfunctions")
    found = states.list_executions(stateMachineArn=machine)["executions"]
    return [states.describe_execution(executionArn=one["executionArn"]) for one in found]


def test_a_file_under_the_prefix_starts_an_execution_with_the_targets_input(
    cloud: Cloud, machine: str
) -> None:
    role = cloud.role("eb-may", "events.amazonaws.com", [(["states:StartExecution"], [machine])])
    rule(cloud, "eb-students", "sis/students/")
    given = target(machine, role, Input=json.dumps({"dataSet": "sis.students"}))
    assert events(cloud).put_targets(Rule="eb-students", Targets=[given])["FailedEntryCount"] == 0
    s3 = cloud.client("s3")
    s3.put_object(Bucket=BUCKET, Key="quarantine/sis/students/dt=2026-11-20/a.csv", Body=b"x")
    s3.put_object(Bucket=BUCKET, Key="sis/students/dt=2026-11-20/a.csv", Body=b"x")
    wait_for(lambda: executions(cloud, machine))
    (one,) = executions(cloud, machine)
    assert one["input"] == '{"dataSet": "sis.students"}'
    assert one["name"].startswith("event-")


def test_a_role_without_the_right_delivers_to_the_dead_letters(cloud: Cloud, machine: str) -> None:
    role = cloud.role("eb-may-not", "events.amazonaws.com", [(["states:ListExecutions"], [machine])])
    rule(cloud, "eb-refused", "refused/")
    more = {"RetryPolicy": {"MaximumRetryAttempts": 1}, "DeadLetterConfig": {"Arn": DEAD}}
    events(cloud).put_targets(Rule="eb-refused", Targets=[target(machine, role, **more)])
    cloud.client("s3").put_object(Bucket=BUCKET, Key="refused/a.csv", Body=b"x")
    sqs = cloud.client("sqs")
    queue = sqs.get_queue_url(QueueName="eb-undelivered")["QueueUrl"]

    def dead() -> list[dict]:
        read = sqs.receive_message(QueueUrl=queue, MessageAttributeNames=["All"], WaitTimeSeconds=1)
        return read.get("Messages", [])

    (message,) = wait_for(dead)
    assert json.loads(message["Body"])["detail"]["object"]["key"] == "refused/a.csv"
    assert message["MessageAttributes"]["ERROR_CODE"]["StringValue"] == "AccessDeniedException"


def test_a_target_without_a_role_and_one_with_unknown_fields_are_refused(cloud: Cloud, machine: str) -> None:
    rule(cloud, "eb-wrong", "wrong/")
    client = events(cloud)
    with pytest.raises(client.exceptions.ClientError, match="RoleArn is required"):
        client.put_targets(Rule="eb-wrong", Targets=[{"Id": "run", "Arn": machine}])
    role = cloud.role("eb-other", "events.amazonaws.com", [(["states:StartExecution"], [machine])])
    with pytest.raises(client.exceptions.ClientError, match="InputPath: is not available locally"):
        client.put_targets(Rule="eb-wrong", Targets=[target(machine, role, InputPath="$.detail")])


def test_a_role_that_does_not_trust_eventbridge_is_refused(cloud: Cloud, machine: str) -> None:
    rule(cloud, "eb-trust", "trust/")
    role = cloud.role("eb-untrusting", "lambda.amazonaws.com", [(["states:StartExecution"], [machine])])
    client = events(cloud)
    with pytest.raises(client.exceptions.ClientError, match="unable to assume role"):
        client.put_targets(Rule="eb-trust", Targets=[target(machine, role)])


def test_a_machine_is_told_as_a_target_and_taken_away(cloud: Cloud, machine: str) -> None:
    role = cloud.role("eb-told", "events.amazonaws.com", [(["states:StartExecution"], [machine])])
    rule(cloud, "eb-told", "told/")
    given = target(machine, role, Input="{}", RetryPolicy={"MaximumRetryAttempts": 3})
    events(cloud).put_targets(Rule="eb-told", Targets=[given])
    assert events(cloud).list_targets_by_rule(Rule="eb-told")["Targets"] == [given]
    queues = queues_of(cloud)
    events(cloud).remove_targets(Rule="eb-told", Ids=["run"])
    assert events(cloud).list_targets_by_rule(Rule="eb-told")["Targets"] == []
    assert len(queues_of(cloud)) == len(queues) - 1
    events(cloud).delete_rule(Name="eb-told")


def test_another_target_in_a_machines_place_ends_its_delivery(cloud: Cloud, machine: str) -> None:
    role = cloud.role("eb-place", "events.amazonaws.com", [(["states:StartExecution"], [machine])])
    rule(cloud, "eb-place", "place/")
    events(cloud).put_targets(Rule="eb-place", Targets=[target(machine, role)])
    queues = queues_of(cloud)
    events(cloud).put_targets(Rule="eb-place", Targets=[{"Id": "run", "Arn": DEAD}])
    assert events(cloud).list_targets_by_rule(Rule="eb-place")["Targets"] == [{"Id": "run", "Arn": DEAD}]
    assert len(queues_of(cloud)) == len(queues) - 1


def queues_of(cloud: Cloud) -> list[str]:
    return cloud.client("sqs").list_queues(QueueNamePrefix="naru-target-").get("QueueUrls", [])
