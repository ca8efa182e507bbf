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
    """Invokes the function and waits for its answer; never raises for what AWS refuses."""
    try:
        answer = client.invoke(
            FunctionName=source.function_arn, Payload=json.dumps(event(source, records)).encode()
        )
        payload = answer["Payload"].read()
    except ClientError as error:
        code, message = error.response["Error"]["Code"], error.response["Error"]["Message"]
        return Answer(None, problem=f"PROBLEM: the function can't be invoked: {code}: {message}")
    except BotoCoreError as error:
        return Answer(None, problem=f"PROBLEM: the function can't be invoked: {type(error).__name__}")
    request_id = answer["ResponseMetadata"].get("RequestId", "")
    context: Json = {
        "statusCode": answer["StatusCode"],
        "executedVersion": answer.get("ExecutedVersion", "$LATEST"),
    }
    if answer.get("FunctionError"):
        return Answer(0, True, request_id, {**context, "functionError": answer["FunctionError"]})
    first = _first_failed(payload, records) if partial_responses else len(records)
    return Answer(first or 0, first is None, request_id, context)


def _first_failed(payload: bytes, records: Sequence[StreamRecord]) -> int | None:
    """The lowest failed record; None for an answer that counts as a failure of all."""
    try:
        answer = json.loads(payload) if payload else None
    except ValueError:
        return None
    failures = answer.get("batchItemFailures") if isinstance(answer, dict) else answer
    if failures is None:
        return len(records)
    places = {record.sequence: index for index, record in enumerate(records)}
    if not isinstance(failures, list):
        return None
    found = [
        places.get(str(one.get("itemIdentifier"))) if isinstance(one, dict) else None for one in failures
    ]
    known = [place for place in found if place is not None]
    return None if len(known) < len(found) else min(known, default=len(records))
