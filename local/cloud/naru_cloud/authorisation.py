"""May this caller do that? Asked of IAM itself (SimulatePrincipalPolicy), so that policies count here as on
AWS."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence

from botocore.exceptions import ClientError

from .clients import Clients
from .pass_role import may_pass
from .protocol import ApiError, Caller
from .rights_record import RightsRecord

#: Seconds that a consent is kept. IAM on AWS is eventually consistent too, within seconds. A refusal is not kept:
#: whoever mends a role and tries again at once, as an engine does, is let in.
ANSWER_SECONDS = 5.0


class Authorisation:
    """Checks of a caller's rights, and of a role's trust in a service."""

    def __init__(self, clients: Clients, record: RightsRecord | None = None) -> None:
        """:param record: gets what is decided here: who may pass a role. The emulator tells of all else."""
        self._clients = clients
        self._record = record
        self._consents: dict[tuple[str, str, str, str], float] = {}
        self._lock = threading.Lock()

    def require(self, caller: Caller, action: str, resource: str, passed_to: str | None = None) -> None:
        """Lets the root user through and asks IAM about everybody else.

        :param action: such as `athena:StartQueryExecution`
        :param resource: the ARN that it acts on, or `*`
        :param passed_to: for `iam:PassRole`, the service that gets the role
        :raises ApiError: AccessDeniedException with the message of AWS.
        """
        if caller.is_root:
            return
        key = (caller.arn, action, resource, passed_to or "")
        with self._lock:
            until = self._consents.get(key, 0.0)
        if until > time.monotonic():
            return
        if not self._ask(caller, action, resource, passed_to):
            raise ApiError(
                "AccessDeniedException",
                f"User: {caller.arn} is not authorized to perform: {action} on resource: {resource} "
                "because no identity-based policy allows the action",
            )
        with self._lock:
            self._consents[key] = time.monotonic() + ANSWER_SECONDS

    def missing(self, role_arn: str, wanted: Sequence[tuple[str, str]]) -> list[str]:
        """What a role lacks of (action, resource), in words: `kinesis:GetRecords on arn:...`."""
        as_role = Caller("", "", None, role_arn, False)
        missing: list[str] = []
        for action, resource in wanted:
            try:
                self.require(as_role, action, resource)
            except ApiError:
                missing.append(f"{action} on {resource}")
        return missing

    def require_pass_role(self, caller: Caller, role_arn: str, service: str) -> None:
        """The caller may pass the role, and the role trusts the service (`firehose.amazonaws.com`).

        :raises ApiError: AccessDeniedException, or InvalidArgumentException for a role that does not trust
        it.
        """
        self.require(caller, "iam:PassRole", role_arn, service)
        if service not in self._trusted_services(role_arn):
            raise ApiError(
                "InvalidArgumentException",
                f"{service.partition('.')[0]} is unable to assume role {role_arn}: add {service} as a service "
                "principal to the role's trust policy",
            )

    def _trusted_services(self, role_arn: str) -> set[str]:
        try:
            role = self._clients.root().get("iam").get_role(RoleName=role_arn.rpartition("/")[2])["Role"]
        except ClientError as error:
            raise ApiError(
                "InvalidArgumentException", f"role {role_arn}: {error.response['Error']['Message']}"
            ) from None
        statements = role["AssumeRolePolicyDocument"]["Statement"]
        trusted: set[str] = set()
        for statement in statements if isinstance(statements, list) else [statements]:
            principal = statement.get("Principal", {})
            if statement.get("Effect") == "Allow" and isinstance(principal, dict):
                services = principal.get("Service", [])
                trusted |= {services} if isinstance(services, str) else set(services)
        return trusted

    def _ask(self, caller: Caller, action: str, resource: str, passed_to: str | None) -> bool:
        iam = self._clients.root().get("iam")
        source = caller.arn
        if ":assumed-role/" in source:
            role_name = source.split("/")[1]
            if passed_to is not None:
                may = may_pass(iam, role_name, resource, passed_to)
                self._tell_pass(source, resource, may)
                return may
            source = iam.get_role(RoleName=role_name)["Role"]["Arn"]
        answer = iam.simulate_principal_policy(
            PolicySourceArn=source, ActionNames=[action], ResourceArns=[resource]
        )
        return all(result["EvalDecision"] == "allowed" for result in answer["EvaluationResults"])

    def _tell_pass(self, caller: str, passed_arn: str, may: bool) -> None:
        if self._record is not None and may:
            self._record.used(caller, "iam:PassRole", passed_arn, passed_arn)
        elif self._record is not None:
            self._record.refused(caller, "iam:PassRole", passed_arn)
