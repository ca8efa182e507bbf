"""Prepared statements: kept by workgroup and name, through the API or by PREPARE."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from ..authorisation import Authorisation
from ..kept_table import KeptTable
from ..protocol import ApiError, Caller, Json, Operation
from .workgroups import WorkGroups

#: Form of StatementName in Athena's API.
_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_@:]{1,256}")


class PreparedStatements:
    """What callers prepare. SQL about them needs the same rights as the API's operations."""

    def __init__(
        self,
        workgroups: WorkGroups,
        authorisation: Authorisation,
        arn_start: str,
        kept: KeptTable[tuple[str, str], Json],
    ) -> None:
        """:param arn_start: a workgroup's ARN without its name
        :param kept: where they are kept
        """
        self._workgroups = workgroups
        self._authorisation = authorisation
        self._arn_start = arn_start
        self._kept = kept

    def operations(self) -> dict[str, Operation]:
        """The operations by name."""
        return {
            "CreatePreparedStatement": self._create,
            "UpdatePreparedStatement": self._update,
            "GetPreparedStatement": self._get,
            "ListPreparedStatements": self._list,
            "DeletePreparedStatement": self._delete,
        }

    def text(self, caller: Caller, workgroup: str, name: str) -> str:
        """What EXECUTE runs.

        :raises ApiError: AccessDeniedException, or ResourceNotFoundException when it is not there.
        """
        self._require(caller, "GetPreparedStatement", workgroup)
        return str(self._find(workgroup, name)["QueryStatement"])

    def prepare(self, caller: Caller, workgroup: str, name: str, sql: str) -> None:
        """PREPARE: keeps a statement, in the place of one of the same name.

        :raises ApiError: AccessDeniedException, or InvalidRequestException for a name that Athena refuses.
        """
        known = (workgroup, name) in self._kept
        self._require(caller, f"{'Update' if known else 'Create'}PreparedStatement", workgroup)
        self._keep(workgroup, name, sql, "")
        # A query's, so behind the request that began it.
        self._kept.save()

    def deallocate(self, caller: Caller, workgroup: str, name: str) -> None:
        """DEALLOCATE PREPARE.

        :raises ApiError: AccessDeniedException, or ResourceNotFoundException when it is not there.
        """
        self._require(caller, "DeletePreparedStatement", workgroup)
        self._find(workgroup, name)
        del self._kept[workgroup, name]
        self._kept.save()

    def delete_of(self, workgroup: str) -> None:
        """Takes a workgroup's statements away."""
        for key in [key for key in self._kept if key[0] == workgroup]:
            del self._kept[key]

    def _require(self, caller: Caller, operation: str, workgroup: str) -> None:
        self._authorisation.require(caller, f"athena:{operation}", f"{self._arn_start}{workgroup}")

    def _find(self, workgroup: str, name: str) -> Json:
        if (workgroup, name) not in self._kept:
            raise ApiError(
                "ResourceNotFoundException",
                f"PreparedStatement {name} was not found in workGroup {workgroup}",
            )
        return self._kept[workgroup, name]

    def _keep(self, workgroup: str, name: str, sql: str, description: str) -> None:
        if _NAME.fullmatch(name) is None:
            raise ApiError(
                "InvalidRequestException",
                f"StatementName: is {name}; it wants two letters, digits, _ @ or : at least, the first a letter or _",
            )
        self._kept[workgroup, name] = {
            "StatementName": name,
            "QueryStatement": sql,
            "WorkGroupName": workgroup,
            "Description": description,
            "LastModifiedTime": datetime.now(UTC),
        }

    def _create(self, _caller: Caller, parameters: Json) -> Json:
        workgroup, name = _key(parameters)
        self._workgroups.find(workgroup)
        if (workgroup, name) in self._kept:
            raise ApiError("InvalidRequestException", f"PreparedStatement {name} already exists")
        self._keep(workgroup, name, *_texts(parameters))
        return {}

    def _update(self, _caller: Caller, parameters: Json) -> Json:
        workgroup, name = _key(parameters)
        self._find(workgroup, name)
        self._keep(workgroup, name, *_texts(parameters))
        return {}

    def _get(self, _caller: Caller, parameters: Json) -> Json:
        return {"PreparedStatement": self._find(*_key(parameters))}

    def _list(self, _caller: Caller, parameters: Json) -> Json:
        return {
            "PreparedStatements": [
                {"StatementName": name, "LastModifiedTime": statement["LastModifiedTime"]}
                for (workgroup, name), statement in self._kept.items()
                if workgroup == parameters["WorkGroup"]
            ]
        }

    def _delete(self, _caller: Caller, parameters: Json) -> Json:
        key = _key(parameters)
        self._find(*key)
        del self._kept[key]
        return {}


def _key(parameters: Json) -> tuple[str, str]:
    return str(parameters["WorkGroup"]), str(parameters["StatementName"])


def _texts(parameters: Json) -> tuple[str, str]:
    return str(parameters["QueryStatement"]), str(parameters.get("Description", ""))
