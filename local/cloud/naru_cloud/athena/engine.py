"""Runs queries in the background, each with its caller's credentials and a folder of its own."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import sqlglot
from botocore.exceptions import ClientError

from ..clients import Clients
from ..log import log
from .ddl import run_ddl
from .errors import QueryCancelled, QueryError, reason_of
from .objects import ObjectCache, split_url
from .parameters import with_parameters
from .prepared_statements import PreparedStatements
from .query import QueryExecution, Result, Run
from .results import metadata_object, result_csv, result_text
from .select import SelectEngine
from .statement import Statement, parse_statement
from .write import create_table_as, insert_into, unload

#: Queries that run side by side; more wait in state QUEUED.
SIDE_BY_SIDE = 4


class QueryEngine:
    """The pool of threads that runs queries."""

    def __init__(self, clients: Clients, workdir: Path, prepared: PreparedStatements) -> None:
        self._clients = clients
        self._prepared = prepared
        self._folder = workdir / "athena"
        shutil.rmtree(self._folder, ignore_errors=True)
        self._cache = ObjectCache(workdir / "athena-cache")
        self._select = SelectEngine(self._cache)
        self._pool = ThreadPoolExecutor(SIDE_BY_SIDE, thread_name_prefix="athena")

    def submit(self, execution: QueryExecution, statement: Statement) -> None:
        """Queues a query."""
        self._pool.submit(self._run, execution, statement)

    def stop(self, execution: QueryExecution) -> None:
        """Stops a query that has not ended."""
        execution.cancelled.set()
        interrupt = execution.interrupt
        if interrupt is not None:
            interrupt()

    def shutdown(self) -> None:
        """Ends the threads and removes local copies of data."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._cache.clear()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _run(self, execution: QueryExecution, statement: Statement) -> None:
        folder = self._folder / execution.id
        execution.started = datetime.now(UTC)
        execution.state = "RUNNING"
        state = "FAILED"
        try:
            folder.mkdir(parents=True)
            if execution.cancelled.is_set():
                raise QueryCancelled
            run = Run(execution, self._clients.of(execution.caller), folder)
            execution.result = self._execute(run, statement)
            self._save(run)
            state = "SUCCEEDED"
        except QueryCancelled:
            state, execution.reason = "CANCELLED", "Query cancelled by user"
        except Exception as error:  # noqa: BLE001
            execution.reason = reason_of(error)
            if not isinstance(error, (QueryError, ClientError)):
                log("warning", "athena", "query-failed", id=execution.id, error=type(error).__name__)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            execution.completed = datetime.now(UTC)
            execution.state = state

    def _execute(self, run: Run, statement: Statement) -> Result:
        kind = statement.substatement
        execution = run.execution
        if kind == "EXECUTE":
            return self._execute_prepared(run, statement)
        if kind == "PREPARE":
            name, text = statement.group("name"), statement.group("query")
            parse_statement(text)
            self._prepared.prepare(execution.caller, execution.workgroup, name, text)
            return Result()
        if kind == "DEALLOCATE":
            self._prepared.deallocate(execution.caller, execution.workgroup, statement.group("name"))
            return Result()
        return self._execute_with(run, statement, execution.parameters)

    def _execute_prepared(self, run: Run, statement: Statement) -> Result:
        """EXECUTE: values come behind USING, or beside the statement as ExecutionParameters."""
        execution = run.execution
        text = self._prepared.text(execution.caller, execution.workgroup, statement.group("name"))
        values = statement.group("values")
        listed = sqlglot.parse_one(f"SELECT {values}", read="trino").expressions if values else []
        given = [value.sql(dialect="trino") for value in listed] or execution.parameters
        return self._execute_with(run, parse_statement(text), given)

    def _execute_with(self, run: Run, statement: Statement, values: Sequence[str]) -> Result:
        kind = statement.substatement
        statement = with_parameters(statement, values)
        if kind == "SELECT":
            return self._select.select(run, statement.syntax())
        if kind == "CREATE_TABLE_AS_SELECT":
            return create_table_as(run, self._select, statement)
        if kind == "INSERT":
            return insert_into(run, self._select, statement)
        if kind == "UNLOAD":
            return unload(run, self._select, statement)
        return run_ddl(run, self._select, statement)

    def _save(self, run: Run) -> None:
        """Writes the result where GetQueryExecution says that it is."""
        execution = run.execution
        bucket, key = split_url(execution.output_location)
        result = execution.result
        if execution.substatement in ("CREATE_TABLE_AS_SELECT", "INSERT", "UNLOAD"):
            objects = {f"{key}-manifest.csv": "".join(f"{url}\n" for url in result.manifest).encode()}
            objects = objects if result.manifest else {}
        elif result.header:
            objects = {key: result_csv(result), f"{key}.metadata": metadata_object(result)}
        else:
            objects = {key: result_text(result), f"{key}.metadata": metadata_object(result)}
        for name, body in objects.items():
            try:
                run.clients.get("s3").put_object(
                    Bucket=bucket, Key=name, Body=body, **execution.output.encryption()
                )
            except ClientError as error:
                raise QueryError(
                    f"Access denied when writing output to url: s3://{bucket}/{name} . Please ensure you are allowed "
                    f"to access the S3 bucket. {error.response['Error']['Message']}"
                    if "Denied" in error.response["Error"]["Code"]
                    else f"{error.response['Error']['Code']} when writing output to url: s3://{bucket}/{name}"
                ) from None
