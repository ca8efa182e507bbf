"""The lock of the Spark runs, as components/aws/spark-cluster defines it, with a short wait in place of a run."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable

import pytest
from conftest import ACCOUNT, PACKAGE, REGION, Cloud, wait_for

TABLE = "lock-runs"
TABLE_ARN = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{TABLE}"
#: Seconds of a run; the test's clock is 20 times faster (conftest).
RUN_SECONDS = 30

DERIVE = """
const { LOCK, lockStates } = require("./components/aws/spark-cluster/run-lock.ts");
const lock = { table: process.argv[1], collectSeconds: 40, pollSeconds: 2, reports: { whole: "w", drops: "d" } };
console.log(JSON.stringify({ StartAt: LOCK.start, States: lockStates(lock), LOCK }));
"""


@pytest.fixture(scope="module")
def definition(cloud: Cloud) -> dict:
    """The lock's states around a wait, and its table."""
    cloud.client("dynamodb").create_table(
        TableName=TABLE,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    node = ["node", "-r", "ts-node/register/transpile-only", "-e", DERIVE, TABLE]
    done = subprocess.run(node, capture_output=True, text=True, check=True, cwd=PACKAGE.parent.parent)
    derived = json.loads(done.stdout)
    lock = derived.pop("LOCK")
    derived["States"] |= {
        lock["begin"]: {
            "Type": "Pass",
            "Result": {"id": "a-job"},
            "ResultPath": "$.job",
            "Next": lock["remember"],
        },
        lock["watch"]: {"Type": "Wait", "Seconds": RUN_SECONDS, "Next": lock["release"]},
        lock["left"]: {"Type": "Pass", "Next": lock["owned"]},
    }
    return derived


@pytest.fixture
def start(cloud: Cloud, definition: dict, request: pytest.FixtureRequest) -> Callable[[object], str]:
    """Starts an execution of a machine of the test's own."""
    name = request.node.name.replace("_", "-")[:60]
    machine = f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:{name}"
    executions = f"{machine.replace('stateMachine', 'execution')}:*"
    allow = [
        (["dynamodb:GetItem", "dynamodb:UpdateItem"], [TABLE_ARN]),
        (["states:DescribeExecution"], [executions]),
    ]
    role = cloud.role(name, "states.amazonaws.com", allow)
    states = cloud.client("stepfunctions")
    states.create_state_machine(name=name, roleArn=role, definition=json.dumps(definition))
    return lambda data: states.start_execution(stateMachineArn=machine, input=json.dumps(data))[
        "executionArn"
    ]


def ended(cloud: Cloud, execution: str) -> str:
    """The status at the end."""
    states = cloud.client("stepfunctions")

    def status() -> str | None:
        found = states.describe_execution(executionArn=execution)["status"]
        return found if found != "RUNNING" else None

    return str(wait_for(status, seconds=60))


def runs(cloud: Cloud, execution: str) -> list[tuple[object, float, float]]:
    """Scope, start and end of each run of an execution."""
    answer = cloud.client("stepfunctions").get_execution_history(executionArn=execution, maxResults=1000)
    scope: object = None
    found, begun = [], 0.0
    for event in answer["events"]:
        entered, exited = event.get("stateEnteredEventDetails"), event.get("stateExitedEventDetails")
        if entered and entered["name"] in ("Everything", "NotedSets"):
            scope = entered["name"]
        if entered and entered["name"] == "Begin":
            begun = event["timestamp"].timestamp()
        if exited and exited["name"] == "Wait":
            found.append((scope, begun, event["timestamp"].timestamp()))
    return found


def item(cloud: Cloud) -> dict:
    """The lock's item."""
    return cloud.client("dynamodb").get_item(TableName=TABLE, Key={"id": {"S": "spark"}}).get("Item", {})


def test_a_burst_of_drops_is_one_run_or_two(cloud: Cloud, start: Callable[[object], str]) -> None:
    burst = [start({"dataSet": f"d.s{number % 3}"}) for number in range(30)]
    assert {ended(cloud, one) for one in burst} == {"SUCCEEDED"}
    # The second is for those that came when the first had begun.
    made = sorted((run for one in burst for run in runs(cloud, one)), key=lambda run: run[1])
    assert 1 <= len(made) <= 2
    assert made[0][2] <= made[-1][1] or len(made) == 1
    assert item(cloud).keys() == {"id"}


def test_a_drop_during_a_run_is_curated_by_the_next(cloud: Cloud, start: Callable[[object], str]) -> None:
    first = start({"dataSet": "d.first"})
    wait_for(lambda: "holder" in item(cloud) and "pending" not in item(cloud))
    late = [start({"dataSet": "d.late"}) for _ in range(5)]
    assert {ended(cloud, one) for one in (first, *late)} == {"SUCCEEDED"}
    (one, two) = sorted((run for each in (first, *late) for run in runs(cloud, each)), key=lambda run: run[1])
    assert one[2] <= two[1]
    assert item(cloud).keys() == {"id"}


def test_a_whole_run_waits_for_the_one_that_goes_on(cloud: Cloud, start: Callable[[object], str]) -> None:
    drop = start({"dataSet": "d.first"})
    wait_for(lambda: "holder" in item(cloud))
    whole = start({})
    assert [ended(cloud, drop), ended(cloud, whole)] == ["SUCCEEDED", "SUCCEEDED"]
    ((_, _, drop_end),) = runs(cloud, drop)
    ((scope, begun, _),) = runs(cloud, whole)
    assert scope == "Everything"
    assert drop_end <= begun


def test_a_whole_run_leaves_nothing_to_do_for_drops_before_it(
    cloud: Cloud, start: Callable[[object], str]
) -> None:
    drop = start({"dataSet": "d.first"})
    wait_for(lambda: "pending" in item(cloud), step=0.01)
    whole = start({})
    assert [ended(cloud, drop), ended(cloud, whole)] == ["SUCCEEDED", "SUCCEEDED"]
    assert [scope for scope, *_ in runs(cloud, whole)] == ["Everything"]
    assert runs(cloud, drop) == []


def test_the_lock_of_an_aborted_run_is_taken_over(cloud: Cloud, start: Callable[[object], str]) -> None:
    aborted = start({"dataSet": "d.first"})
    wait_for(lambda: "job" in item(cloud))
    cloud.client("stepfunctions").stop_execution(executionArn=aborted)
    after = start({"dataSet": "d.second"})
    assert [ended(cloud, aborted), ended(cloud, after)] == ["ABORTED", "SUCCEEDED"]
    assert [scope for scope, *_ in runs(cloud, after)] == ["NotedSets"]
    output = cloud.client("stepfunctions").describe_execution(executionArn=after)["output"]
    assert json.loads(output)["taken"]["Attributes"]["job"] == {"S": "a-job"}
    assert item(cloud).keys() == {"id"}
