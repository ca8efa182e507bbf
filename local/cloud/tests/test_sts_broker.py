"""The STS broker: requests pass unchanged, sessions are remembered, strangers are told apart."""

from __future__ import annotations

import json
import urllib.error
import urllib.request

import pytest
from conftest import ACCOUNT, Cloud


def test_identities_are_those_of_the_emulator(cloud: Cloud) -> None:
    assert cloud.client("sts").get_caller_identity()["Arn"] == f"arn:aws:iam::{ACCOUNT}:root"
    session = cloud.assume(cloud.role("sts-role", "athena.amazonaws.com", []))
    arn = cloud.client("sts", session).get_caller_identity()["Arn"]
    assert arn == f"arn:aws:sts::{ACCOUNT}:assumed-role/sts-role/test"


def test_a_wrong_signature_is_refused_by_the_emulator(cloud: Cloud) -> None:
    session = cloud.assume(cloud.role("sts-signed", "athena.amazonaws.com", []))
    forged = cloud.client("sts", {**session, "SecretAccessKey": "wrong"})
    with pytest.raises(forged.exceptions.ClientError, match="signature"):
        forged.get_caller_identity()


def test_a_role_that_does_not_trust_the_caller_is_not_assumed(cloud: Cloud) -> None:
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    role = cloud.client("iam").create_role(RoleName="sts-closed", AssumeRolePolicyDocument=document)["Role"][
        "Arn"
    ]
    caller = cloud.client("sts", cloud.assume(cloud.role("sts-caller", "athena.amazonaws.com", [])))
    with pytest.raises(caller.exceptions.ClientError, match="not authorized to perform: sts:AssumeRole"):
        caller.assume_role(RoleArn=role, RoleSessionName="test")


def test_health_names_the_services_and_unsigned_requests_are_refused(cloud: Cloud) -> None:
    health = json.loads(urllib.request.urlopen(f"{cloud.own}/_naru/health").read())
    assert health == {
        "status": "ok",
        "services": ["athena", "emr-serverless", "events", "firehose", "glue", "lambda", "states", "sts"],
    }
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{cloud.own}/")
    assert refused.value.code == 404
