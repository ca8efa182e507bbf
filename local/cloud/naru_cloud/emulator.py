"""`python -m naru_cloud.emulator`: MiniStack as it is, and a record of what its IAM decides.

The environment variable NARU_RIGHTS names the record's file. Its IAM has no such record of its own, so the three
functions that decide are wrapped; what they decide stays theirs.
"""

from __future__ import annotations

import os
import sys
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from ministack.core import iam_evaluator as iam

from .rights_record import BY_RESOURCE_POLICY, RightsRecord

#: Of the request at hand: what the caller's own policies grant. Empty outside of a request.
_asked: ContextVar[list[tuple[str, str | None]] | None] = ContextVar("asked", default=None)
#: A key's, bucket's or queue's policy is decided by the same function; that is no right of a role.
_of_resource: ContextVar[bool] = ContextVar("of_resource", default=False)


def record_rights(record: RightsRecord) -> None:
    """Wraps the functions that decide. Before the emulator's app is imported, which binds them."""
    enforce, evaluate, of_resource = iam.enforce, iam.evaluate, iam.evaluate_resource_policy

    def told_evaluate(context: Any, policies: Any, *limits: Any) -> Any:
        result = evaluate(context, policies, *limits)
        if _of_resource.get():
            return result
        granted = _granted(context, policies) if result.decision == "Allow" else None
        asked = _asked.get()
        if asked is not None:
            asked.append((context.principal_arn, granted))
        elif granted is not None:
            record.used(context.principal_arn, context.action, context.resource_arn, granted)
        else:
            record.refused(context.principal_arn, context.action, context.resource_arn)
        return result

    def told_of_resource(*arguments: Any, **named: Any) -> Any:
        token = _of_resource.set(True)
        try:
            return of_resource(*arguments, **named)
        finally:
            _of_resource.reset(token)

    def told_enforce(
        access_key: str, action: str, service: str, region: str, resource_arn: str = "*", **named: Any
    ) -> Any:
        asked: list[tuple[str, str | None]] = []
        token = _asked.set(asked)
        try:
            outcome = enforce(access_key, action, service, region, resource_arn=resource_arn, **named)
        finally:
            _asked.reset(token)
        for principal, granted in asked:
            if outcome is None:
                record.used(principal, action, resource_arn, granted or BY_RESOURCE_POLICY)
            else:
                record.refused(principal, action, resource_arn)
        return outcome

    iam.enforce, iam.evaluate, iam.evaluate_resource_policy = told_enforce, told_evaluate, told_of_resource


def _granted(context: Any, policies: Any) -> str:
    """The resource, as it is written, of the first statement that allows."""
    for statement in (one for policy in policies for one in policy):
        if iam._first_match(context, [statement], "Allow") is not None:
            fitting = (one for one in statement.resources if iam.fnmatch_iam_cs(context.resource_arn, one))
            return next(fitting, "*")
    return "*"


if __name__ == "__main__":
    record_rights(RightsRecord(Path(os.environ["NARU_RIGHTS"])))
    # Only now: its modules take the functions above as they find them.
    from ministack.app import main

    sys.exit(main())
