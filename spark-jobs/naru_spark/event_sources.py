"""Streams of events, by the options of the connector that reads each: Kafka; Kinesis on Glue and on EMR."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Union

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

STARTS = ("earliest", "latest")
ACCESSES = ("plain", "iam")
ENGINES = ("glue", "emr")

# Names of the consumer groups that Spark makes begin with it, so that a broker's rights can name them.
CONSUMER_GROUPS = "naru-stream-processing"
# MSK's own settings for IAM ("Configure clients to use IAM access control"); Glue and EMR bring the classes.
_IAM = {
    "kafka.security.protocol": "SASL_SSL",
    "kafka.sasl.mechanism": "AWS_MSK_IAM",
    "kafka.sasl.jaas.config": "software.amazon.msk.auth.iam.IAMLoginModule required;",
    "kafka.sasl.client.callback.handler.class": "software.amazon.msk.auth.iam.IAMClientCallbackHandler",
}


@dataclass(frozen=True)
class KafkaSource:
    """A topic. `start` is for the first start only; afterwards the checkpoint says where to go on."""

    #: `host:port`, comma-separated.
    bootstrap: str
    topic: str
    start: str
    #: `plain`: a listener that asks for nothing; `iam`: TLS and the role's own rights, on MSK.
    access: str
    #: Most events of a batch.
    events_per_batch: int

    #: Connector, and the column that holds an event.
    format = "kafka"
    payload = "value"

    def options(self) -> dict[str, str]:
        """What the connector is told. A topic that has lost offsets stops the stream: nothing is skipped."""
        return {
            "kafka.bootstrap.servers": self.bootstrap,
            "subscribe": self.topic,
            "startingOffsets": self.start,
            "failOnDataLoss": "true",
            "maxOffsetsPerTrigger": str(self.events_per_batch),
            "groupIdPrefix": CONSUMER_GROUPS,
            **(_IAM if self.access == "iam" else {}),
        }


@dataclass(frozen=True)
class KinesisSource:
    """A data stream, by Glue's own connector or by the one that EMR 7.1 and later ship."""

    stream: str
    region: str
    start: str
    engine: str

    payload = "data"

    @property
    def format(self) -> str:
        """The connector's name."""
        return "kinesis" if self.engine == "glue" else "aws-kinesis"

    def options(self) -> dict[str, str]:
        """What the connector is told: shared throughput (GetRecords), which costs nothing by itself."""
        endpoint = f"https://kinesis.{self.region}.amazonaws.com"
        position = "TRIM_HORIZON" if self.start == "earliest" else "LATEST"
        if self.engine == "glue":
            return {"streamName": self.stream, "endpointUrl": endpoint, "startingPosition": position}
        return {
            "kinesis.region": self.region,
            "kinesis.streamName": self.stream,
            "kinesis.endpointUrl": endpoint,
            "kinesis.consumerType": "GetRecords",
            "kinesis.startingposition": position,
            "kinesis.failOnDataLoss": "true",
        }


EventSource = Union[KafkaSource, KinesisSource]


def arriving_events(spark: SparkSession, source: EventSource) -> DataFrame:
    """A stream with one column, `event`: the record's bytes, in clear."""
    stream = spark.readStream.format(source.format).options(**source.options()).load()
    return stream.select(F.col(source.payload).alias("event"))
