"""The API of Athena: queries, and what belongs to them."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

from botocore.exceptions import ClientError

from ..authorisation import Authorisation
from ..clients import Clients
from ..json_service import JsonService
from ..kept_table import KeptTable
from ..protocol import ApiError, Caller, Json, Operation, new_id
from ..settings import Settings
from .engine import QueryEngine
from .errors import QueryError
from .objects import split_url
from .prepared_statements import PreparedStatements
from .query import QueryExecution
from .results import metadata, page
from .saved_queries import SavedQueries
from .statement import parse_statement
from .workgroups import WorkGroup, WorkGroups

#: Executions that are remembered (AWS keeps 45 days); results live as long.
MOST_EXECUTIONS = 500

#: Quota of GetQueryResults.
MOST_ROWS = 1000


class AthenaService(JsonService):
    """Queries of any caller, with that caller's rights."""

    model_name = "athena"
    iam_prefix = "athena"
    invalid_code = "InvalidRequestException"

    def __init__(self, settings: Settings, clients: Clients, authorisation: Authorisation) -> None:
        super().__init__(authorisation)
        self._settings = settings
        self._clients = clients
        groups: KeptTable[str, WorkGroup] = KeptTable(settings.workdir / "workgroups.kept")
        saved: KeptTable[str, Json] = KeptTable(settings.workdir / "saved-queries.kept")
        prepared: KeptTable[tuple[str, str], Json] = KeptTable(settings.workdir / "prepared-statements.kept")
        self.kept = (groups, saved, prepared)
        self._workgroups = WorkGroups(groups)
        self._saved = SavedQueries(self._workgroups, saved)
        self._prepared = PreparedStatements(self._workgroups, authorisation, self._arn(""), prepared)
        self._engine = QueryEngine(clients, settings.workdir, self._prepared)
        self._executions: dict[str, QueryExecution] = {}
        self._tokens: dict[str, str] = {}
        self._lock = threading.Lock()

    def operations(self) -> dict[str, Operation]:
        """The operations by name."""
        return {
            **self._workgroups.operations(),
            **self._saved.operations(),
            **self._prepared.operations(),
            "DeleteWorkGroup": self._delete_workgroup,
            "StartQueryExecution": self._start,
            "GetQueryExecution": self._get,
            "BatchGetQueryExecution": self._batch,
            "ListQueryExecutions": self._list,
            "GetQueryResults": self._results,
            "StopQueryExecution": self._stop,
            "TagResource": self._tag,
            "UntagResource": self._untag,
            "ListTagsForResource": self._list_tags,
        }

    def resource(self, operation: str, parameters: Json) -> str:
        """The ARN of the workgroup that an operation is about: Athena's permissions are given on
        workgroups."""
        if "ResourceARN" in parameters:
            return str(parameters["ResourceARN"])
        if operation == "ListWorkGroups":
            return "*"
        name = parameters.get("WorkGroup", parameters.get("Name") if operation == "CreateWorkGroup" else None)
        execution = self._executions.get(str(parameters.get("QueryExecutionId")))
        if execution is not None:
            name = execution.workgroup
        if "NamedQueryId" in parameters:
            name = self._saved.workgroup_of(str(parameters["NamedQueryId"]))
        listed = self._workgroups_of(parameters)
        if listed:
            # One answer for all: a caller who asks across workgroups needs the right on each.
            return self._arn(listed.pop()) if len(listed) == 1 else "*"
        return self._arn(str(name or "primary"))

    def _workgroups_of(self, parameters: Json) -> set[str]:
        """The workgroups of what a Batch operation lists."""
        queries, executions = parameters.get("NamedQueryIds"), parameters.get("QueryExecutionIds")
        named = [self._saved.workgroup_of(str(key)) for key in (queries if isinstance(queries, list) else [])]
        run = [self._executions.get(str(key)) for key in (executions if isinstance(executions, list) else [])]
        return {name for name in named if name} | {each.workgroup for each in run if each is not None}

    def shutdown(self) -> None:
        """Ends running queries and removes local copies of data."""
        for execution in list(self._executions.values()):
            self._engine.stop(execution)
        self._engine.shutdown()

    def _arn(self, workgroup: str) -> str:
        return f"arn:aws:athena:{self._settings.region}:{self._settings.account}:workgroup/{workgroup}"

    def _delete_workgroup(self, _caller: Caller, parameters: Json) -> Json:
        """With its contents, where the caller says so."""
        name = str(parameters["WorkGroup"])
        run = [key for key, execution in self._executions.items() if execution.workgroup == name]
        if not parameters.get("RecursiveDeleteOption") and (run or self._saved.of(name)):
            raise ApiError("InvalidRequestException", f"WorkGroup {name} is not empty")
        self._workgroups.delete(name)
        self._saved.delete_of(name)
        self._prepared.delete_of(name)
        with self._lock:
            for key in run:
                self._executions.pop(key, None)
        return {}

    def _start(self, caller: Caller, parameters: Json) -> Json:
        token = str(parameters.get("ClientRequestToken", ""))
        with self._lock:
            if token and token in self._tokens:
                return {"QueryExecutionId": self._tokens[token]}
        workgroup = str(parameters.get("WorkGroup", "primary"))
        context, asked = (
            parameters.get("QueryExecutionContext") or {},
            parameters.get("ResultConfiguration") or {},
        )
        values = parameters.get("ExecutionParameters") or []
        assert isinstance(context, dict)
        assert isinstance(asked, dict)
        assert isinstance(values, list)
        output = self._workgroups.output(workgroup, asked)
        sql = str(parameters["QueryString"])
        try:
            split_url(output.location)
            statement = parse_statement(sql)
        except QueryError as error:
            raise ApiError("InvalidRequestException", str(error)) from None
        execution = QueryExecution(
            id=new_id(),
            sql=sql,
            database=str(context.get("Database", "default")),
            catalog=str(context.get("Catalog", "AwsDataCatalog")),
            workgroup=workgroup,
            caller=caller,
            output=output,
            parameters=values,
            kind=statement.kind,
            substatement=statement.substatement,
            submitted=datetime.now(UTC),
        )
        with self._lock:
            self._executions[execution.id] = execution
            if token:
                self._tokens[token] = execution.id
            while len(self._executions) > MOST_EXECUTIONS:
                self._executions.pop(next(iter(self._executions)))
        self._engine.submit(execution, statement)
        return {"QueryExecutionId": execution.id}

    def _find(self, parameters: Json) -> QueryExecution:
        execution = self._executions.get(str(parameters["QueryExecutionId"]))
        if execution is None:
            raise ApiError(
                "InvalidRequestException", f"QueryExecution {parameters['QueryExecutionId']} was not found"
            )
        return execution

    def _get(self, _caller: Caller, parameters: Json) -> Json:
        return {"QueryExecution": self._find(parameters).describe()}

    def _batch(self, _caller: Caller, parameters: Json) -> Json:
        ids = parameters["QueryExecutionIds"]
        assert isinstance(ids, list)
        return {
            "QueryExecutions": [self._executions[key].describe() for key in ids if key in self._executions],
            "UnprocessedQueryExecutionIds": [
                {
                    "QueryExecutionId": key,
                    "ErrorCode": "InvalidRequestException",
                    "ErrorMessage": "was not found",
                }
                for key in ids
                if key not in self._executions
            ],
        }

    def _list(self, _caller: Caller, parameters: Json) -> Json:
        workgroup = parameters.get("WorkGroup", "primary")
        ids = [execution.id for execution in self._executions.values() if execution.workgroup == workgroup][
            ::-1
        ]
        start, size = int(str(parameters.get("NextToken", 0))), int(str(parameters.get("MaxResults", 50)))
        more = {"NextToken": str(start + size)} if start + size < len(ids) else {}
        return {"QueryExecutionIds": ids[start : start + size], **more}

    def _results(self, caller: Caller, parameters: Json) -> Json:
        execution = self._find(parameters)
        if execution.state != "SUCCEEDED":
            raise ApiError(
                "InvalidRequestException",
                f"Query did not finish successfully. Final query state: {execution.state}"
                if execution.completed
                else f"Query has not yet finished. Current state: {execution.state}",
            )
        self._require_result(caller, execution)
        start, size = (
            int(str(parameters.get("NextToken", 0))),
            int(str(parameters.get("MaxResults", MOST_ROWS))),
        )
        if not 1 <= size <= MOST_ROWS:
            raise ApiError(
                "InvalidRequestException", f"MaxResults: is {size}; it must be from 1 to {MOST_ROWS}"
            )
        rows, following = page(execution.result, start, size)
        return {
            "UpdateCount": execution.result.update_count,
            "ResultSet": {"Rows": rows, "ResultSetMetadata": metadata(execution.result)},
            **({"NextToken": str(following)} if following is not None else {}),
        }

    def _require_result(self, caller: Caller, execution: QueryExecution) -> None:
        """Results are read from S3 in the caller's name on AWS, so the caller must be allowed to read
        them."""
        if execution.substatement in ("CREATE_TABLE_AS_SELECT", "INSERT", "UNLOAD"):
            return
        bucket, key = split_url(execution.output_location)
        try:
            self._clients.of(caller).get("s3").get_object(Bucket=bucket, Key=key, Range="bytes=0-0")
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code in ("InvalidRange", "416"):
                return
            raise ApiError(
                "InvalidRequestException", f"Unable to read the result at s3://{bucket}/{key}: {code}"
            ) from None

    def _stop(self, _caller: Caller, parameters: Json) -> Json:
        execution = self._find(parameters)
        if execution.completed is None:
            self._engine.stop(execution)
        return {}

    def _tags(self, parameters: Json) -> dict[str, str]:
        return self._workgroups.find(str(parameters["ResourceARN"]).rpartition("/")[2]).tags

    def _tag(self, _caller: Caller, parameters: Json) -> Json:
        tags = parameters["Tags"]
        assert isinstance(tags, list)
        self._tags(parameters).update({tag["Key"]: tag.get("Value", "") for tag in tags})
        return {}

    def _untag(self, _caller: Caller, parameters: Json) -> Json:
        keys = parameters["TagKeys"]
        for key in keys if isinstance(keys, list) else []:
            self._tags(parameters).pop(key, None)
        return {}

    def _list_tags(self, _caller: Caller, parameters: Json) -> Json:
        return {"Tags": [{"Key": key, "Value": value} for key, value in self._tags(parameters).items()]}
