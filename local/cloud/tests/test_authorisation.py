"""What of IAM's answers is kept."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from naru_cloud.authorisation import Authorisation
from naru_cloud.protocol import ApiError, Caller

ROLE = "arn:aws:iam::000000000000:role/reader"
STREAM = "arn:aws:kinesis:ap-northeast-2:000000000000:stream/one"


class Iam:
    """Says what it is set to, and counts how often it was asked."""

    def __init__(self) -> None:
        self.decision = "implicitDeny"
        self.asked = 0

    def simulate_principal_policy(self, **_: Any) -> dict[str, Any]:
        self.asked += 1
        return {"EvaluationResults": [{"EvalDecision": self.decision}]}


def test_a_role_that_was_mended_is_let_in_at_once_and_its_consent_is_kept() -> None:
    iam = Iam()
    clients: Any = SimpleNamespace(root=lambda: {"iam": iam})
    authorisation = Authorisation(clients)
    caller = Caller("", "", None, ROLE, False)
    with pytest.raises(ApiError, match="not authorized to perform: kinesis:GetRecords"):
        authorisation.require(caller, "kinesis:GetRecords", STREAM)
    iam.decision = "allowed"
    assert authorisation.missing(ROLE, [("kinesis:GetRecords", STREAM)]) == []
    authorisation.require(caller, "kinesis:GetRecords", STREAM)
    assert iam.asked == 2
