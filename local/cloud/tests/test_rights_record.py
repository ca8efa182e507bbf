"""What the record of rights tells, and what it leaves out."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from ministack.core import iam_evaluator as iam

from naru_cloud.emulator import record_rights
from naru_cloud.rights_record import BY_RESOURCE_POLICY, RightsRecord, role_of, without_name

SESSION = "arn:aws:sts::000000000000:assumed-role/reader/a-person"
BUCKET = "arn:aws:s3:::landing"


def lines(file: Path) -> list[dict[str, Any]]:
    told = [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []
    return [{key: value for key, value in line.items() if key != "time"} for line in told]


@pytest.mark.parametrize(
    ("principal", "role"),
    [
        (SESSION, "reader"),
        ("arn:aws:iam::000000000000:role/some/path/reader", "reader"),
        ("arn:aws:iam::000000000000:user/reader", None),
        ("arn:aws:iam::000000000000:root", None),
    ],
)
def test_roles_are_told_by_name_and_nobody_else(principal: str, role: str | None) -> None:
    assert role_of(principal) == role


@pytest.mark.parametrize(
    ("resource", "told"),
    [
        (BUCKET, BUCKET),
        (f"{BUCKET}/name.csv", f"{BUCKET}/*"),
        (f"{BUCKET}/sis/students/dt=2026-01-01/name.csv", f"{BUCKET}/sis/students/*"),
        ("arn:aws-cn:s3:::landing/name.csv", "arn:aws-cn:s3:::landing/*"),
        ("arn:aws:states:ap-northeast-2:000000000000:stateMachine:spark",) * 2,
        ("arn:aws:lambda:ap-northeast-2:000000000000:function:a/b",) * 2,
    ],
)
def test_an_objects_name_is_left_out(resource: str, told: str) -> None:
    assert without_name(resource) == told


def test_a_right_is_told_once_for_each_statement_and_a_refusal_once_a_second(tmp_path: Path) -> None:
    record = RightsRecord(tmp_path / "rights.jsonl")
    for granted in ("one", "two", "one"):
        record.used(SESSION, "s3:GetObject", f"{BUCKET}/name.csv", granted)
    for _ in range(3):
        record.refused(SESSION, "s3:PutObject", f"{BUCKET}/name.csv")
    about = {"role": "reader", "resource": f"{BUCKET}/*"}
    assert lines(tmp_path / "rights.jsonl") == [
        {**about, "action": "s3:GetObject", "granted": "one"},
        {**about, "action": "s3:GetObject", "granted": "two"},
        {**about, "action": "s3:PutObject", "granted": None},
    ]


class Deciding:
    """The emulator's three functions, set to an answer."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, record: RightsRecord) -> None:
        self.identity, self.of_resource, self.denied = "Allow", "ImplicitDeny", False
        self.statement = SimpleNamespace(resources=["arn:aws:s3:::other", f"{BUCKET}/*"])
        for name in ("enforce", "evaluate", "evaluate_resource_policy"):
            monkeypatch.setattr(iam, name, getattr(self, name))
        first = self.statement if self.identity == "Allow" else None
        monkeypatch.setattr(iam, "_first_match", lambda *_: first)
        record_rights(record)

    def enforce(self, _: str, action: str, *__: str, resource_arn: str) -> object:
        iam.evaluate(
            SimpleNamespace(principal_arn=SESSION, action=action, resource_arn=resource_arn),
            [[self.statement]],
        )
        iam.evaluate_resource_policy({}, SimpleNamespace())
        return SimpleNamespace(decision="Deny") if self.denied else None

    def evaluate(self, *_: object) -> SimpleNamespace:
        return SimpleNamespace(decision=self.identity)

    def evaluate_resource_policy(self, *_: object) -> SimpleNamespace:
        # As the emulator does: by the same function, looked up by its name.
        return iam.evaluate(SimpleNamespace(), [[]])


def ask(action: str) -> None:
    iam.enforce("key", action, "s3", "ap-northeast-2", resource_arn=f"{BUCKET}/name.csv")


def test_what_decides_is_told_with_the_statement_that_allows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deciding = Deciding(monkeypatch, RightsRecord(tmp_path / "rights.jsonl"))
    ask("s3:GetObject")
    deciding.identity = "ImplicitDeny"
    ask("s3:ListBucket")
    deciding.denied = True
    ask("s3:PutObject")
    told = [(line["action"], line["granted"]) for line in lines(tmp_path / "rights.jsonl")]
    assert told == [
        ("s3:GetObject", f"{BUCKET}/*"),
        ("s3:ListBucket", BY_RESOURCE_POLICY),
        ("s3:PutObject", None),
    ]


def test_a_simulation_is_told_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deciding = Deciding(monkeypatch, RightsRecord(tmp_path / "rights.jsonl"))
    context = SimpleNamespace(principal_arn=SESSION, action="athena:GetWorkGroup", resource_arn="one")
    deciding.identity = "ImplicitDeny"
    iam.evaluate(context, [[deciding.statement]])
    assert [line["granted"] for line in lines(tmp_path / "rights.jsonl")] == [None]
