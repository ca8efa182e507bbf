"""Named queries."""

from __future__ import annotations

from ..protocol import ApiError, Caller, Json, Operation, new_id
from .workgroups import WorkGroups


class SavedQueries:
    """What teams keep for later, by id."""

    def __init__(self, workgroups: WorkGroups, named: dict[str, Json]) -> None:
        """:param named: where they are kept"""
        self._workgroups = workgroups
        self._named = named

    def operations(self) -> dict[str, Operation]:
        """The operations by name."""
        return {
            "CreateNamedQuery": self._create,
            "GetNamedQuery": self._get,
            "BatchGetNamedQuery": self._batch,
            "ListNamedQueries": self._list,
            "UpdateNamedQuery": self._update,
            "DeleteNamedQuery": self._delete,
        }

    def workgroup_of(self, named_query_id: str) -> str | None:
        """The workgroup of a named query, which IAM's rules speak of."""
        query = self._named.get(named_query_id)
        return str(query["WorkGroup"]) if query else None

    def of(self, workgroup: str) -> list[str]:
        """Ids of a workgroup's queries."""
        return [key for key, query in self._named.items() if query["WorkGroup"] == workgroup]

    def delete_of(self, workgroup: str) -> None:
        """Takes a workgroup's queries away."""
        for key in self.of(workgroup):
            del self._named[key]

    def _create(self, _caller: Caller, parameters: Json) -> Json:
        workgroup = str(parameters.get("WorkGroup", "primary"))
        self._workgroups.find(workgroup)
        query = {key: value for key, value in parameters.items() if key != "ClientRequestToken"}
        query_id = new_id()
        self._named[query_id] = {**query, "WorkGroup": workgroup, "NamedQueryId": query_id}
        return {"NamedQueryId": query_id}

    def _find(self, parameters: Json) -> Json:
        query_id = str(parameters["NamedQueryId"])
        if query_id not in self._named:
            raise ApiError("InvalidRequestException", f"NamedQuery {query_id} was not found")
        return self._named[query_id]

    def _get(self, _caller: Caller, parameters: Json) -> Json:
        return {"NamedQuery": self._find(parameters)}

    def _batch(self, _caller: Caller, parameters: Json) -> Json:
        ids = parameters["NamedQueryIds"]
        assert isinstance(ids, list)
        missing = [query_id for query_id in ids if query_id not in self._named]
        return {
            "NamedQueries": [self._named[query_id] for query_id in ids if query_id in self._named],
            "UnprocessedNamedQueryIds": [
                {
                    "NamedQueryId": query_id,
                    "ErrorCode": "InvalidRequestException",
                    "ErrorMessage": "was not found",
                }
                for query_id in missing
            ],
        }

    def _list(self, _caller: Caller, parameters: Json) -> Json:
        return {"NamedQueryIds": self.of(str(parameters.get("WorkGroup", "primary")))}

    def _update(self, _caller: Caller, parameters: Json) -> Json:
        query = self._find(parameters)
        query.update(
            {key: parameters[key] for key in ("Name", "Description", "QueryString") if key in parameters}
        )
        return {}

    def _delete(self, _caller: Caller, parameters: Json) -> Json:
        self._find(parameters)
        del self._named[str(parameters["NamedQueryId"])]
        return {}
