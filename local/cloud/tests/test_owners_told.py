"""The machine that tells owners what a curation on Glue found, as components/aws/glue-etl defines it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable

import pytest
from conftest import ACCOUNT, PACKAGE, REGION, Cloud, wait_for

BUCKET, KEY, NAME = "told-jobs", "notices/latest.json", "told-owners"
TOPIC, QUEUE = (f"arn:aws:{service}:{REGION}:{ACCOUNT}:{NAME}" for service in ("sns", "sqs"))

DERIVE = """
const { ownersToldMachine } = require("./components/aws/glue-etl/owners-told.ts");
const [bucket, key, topicArn] = process.argv.slice(1);
console.log(JSON.stringify(ownersToldMachine({ bucket, key, topicArn })));
"""

NOTICE = {
    "dataSet": "sis.students",
    "domain": "sis",
    "severity": "warning",
    "subject": "sis.students: 2 rows in quarantine",
    "message": "Data set sis.students, contract 1.0.0\nRun jr_2",
}

Tell = Callable[..., str]


@pytest.fixture(scope="module")
def mailbox(cloud: Cloud) -> str:
    """A queue that gets what the topic tells of one set, as an owner would by e-mail."""
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "sns.amazonaws.com"},
                "Action": "sqs:SendMessage",
                "Resource": QUEUE,
                "Condition": {"ArnEquals": {"aws:SourceArn": TOPIC}},
            }
        ],
    }
    cloud.client("sns").create_topic(Name=NAME)
    url = cloud.client("sqs").create_queue(QueueName=NAME, Attributes={"Policy": json.dumps(policy)})
    cloud.client("sns").subscribe(
        TopicArn=TOPIC,
        Protocol="sqs",
        Endpoint=QUEUE,
        Attributes={"FilterPolicy": json.dumps({"data_set": ["sis.students"]})},
    )
    return str(url["QueueUrl"])


@pytest.fixture(scope="module")
def tell(cloud: Cloud, mailbox: str) -> Tell:
    """Leaves notices of a run, and tells of another's end or its own. Returns how that ended."""
    configuration = {"LocationConstraint": REGION}
    cloud.client("s3").create_bucket(Bucket=BUCKET, CreateBucketConfiguration=configuration)
    node = ["node", "-r", "ts-node/register/transpile-only", "-e", DERIVE, BUCKET, KEY, TOPIC]
    done = subprocess.run(node, capture_output=True, text=True, check=True, cwd=PACKAGE.parent.parent)
    allow = [(["s3:GetObject"], [f"arn:aws:s3:::{BUCKET}/{KEY}"]), (["sns:Publish"], [TOPIC])]
    machine = cloud.client("stepfunctions").create_state_machine(
        name=NAME, roleArn=cloud.role(NAME, "states.amazonaws.com", allow), definition=done.stdout
    )["stateMachineArn"]

    def told(left_by: str, ended: str, state: str = "SUCCEEDED", notices: object = (NOTICE,)) -> str:
        document = {"version": 1, "run": left_by, "notices": notices}
        cloud.client("s3").put_object(Bucket=BUCKET, Key=KEY, Body=json.dumps(document).encode())
        states = cloud.client("stepfunctions")
        given = json.dumps({"run": {"id": ended, "state": state}})
        arn = states.start_execution(stateMachineArn=machine, input=given)["executionArn"]
        end = wait_for(
            lambda: (status := states.describe_execution(executionArn=arn)["status"]) != "RUNNING" and status,
            seconds=30,
        )
        return str(end)

    return told


def messages(cloud: Cloud, url: str) -> list[dict]:
    """What has come since it was asked last."""
    sqs = cloud.client("sqs")
    found = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    for one in found:
        sqs.delete_message(QueueUrl=url, ReceiptHandle=one["ReceiptHandle"])
    return [json.loads(one["Body"]) for one in found]


@pytest.mark.parametrize("state", ["SUCCEEDED", "FAILED"])
def test_an_owner_gets_the_message_of_their_set(cloud: Cloud, mailbox: str, tell: Tell, state: str) -> None:
    other = {**NOTICE, "dataSet": "lms.courses", "domain": "lms"}
    assert tell("jr_2", "jr_2", state, [NOTICE, other]) == "SUCCEEDED"
    (one,) = messages(cloud, mailbox)
    assert (one["Subject"], one["Message"]) == (NOTICE["subject"], NOTICE["message"])
    attributes = {name: given["Value"] for name, given in one["MessageAttributes"].items()}
    assert attributes == {"data_set": "sis.students", "domain": "sis", "severity": "warning"}


def test_nothing_to_tell_is_no_message(cloud: Cloud, mailbox: str, tell: Tell) -> None:
    assert tell("jr_2", "jr_2", notices=[]) == "SUCCEEDED"
    assert messages(cloud, mailbox) == []


def test_a_run_that_crashed_does_not_tell_what_an_earlier_one_left(
    cloud: Cloud, mailbox: str, tell: Tell
) -> None:
    assert tell("jr_1", "jr_2", "FAILED") == "SUCCEEDED"
    assert messages(cloud, mailbox) == []


def test_notices_of_a_good_run_that_are_gone_are_a_failure(cloud: Cloud, mailbox: str, tell: Tell) -> None:
    assert tell("jr_3", "jr_2", "SUCCEEDED") == "FAILED"
    assert messages(cloud, mailbox) == []


def test_what_can_not_be_published_is_a_failure(cloud: Cloud, tell: Tell) -> None:
    cloud.client("sns").delete_topic(TopicArn=TOPIC)
    try:
        assert tell("jr_2", "jr_2") == "FAILED"
    finally:
        cloud.client("sns").create_topic(Name=NAME)
