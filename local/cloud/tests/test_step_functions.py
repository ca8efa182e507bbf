"""Step Functions: the language's states, AWS calls under the role of the machine, and what is refused."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest
from conftest import REGION, Cloud, wait_for

BUCKET = "sfn-bucket"
SDK = "arn:aws:states:::aws-sdk:"

#: The emulator starts a new process after each throw, so the first call is remembered in a file.
HANDLER = """
const fs = require("fs");
exports.handler = async (event) => {
  if (event.fail) { const error = new Error("no"); error.name = "TooBad"; throw error; }
  if (event.flaky && !fs.existsSync(event.flaky)) {
    fs.writeFileSync(event.flaky, "");
    throw new Error("not yet");
  }
  return { doubled: event.n * 2 };
}"""


@pytest.fixture(scope="module")
def role(cloud: Cloud) -> str:
    """Bucket, function, and the role of the machines."""
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_object(Bucket=BUCKET, Key="code/main.py", Body=b"print('ran')")
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("index.js", HANDLER)
    function_role = cloud.role("sfn-function", "lambda.amazonaws.com", [(["logs:*"], ["*"])])
    cloud.client("lambda").create_function(
        FunctionName="sfn-double",
        Runtime="nodejs20.x",
        Handler="index.handler",
        Role=function_role,
        Code={"ZipFile": archive.getvalue()},
    )
    job = cloud.role(
        "sfn-job", "emr-serverless.amazonaws.com", [(["s3:GetObject"], [f"arn:aws:s3:::{BUCKET}/*"])]
    )
    allow = [
        (["lambda:InvokeFunction", "emr-serverless:*"], ["*"]),
        (["iam:PassRole"], [job]),
        (["s3:ListBucket"], [f"arn:aws:s3:::{BUCKET}"]),
    ]
    return cloud.role("sfn-machine", "states.amazonaws.com", allow)


def create(cloud: Cloud, role: str, name: str, states: dict[str, object], start: str, **more: object) -> str:
    """Creates a machine and returns its ARN."""
    definition = json.dumps({"StartAt": start, "States": states, **more})
    return cloud.client("stepfunctions").create_state_machine(name=name, roleArn=role, definition=definition)[
        "stateMachineArn"
    ]


def run(cloud: Cloud, machine: str, data: object = None, seconds: float = 20) -> dict:
    """Runs an execution to its end."""
    states = cloud.client("stepfunctions")
    arn = states.start_execution(stateMachineArn=machine, input=json.dumps(data if data is not None else {}))[
        "executionArn"
    ]

    def ended() -> dict | None:
        described = states.describe_execution(executionArn=arn)
        return described if described["status"] != "RUNNING" else None

    return wait_for(ended, seconds=seconds)


def output(
    cloud: Cloud, role: str, name: str, states: dict[str, object], start: str, data: object = None
) -> object:
    """The output of an execution that must succeed."""
    execution = run(cloud, create(cloud, role, name, states, start), data)
    assert execution["status"] == "SUCCEEDED", (execution.get("error"), execution.get("cause"))
    return json.loads(execution["output"])


def test_paths_templates_and_intrinsics_shape_the_data(cloud: Cloud, role: str) -> None:
    states = {
        "Shape": {
            "Type": "Pass",
            "InputPath": "$.in",
            "Parameters": {
                "text.$": "States.Format('{}-{}', $.name, $.list[1])",
                "parsed.$": "States.StringToJson($.json)",
                "machine.$": "$$.StateMachine.Name",
                "fixed": {"deep.$": "$['name']"},
                "all.$": "$.rows[*].n",
            },
            "ResultPath": "$.made.here",
            "Next": "Keep",
        },
        "Keep": {"Type": "Pass", "OutputPath": "$.made", "ResultPath": None, "End": True},
    }
    data = {
        "in": {"name": "나루", "list": [1, 2], "json": '{"a": 1}', "rows": [{"n": 1}, {"n": 2}]},
        "other": 1,
    }
    assert output(cloud, role, "shape", states, "Shape", data) == {
        "here": {
            "text": "나루-2",
            "parsed": {"a": 1},
            "machine": "shape",
            "fixed": {"deep": "나루"},
            "all": [1, 2],
        }
    }


def test_choices_compare_by_type(cloud: Cloud, role: str) -> None:
    states: dict[str, object] = {
        "Pick": {
            "Type": "Choice",
            "Choices": [
                {"Variable": "$.n", "NumericGreaterThan": 10, "Next": "Big"},
                {
                    "And": [
                        {"Variable": "$.s", "IsPresent": True},
                        {
                            "Or": [
                                {"Variable": "$.s", "StringMatches": "a*"},
                                {"Variable": "$.s", "StringEquals": "z"},
                            ]
                        },
                        {"Not": {"Variable": "$.b", "BooleanEquals": True}},
                    ],
                    "Next": "Word",
                },
            ],
            "Default": "Other",
        },
        **{name: {"Type": "Pass", "Result": name, "End": True} for name in ("Big", "Word", "Other")},
    }
    machine = create(cloud, role, "choices", states, "Pick")
    cases = [
        ({"n": 11}, "Big"),
        ({"n": 1, "s": "abc", "b": False}, "Word"),
        ({"n": 1}, "Other"),
        ({"n": "11"}, "Other"),
    ]
    for data, expected in cases:
        assert json.loads(run(cloud, machine, data)["output"]) == expected


def test_functions_are_invoked_retried_and_caught(cloud: Cloud, role: str, tmp_path: Path) -> None:
    def invoke(payload: dict[str, object], **more: object) -> dict[str, object]:
        parameters = {"FunctionName": "sfn-double", "Payload": payload}
        return {
            "Type": "Task",
            "Resource": "arn:aws:states:::lambda:invoke",
            "Parameters": parameters,
            **more,
        }

    states = {
        "Double": invoke(
            {"n.$": "$.n"},
            ResultSelector={"value.$": "$.Payload.doubled"},
            ResultPath="$.double",
            Next="Flaky",
        ),
        "Flaky": invoke(
            {"flaky": str(tmp_path / "seen"), "n": 1},
            Retry=[
                {
                    "ErrorEquals": ["States.TaskFailed"],
                    "IntervalSeconds": 1,
                    "MaxAttempts": 3,
                    "BackoffRate": 1,
                }
            ],
            ResultPath=None,
            Next="Fails",
        ),
        "Fails": invoke(
            {"fail": True},
            Catch=[{"ErrorEquals": ["States.ALL"], "ResultPath": "$.caught", "Next": "End"}],
            End=True,
        ),
        "End": {"Type": "Succeed"},
    }
    made = output(cloud, role, "functions", states, "Double", {"n": 4})
    assert isinstance(made, dict)
    assert made["double"] == {"value": 8}
    assert set(made["caught"]) == {"Error", "Cause"}


def test_branches_and_items(cloud: Cloud, role: str) -> None:
    def branch(value: str) -> dict[str, object]:
        return {"StartAt": "One", "States": {"One": {"Type": "Pass", "Result": value, "End": True}}}

    item = {"StartAt": "Item", "States": {"Item": {"Type": "Pass", "End": True}}}
    states = {
        "Both": {
            "Type": "Parallel",
            "Branches": [branch("a"), branch("b")],
            "ResultPath": "$.both",
            "Next": "Each",
        },
        "Each": {
            "Type": "Map",
            "ItemsPath": "$.items",
            "ItemSelector": {"index.$": "$$.Map.Item.Index", "value.$": "$$.Map.Item.Value"},
            "ItemProcessor": item,
            "ResultPath": "$.each",
            "End": True,
        },
    }
    made = output(cloud, role, "branches", states, "Both", {"items": ["x", "y"]})
    assert isinstance(made, dict)
    assert made["both"] == ["a", "b"]
    assert made["each"] == [{"index": 0, "value": "x"}, {"index": 1, "value": "y"}]


def test_a_machine_starts_a_spark_job_and_polls_it(cloud: Cloud, role: str) -> None:
    emr = cloud.client("emr-serverless")
    application = emr.create_application(name="sfn", releaseLabel="emr-7.5.0", type="SPARK")["applicationId"]
    job = cloud.client("iam").get_role(RoleName="sfn-job")["Role"]["Arn"]

    def machine(name: str, entry: str) -> str:
        start = {
            "ApplicationId": application,
            "ExecutionRoleArn": job,
            "ClientToken.$": "$$.Execution.Name",
            "JobDriver": {"SparkSubmit": {"EntryPoint": entry, "EntryPointArguments": ["a"]}},
        }
        poll = {"ApplicationId": application, "JobRunId.$": "$.run.JobRunId"}
        states = {
            "Start": {
                "Type": "Task",
                "Resource": f"{SDK}emrserverless:startJobRun",
                "Parameters": start,
                "ResultPath": "$.run",
                "Next": "Wait",
            },
            "Wait": {"Type": "Wait", "Seconds": 5, "Next": "Poll"},
            "Poll": {
                "Type": "Task",
                "Resource": f"{SDK}emrserverless:getJobRun",
                "Parameters": poll,
                "ResultPath": "$.status",
                "Next": "Ended",
            },
            "Ended": {
                "Type": "Choice",
                "Choices": [
                    {"Variable": "$.status.JobRun.State", "StringEquals": "SUCCESS", "Next": "Done"},
                    {"Variable": "$.status.JobRun.State", "StringEquals": "FAILED", "Next": "Failed"},
                ],
                "Default": "Wait",
            },
            "Failed": {
                "Type": "Fail",
                "Error": "SparkJobFailed",
                "CausePath": "$.status.JobRun.StateDetails",
            },
            "Done": {"Type": "Succeed", "OutputPath": "$.status.JobRun.JobDriver.SparkSubmit"},
        }
        return create(cloud, role, name, states, "Start")

    good = run(cloud, machine("spark", f"s3://{BUCKET}/code/main.py"), seconds=120)
    assert good["status"] == "SUCCEEDED", (good.get("error"), good.get("cause"))
    assert json.loads(good["output"])["EntryPointArguments"] == ["a"]
    bad = run(cloud, machine("spark-none", f"s3://{BUCKET}/code/none.py"), seconds=60)
    assert (bad["status"], bad["error"]) == ("FAILED", "SparkJobFailed")
    states = cloud.client("stepfunctions")
    types = [
        event["type"] for event in states.get_execution_history(executionArn=bad["executionArn"])["events"]
    ]
    assert types[0] == "ExecutionStarted"
    assert types[-1] == "ExecutionFailed"
    assert "TaskSucceeded" in types


def test_a_machine_may_do_what_its_role_may(cloud: Cloud, role: str) -> None:
    def listing(bucket: str) -> dict[str, object]:
        task = {
            "Type": "Task",
            "Resource": f"{SDK}s3:listObjectsV2",
            "Parameters": {"Bucket": bucket},
            "End": True,
        }
        return {"List": task}

    cloud.client("s3").create_bucket(
        Bucket="sfn-closed", CreateBucketConfiguration={"LocationConstraint": REGION}
    )
    allowed = output(cloud, role, "allowed", listing(BUCKET), "List")
    assert isinstance(allowed, dict)
    assert allowed["Contents"][0]["Key"] == "code/main.py"
    denied = run(cloud, create(cloud, role, "denied", listing("sfn-closed"), "List"))
    assert (denied["status"], denied["error"]) == ("FAILED", "S3.AccessDenied")


def test_executions_can_be_stopped_time_out_and_are_told_apart_by_name(cloud: Cloud, role: str) -> None:
    states = cloud.client("stepfunctions")
    wait = {"Wait": {"Type": "Wait", "SecondsPath": "$.seconds", "End": True}}
    machine = create(cloud, role, "waits", wait, "Wait")
    given = {"stateMachineArn": machine, "name": "one", "input": '{"seconds": 6000}'}
    arn = states.start_execution(**given)["executionArn"]
    assert states.start_execution(**given)["executionArn"] == arn
    states.stop_execution(executionArn=arn, error="Enough")
    described = states.describe_execution(executionArn=arn)
    assert (described["status"], described["error"]) == ("ABORTED", "Enough")
    with pytest.raises(states.exceptions.ExecutionAlreadyExists):
        states.start_execution(**given)
    late = create(cloud, role, "late", wait, "Wait", TimeoutSeconds=2)
    assert run(cloud, late, {"seconds": 6000})["status"] == "TIMED_OUT"


def test_a_wrong_definition_is_refused_with_all_its_errors(cloud: Cloud, role: str) -> None:
    states = cloud.client("stepfunctions")
    wrong = {
        "A": {"Type": "Task", "Resource": f"{SDK}emrserverless:startjobrun", "Next": "B"},
        "C": {"Type": "Task", "Resource": f"{SDK}glue:getTable", "Parameters": {"name": "x"}, "End": True},
        "D": {"Type": "Task", "Resource": "arn:aws:states:::glue:startJobRun.sync", "End": True},
        "E": {"Type": "Pass", "Parameters": {"a.$": "$..b"}, "End": True},
        "F": {"Type": "Wait", "Seconds": 1, "Timestamp": "x", "End": True},
    }
    with pytest.raises(states.exceptions.InvalidDefinition) as refused:
        create(cloud, role, "wrong", wrong, "Z")
    message = str(refused.value)
    expected = (
        '/StartAt: "Z" is not one of the states',
        '/States/A/Next: "B" is not one of the states',
        '/States/A/Resource: aws-sdk:emrserverless: there is no action "startjobrun"',
        '/States/C/Parameters: the field "name" is not supported by getTable',
        "/States/D/Resource:",
        "/States/E/Parameters/a.$: path",
        "/States/F/Timestamp: is not available locally",
    )
    assert [part for part in expected if part not in message] == []
    with pytest.raises(states.exceptions.ClientError, match="trust policy"):
        create(
            cloud,
            cloud.role("sfn-stranger", "lambda.amazonaws.com", []),
            "x",
            {"S": {"Type": "Succeed"}},
            "S",
        )


def test_machines_are_described_updated_and_deleted(cloud: Cloud, role: str) -> None:
    states = cloud.client("stepfunctions")
    machine = create(cloud, role, "kept", {"S": {"Type": "Succeed"}}, "S")
    states.update_state_machine(
        stateMachineArn=machine,
        definition=json.dumps({"StartAt": "T", "States": {"T": {"Type": "Succeed"}}}),
        loggingConfiguration={"level": "ERROR", "includeExecutionData": False},
    )
    described = states.describe_state_machine(stateMachineArn=machine)
    assert (json.loads(described["definition"])["StartAt"], described["loggingConfiguration"]["level"]) == (
        "T",
        "ERROR",
    )
    assert machine in [entry["stateMachineArn"] for entry in states.list_state_machines()["stateMachines"]]
    states.delete_state_machine(stateMachineArn=machine)
    with pytest.raises(states.exceptions.StateMachineDoesNotExist):
        states.describe_state_machine(stateMachineArn=machine)
