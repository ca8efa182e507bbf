"""One invocation of the function: the event as Lambda writes it, and what its answer means."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass

from botocore.client import BaseClient
from botocore.exceptions import BotoCoreError, ClientError

from ..protocol import Json
from .record import StreamRecord


@dataclass(frozen=True)
class Source:
    """Where records come from and whom they are read as; parts of every event."""

    stream_arn: str
    shard: str
    region: str
    role_arn: str
    function_arn: str


@dataclass(frozen=True)
class Answer:
    """What an invocation came to."""

    #: Index of the first record that failed; the number of records when none did. None: not invoked at all.
    first_failed: int | None
    #: The function itself failed, or answered in a form that Lambda does not take.
    whole_batch: bool = False
    request_id: str = ""
    #: The part `responseContext` of an invocation record.
    context: Json | None = None
    #: What hindered the invocation, for a person.
    problem: str = ""


def event(source: Source, records: Sequence[StreamRecord]) -> Json:
    """The event that a function gets for records of a shard."""
    return {
        "Records": [
            {
                "kinesis": {
                    "kinesisSchemaVersion": "1.0",
                    "partitionKey": record.partition_key,
                    "sequenceNumber": record.sequence,
                    "data": base64.b64encode(record.data).decode(),
                    "approximateArrivalTimestamp": round(record.arrival.timestamp(), 3),
                },
                "eventSource": "aws:kinesis",
                "eventVersion": "1.0",
                "eventID": f"{source.shard}:{record.sequence}",
                "eventName": "aws:kinesis:record",
                "invokeIdentityArn": source.role_arn,
                "awsRegion": source.region,
                "eventSourceARN": source.stream_arn,
            }
            for record in records
        ]
    }


def invoke(
    client: BaseClient, source: Source, records: Sequence[StreamRecord], partial_responses: bool
) -> Answer:
    """Invokes the function with records of a shard; never raises for what AWS refuses."""
    sequences = [record.sequence for record in records]
    given = call(client, source.function_arn, event(source, records), sequences, partial_responses)
    if given.failed is None:
        return Answer(None, problem=given.problem)
    first = min((sequences.index(sequence) for sequence in given.failed), default=len(records))
    return Answer(first, given.whole_batch, given.request_id, given.context)


@dataclass(frozen=True)
class Outcome:
    """What an invocation came to, by the records' identifiers."""

    #: The records that failed. None: not invoked at all.
    failed: frozenset[str] | None
    whole_batch: bool = False
    request_id: str = ""
    context: Json | None = None
    problem: str = ""


def call(
    client: BaseClient, function_arn: str, payload: Json, identifiers: Sequence[str], partial_responses: bool
) -> Outcome:
    """Invokes a function with any event of records, and waits for its answer."""
    try:
        answer = client.invoke(FunctionName=function_arn, Payload=json.dumps(payload).encode())
        returned = answer["Payload"].read()
    except ClientError as error:
        code, message = error.response["Error"]["Code"], error.response["Error"]["Message"]
        return Outcome(None, problem=f"PROBLEM: the function can't be invoked: {code}: {message}")
    except BotoCoreError as error:
        return Outcome(None, problem=f"PROBLEM: the function can't be invoked: {type(error).__name__}")
    request_id = answer["ResponseMetadata"].get("RequestId", "")
    context: Json = {
        "statusCode": answer["StatusCode"],
        "executedVersion": answer.get("ExecutedVersion", "$LATEST"),
    }
    if answer.get("FunctionError"):
        context["functionError"] = answer["FunctionError"]
        return Outcome(frozenset(identifiers), True, request_id, context)
    failed = _failed(returned, identifiers) if partial_responses else frozenset()
    whole = failed is None
    return Outcome(frozenset(identifiers) if failed is None else failed, whole, request_id, context)


def _failed(payload: bytes, identifiers: Sequence[str]) -> frozenset[str] | None:
    """The records that the answer names; None for an answer that counts as a failure of all."""
    try:
        answer = json.loads(payload) if payload else None
    except (ValueError, RecursionError):
        return None
    failures = answer.get("batchItemFailures") if isinstance(answer, dict) else answer
    if failures is None:
        return frozenset()
    if not isinstance(failures, list):
        return None
    named = {one.get("itemIdentifier") if isinstance(one, dict) else None for one in failures}
    return frozenset(map(str, named)) if named <= set(identifiers) else None
