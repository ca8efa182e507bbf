"""A function whose behaviour a test decides call by call, and mappings to it."""

from __future__ import annotations

import base64
import io
import json
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import boto3
from botocore.config import Config
from conftest import ACCOUNT, REGION, Cloud, wait_for

#: Tells the test what it got, and does what the test answers: throw, exit, or return a value.
HANDLER = """
exports.handler = async (event) => {
  const told = await fetch(process.env.TEST_SINK, { method: "POST", body: JSON.stringify(event) });
  const todo = await told.json();
  if (todo.exit) process.exit(1);
  if (todo.throw) throw new Error("as told");
  return todo.value ?? null;
}"""

READ = ["kinesis:DescribeStream", "kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:ListShards"]

#: The right to send to any queue, as `Cloud.role` takes it.
SEND = (["sqs:SendMessage"], ["*"])

Todo = dict[str, object]


@dataclass
class Function:
    """A function in the emulator and what it was invoked with."""

    name: str
    role: str
    #: Called with the texts of a batch; answers what the function is to do.
    decide: Callable[[list[str]], Todo] = lambda _texts: {}
    events: list[dict] = field(default_factory=list)

    def batches(self) -> list[list[str]]:
        """The texts of each invocation."""
        return [_texts(event) for event in list(self.events)]

    def seen(self) -> list[str]:
        """The texts of all invocations, in order."""
        return [text for batch in self.batches() for text in batch]


#: Makes a function: its name, and the rights of its role.
Make = Callable[..., Function]


def _texts(event: dict) -> list[str]:
    return [
        record["body"] if "body" in record else base64.b64decode(record["kinesis"]["data"]).decode()
        for record in event["Records"]
    ]


@contextmanager
def functions(cloud: Cloud) -> Iterator[Make]:
    """Makes functions: `make(name, rights)`; the rights are those of the role beside reading any stream."""
    made: dict[str, Function] = {}

    class Sink(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            function = made[self.path[1:]]
            event = json.loads(self.rfile.read(int(self.headers["content-length"])))
            function.events.append(event)
            body = json.dumps(function.decide(_texts(event))).encode()
            self.send_response(200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Sink)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("index.js", HANDLER)

    def make(name: str, rights: list[tuple[list[str], list[str]]] | None = None) -> Function:
        allowed = [(READ, ["*"])] if rights is None else rights
        role = cloud.role(f"{name}-role", "lambda.amazonaws.com", allowed)
        cloud.client("lambda").create_function(
            FunctionName=name,
            Runtime="nodejs20.x",
            Handler="index.handler",
            Role=role,
            Timeout=20,
            Code={"ZipFile": archive.getvalue()},
            Environment={"Variables": {"TEST_SINK": f"http://127.0.0.1:{server.server_port}/{name}"}},
        )
        made[name] = Function(name, role)
        return made[name]

    yield make
    server.shutdown()
    server.server_close()


def mapping_client(endpoint: str):
    """A client of the local cloud's part of Lambda."""
    return boto3.client(
        "lambda",
        region_name=REGION,
        endpoint_url=endpoint,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"total_max_attempts": 1}),
    )


def make_stream(cloud: Cloud, name: str, shards: int = 1) -> str:
    """A stream; its ARN."""
    kinesis = cloud.client("kinesis")
    kinesis.create_stream(StreamName=name, ShardCount=shards)
    wait_for(
        lambda: (
            kinesis.describe_stream_summary(StreamName=name)["StreamDescriptionSummary"]["StreamStatus"]
            == "ACTIVE"
        )
    )
    return f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/{name}"


def put(cloud: Cloud, stream: str, texts: list[str], key: str | None = None) -> list[str]:
    """Puts records in this order (each under a key of its own unless one is given); their sequence numbers."""
    kinesis = cloud.client("kinesis")
    numbers: list[str] = []
    for start in range(0, len(texts), 500):
        records = [
            {"Data": text.encode(), "PartitionKey": key or text} for text in texts[start : start + 500]
        ]
        answer = kinesis.put_records(StreamARN=stream, Records=records)
        numbers += [record["SequenceNumber"] for record in answer["Records"]]
    return numbers


def names(prefix: str, number: int) -> list[str]:
    return [f"{prefix}{index:03}" for index in range(number)]


def map_to(cloud: Cloud, function: Function, stream: str, **more: object) -> str:
    """Makes a mapping from the stream's start; its UUID."""
    given = {"StartingPosition": "TRIM_HORIZON", **more}
    return mapping_client(cloud.own).create_event_source_mapping(
        EventSourceArn=stream, FunctionName=function.name, **given
    )["UUID"]


def state(cloud: Cloud, uuid: str) -> dict:
    return mapping_client(cloud.own).get_event_source_mapping(UUID=uuid)


def queue(cloud: Cloud, name: str) -> tuple[str, str]:
    """URL and ARN of a new queue."""
    url = cloud.client("sqs").create_queue(QueueName=name)["QueueUrl"]
    return url, f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"


def messages(cloud: Cloud, url: str, number: int) -> list[dict]:
    """Waits for so many messages; their bodies."""
    sqs, found = cloud.client("sqs"), []

    def enough() -> bool:
        answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1)
        found.extend(json.loads(message["Body"]) for message in answer.get("Messages", []))
        return len(found) >= number

    wait_for(enough)
    return found
