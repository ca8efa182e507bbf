"""May a role pass a role to a service? The emulator's policy simulation ignores context entries, and the
usual
statement has a condition on `iam:PassedToService`; so the role's own policies are read for this one
question."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import Any

from botocore.client import BaseClient

CONDITION_KEY = "iam:passedtoservice"


def may_pass(iam: BaseClient, role_name: str, passed_arn: str, service: str) -> bool:
    """True when a statement allows it and none denies it.

    Statements with conditions on other keys do not count as allowing, and count as denying: the strict side.
    """
    statements = [item for item in _statements(iam, role_name) if _is_about(item, passed_arn)]
    allowed = any(item["Effect"] == "Allow" and _condition_holds(item, service, False) for item in statements)
    denied = any(item["Effect"] == "Deny" and _condition_holds(item, service, True) for item in statements)
    return allowed and not denied


def _statements(iam: BaseClient, role_name: str) -> Iterable[dict[str, Any]]:
    for name in iam.list_role_policies(RoleName=role_name)["PolicyNames"]:
        document = iam.get_role_policy(RoleName=role_name, PolicyName=name)["PolicyDocument"]
        yield from _listed(document["Statement"])
    for attached in iam.list_attached_role_policies(RoleName=role_name)["AttachedPolicies"]:
        arn = attached["PolicyArn"]
        version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
        document = iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]
        yield from _listed(document["Statement"])


def _is_about(statement: dict[str, Any], passed_arn: str) -> bool:
    actions = [str(action).lower() for action in _listed(statement.get("Action", []))]
    resources = [str(resource) for resource in _listed(statement.get("Resource", []))]
    return any(fnmatchcase("iam:passrole", action) for action in actions) and any(
        fnmatchcase(passed_arn, resource) for resource in resources
    )


def _condition_holds(statement: dict[str, Any], service: str, unknown: bool) -> bool:
    conditions = statement.get("Condition", {})
    for operator, keys in conditions.items():
        for key, values in keys.items():
            if key.lower() != CONDITION_KEY or operator not in ("StringEquals", "StringLike"):
                return unknown
            if not any(fnmatchcase(service, str(value)) for value in _listed(values)):
                return False
    return True


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
