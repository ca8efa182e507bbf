"""Delivery to an HTTP endpoint, end to end: Kinesis -> Lambda -> a real server of this machine, which refuses as told."""

from __future__ import annotations

import base64
import json

import pytest
from botocore.exceptions import ClientError
from conftest import Cloud, wait_for
from endpoint import endpoint
from test_firehose import EVERYTHING, base, errors, event, put, source_of, transform_of

__all__ = ["base"]

SECRET = (["secretsmanager:GetSecretValue"], ["*"])


def make_stream(cloud: Cloud, name: str, role: str, url: str, **more: object) -> None:
    """A delivery stream from a Kinesis stream of its name to an endpoint."""
    cloud.client("firehose").create_delivery_stream(
        DeliveryStreamName=name,
        HttpEndpointDestinationConfiguration={
            "EndpointConfiguration": {"Url": url, "Name": name},
            "RoleARN": role,
            "BufferingHints": {"SizeInMBs": 5, "IntervalInSeconds": 10},
            "ProcessingConfiguration": {"Enabled": True, "Processors": [transform_of(cloud)]},
            "RetryOptions": {"DurationInSeconds": 60},
            "S3BackupMode": "FailedDataOnly",
            "S3Configuration": {
                "RoleARN": role,
                "BucketARN": "arn:aws:s3:::fh-bucket",
                "ErrorOutputPrefix": f"{name}-errors/!{{firehose:error-output-type}}/!{{timestamp:yyyy-MM-dd}}/",
            },
            **more,
        },
        **source_of(cloud, name, role),
    )


def secret_of(cloud: Cloud, name: str) -> str:
    """A secret with an access key; its ARN."""
    made = cloud.client("secretsmanager").create_secret(
        Name=name, SecretString=json.dumps({"api_key": f"key of {name}"})
    )
    return made["ARN"]


def read_by(role: str, arn: str) -> dict[str, object]:
    """The part of a configuration that names a secret."""
    return {"SecretsManagerConfiguration": {"Enabled": True, "SecretARN": arn, "RoleARN": role}}


def test_transformed_records_come_as_aws_sends_them(base: Cloud) -> None:
    with endpoint() as known:
        role = base.role("fhh-good", "firehose.amazonaws.com", [*EVERYTHING, SECRET])
        secret = read_by(role, secret_of(base, "fhh-good"))
        attributes = [{"AttributeName": "stage", "AttributeValue": "test"}]
        request = {"RequestConfiguration": {"ContentEncoding": "GZIP", "CommonAttributes": attributes}}
        make_stream(base, "fhh-good", role, known.url, **secret, **request)
        put(base, "fhh-good", [event(number) for number in range(100)])
        wait_for(lambda: len(known.ids) >= 100)
        assert sorted(known.ids) == sorted(f"e{number}" for number in range(100))
        first = known.requests[0]
        assert first.records[0].endswith(b"\n")
        assert first.headers["X-Amz-Firehose-Access-Key"] == "key of fhh-good"
        assert first.headers["X-Amz-Firehose-Request-Id"] == first.id
        assert first.headers["X-Amz-Firehose-Protocol-Version"] == "1.0"
        assert first.headers["X-Amz-Firehose-Source-Arn"].endswith(":deliverystream/fhh-good")
        assert json.loads(first.headers["X-Amz-Firehose-Common-Attributes"]) == {
            "commonAttributes": {"stage": "test"}
        }
        assert first.headers["Content-Type"] == "application/json"
        assert isinstance(first.document["timestamp"], int)
        assert base.keys("fh-bucket", "fhh-good") == []
        described = base.client("firehose").describe_delivery_stream(DeliveryStreamName="fhh-good")
        told = described["DeliveryStreamDescription"]["Destinations"][0]
        assert told["HttpEndpointDestinationDescription"]["EndpointConfiguration"]["Url"] == known.url


def test_a_request_that_is_refused_is_sent_again_as_it_was(base: Cloud) -> None:
    def answer(number: int, request_id: str) -> tuple[int, object]:
        if number == 0:
            return 503, {"requestId": request_id, "timestamp": 1, "errorMessage": "later"}
        # As wrong as a 503: the answer of another request.
        return 200, {"requestId": "another" if number == 1 else request_id, "timestamp": 1}

    with endpoint(answer) as known:
        make_stream(base, "fhh-late", base.role("fhh-late", "firehose.amazonaws.com", EVERYTHING), known.url)
        put(base, "fhh-late", [event(1), event(2)])
        wait_for(lambda: len(known.requests) >= 3)
        assert len({request.id for request in known.requests[:3]}) == 1
        assert known.requests[0].document == known.requests[2].document
        assert "X-Amz-Firehose-Access-Key" not in known.requests[0].headers
        put(base, "fhh-late", [event(3)])
        wait_for(lambda: "e3" in known.ids)
        assert len(known.requests) == 4
        assert errors(base, "fhh-late", "http-endpoint-failed") == []


def test_what_is_refused_for_too_long_is_kept_as_it_was_to_be_delivered(base: Cloud) -> None:
    with endpoint(lambda _, request_id: (500, {"requestId": request_id, "personal": "answer"})) as known:
        make_stream(
            base, "fhh-never", base.role("fhh-never", "firehose.amazonaws.com", EVERYTHING), known.url
        )
        put(base, "fhh-never", [event(1), event(2, id="fail"), event(3)])
        wait_for(lambda: len(errors(base, "fhh-never", "http-endpoint-failed")) == 2)
        lines = errors(base, "fhh-never", "http-endpoint-failed")
        assert {line["errorCode"] for line in lines} == {"HttpEndpoint.DestinationException"}
        assert all(int(str(line["attemptsMade"])) >= 2 for line in lines)
        assert all("lambdaArn" not in line for line in lines)
        assert [json.loads(base64.b64decode(str(line["rawData"])))["id"] for line in lines] == ["e1", "e3"]
        # What could not be transformed never went out, and is kept as it came.
        assert "fail" not in known.ids
        wait_for(lambda: len(errors(base, "fhh-never", "processing-failed")) == 1)
        assert "personal" not in base.log.read_text()


def test_an_endpoint_that_is_away_costs_nothing(base: Cloud) -> None:
    with endpoint() as gone:
        url = gone.url
    make_stream(base, "fhh-away", base.role("fhh-away", "firehose.amazonaws.com", EVERYTHING), url)
    put(base, "fhh-away", [event(1)])
    wait_for(lambda: len(errors(base, "fhh-away", "http-endpoint-failed")) == 1)
    assert errors(base, "fhh-away", "http-endpoint-failed")[0]["errorCode"] == "HttpEndpoint.ConnectionFailed"


def test_without_the_right_to_read_its_key_nothing_is_sent_and_nothing_lost(base: Cloud) -> None:
    with endpoint() as known:
        role = base.role("fhh-denied", "firehose.amazonaws.com", EVERYTHING)
        make_stream(base, "fhh-denied", role, known.url, **read_by(role, secret_of(base, "fhh-denied")))
        put(base, "fhh-denied", [event(1)])
        wait_for(lambda: "fhh-denied" in base.log.read_text() and "AccessDenied" in base.log.read_text())
        assert known.requests == []
        statement = {"Effect": "Allow", "Action": SECRET[0], "Resource": "*"}
        base.client("iam").put_role_policy(
            RoleName="fhh-denied",
            PolicyName="read",
            PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
        )
        wait_for(lambda: known.ids == ["e1"])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"EndpointConfiguration": {"Url": "http://collect.example.com/"}}, "use https"),
        ({"EndpointConfiguration": {"Url": "https://collect.example.com:8443/"}}, "port 443"),
        ({"S3BackupMode": "AllData"}, "FailedDataOnly"),
    ],
)
def test_what_firehose_refuses_is_refused(base: Cloud, change: dict[str, object], message: str) -> None:
    role = f"arn:aws:iam::000000000000:role/fhh-{len(str(change))}"
    s3 = {"RoleARN": role, "BucketARN": "arn:aws:s3:::fh-bucket"}
    configuration = {
        "EndpointConfiguration": {"Url": "https://collect.example.com/"},
        "RoleARN": role,
        "S3Configuration": s3,
        **change,
    }
    with pytest.raises(ClientError, match=message):
        base.client("firehose").create_delivery_stream(
            DeliveryStreamName="fhh-refused", HttpEndpointDestinationConfiguration=configuration
        )


def test_the_bucket_beside_an_endpoint_is_changed_by_parts(base: Cloud) -> None:
    with endpoint() as known:
        role = base.role("fhh-change", "firehose.amazonaws.com", EVERYTHING)
        make_stream(base, "fhh-change", role, known.url)
        firehose = base.client("firehose")
        before = described(base, "fhh-change")
        firehose.update_destination(
            DeliveryStreamName="fhh-change",
            CurrentDeliveryStreamVersionId=before["VersionId"],
            DestinationId=before["Destinations"][0]["DestinationId"],
            HttpEndpointDestinationUpdate={
                "RetryOptions": {"DurationInSeconds": 30},
                "S3Update": {"CompressionFormat": "GZIP"},
            },
        )
        (destination,) = described(base, "fhh-change")["Destinations"]
        endpoint_now = destination["HttpEndpointDestinationDescription"]
        kept = before["Destinations"][0]["HttpEndpointDestinationDescription"]
        assert endpoint_now["RetryOptions"] == {"DurationInSeconds": 30}
        assert endpoint_now["EndpointConfiguration"] == kept["EndpointConfiguration"]
        assert endpoint_now["S3DestinationDescription"] == {
            **kept["S3DestinationDescription"],
            "CompressionFormat": "GZIP",
        }


def described(cloud: Cloud, name: str) -> dict:
    firehose = cloud.client("firehose")
    return firehose.describe_delivery_stream(DeliveryStreamName=name)["DeliveryStreamDescription"]
