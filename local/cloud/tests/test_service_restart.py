"""What callers have made outlives the process: killed without warning, it comes back with it."""

from __future__ import annotations

import json
from pathlib import Path

import boto3
from botocore.config import Config
from conftest import REGION, Cloud
from test_event_source_mapping_restart import own_process

MACHINE = json.dumps({"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}})


def test_definitions_are_there_after_a_kill(cloud: Cloud, tmp_path: Path) -> None:
    role = cloud.role("kept-machine", "states.amazonaws.com", [])

    def client(service: str, endpoint: str):
        return boto3.client(
            service,
            region_name=REGION,
            endpoint_url=endpoint,
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=Config(retries={"total_max_attempts": 1}),
        )

    with own_process(cloud.emulator, tmp_path) as (endpoint, process):
        machine = client("stepfunctions", endpoint).create_state_machine(
            name="kept", roleArn=role, definition=MACHINE
        )["stateMachineArn"]
        application = client("emr-serverless", endpoint).create_application(
            name="kept", releaseLabel="emr-7.5.0", type="SPARK"
        )["applicationId"]
        client("emr-serverless", endpoint).start_application(applicationId=application)
        athena = client("athena", endpoint)
        result = {"OutputLocation": "s3://kept-results/"}
        athena.create_work_group(Name="kept", Configuration={"ResultConfiguration": result})
        athena.update_work_group(WorkGroup="kept", Description="kept as well")
        query = athena.create_named_query(Name="one", Database="d", QueryString="SELECT 1", WorkGroup="kept")
        athena.create_prepared_statement(StatementName="st", WorkGroup="kept", QueryStatement="SELECT ?")
        process.kill()
        process.wait()
    with own_process(cloud.emulator, tmp_path) as (endpoint, _process):
        states = client("stepfunctions", endpoint)
        assert states.describe_state_machine(stateMachineArn=machine)["definition"] == MACHINE
        states.start_execution(stateMachineArn=machine)
        found = client("emr-serverless", endpoint).get_application(applicationId=application)["application"]
        assert (found["name"], found["state"]) == ("kept", "STARTED")
        athena = client("athena", endpoint)
        assert athena.get_work_group(WorkGroup="kept")["WorkGroup"]["Description"] == "kept as well"
        named = athena.get_named_query(NamedQueryId=query["NamedQueryId"])["NamedQuery"]
        assert named["QueryString"] == "SELECT 1"
        prepared = athena.get_prepared_statement(StatementName="st", WorkGroup="kept")["PreparedStatement"]
        assert prepared["QueryStatement"] == "SELECT ?"
