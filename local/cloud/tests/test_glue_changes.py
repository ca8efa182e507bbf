"""Changes of Glue's connections and classifiers, which the emulator has no answer for."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError
from conftest import ACCOUNT, REGION, Cloud
from test_glue_crawlers import glue

from naru_cloud.glue.changes import update_classifier
from naru_cloud.protocol import ApiError


def connection(name: str, host: str) -> dict[str, object]:
    properties = {"JDBC_CONNECTION_URL": f"jdbc:postgresql://{host}:5432/library"}
    return {"Name": name, "ConnectionType": "JDBC", "ConnectionProperties": properties}


def host_of(cloud: Cloud, name: str) -> str:
    return glue(cloud).get_connection(Name=name)["Connection"]["ConnectionProperties"]["JDBC_CONNECTION_URL"]


def code(refused: pytest.ExceptionInfo[ClientError]) -> str:
    return refused.value.response["Error"]["Code"]


def test_a_connection_is_changed_in_place(cloud: Cloud) -> None:
    glue(cloud).create_connection(ConnectionInput=connection("library", "old"))
    glue(cloud).update_connection(Name="library", ConnectionInput=connection("library", "new"))
    assert "//new:" in host_of(cloud, "library")
    assert [each["Name"] for each in glue(cloud).get_connections()["ConnectionList"]].count("library") == 1


def test_a_connection_that_is_not_there_is_not_made(cloud: Cloud) -> None:
    with pytest.raises(ClientError) as refused:
        glue(cloud).update_connection(Name="none", ConnectionInput=connection("none", "new"))
    assert code(refused) == "EntityNotFoundException"
    with pytest.raises(ClientError):
        glue(cloud).get_connection(Name="none")


def test_a_connection_keeps_its_name(cloud: Cloud) -> None:
    glue(cloud).create_connection(ConnectionInput=connection("named", "old"))
    with pytest.raises(ClientError) as refused:
        glue(cloud).update_connection(Name="named", ConnectionInput=connection("other", "new"))
    assert code(refused) == "InvalidInputException"
    assert "//old:" in host_of(cloud, "named")


def test_a_role_needs_the_right(cloud: Cloud) -> None:
    glue(cloud).create_connection(ConnectionInput=connection("kept", "old"))
    arns = [f"arn:aws:glue:{REGION}:{ACCOUNT}:{what}" for what in ("catalog", "connection/kept")]
    reader = cloud.role("glue-reader", "glue.amazonaws.com", [(["glue:GetConnection"], arns)])
    writer = cloud.role("glue-writer", "glue.amazonaws.com", [(["glue:UpdateConnection"], arns)])
    changed = connection("kept", "new")
    with pytest.raises(ClientError) as refused:
        glue(cloud, cloud.assume(reader)).update_connection(Name="kept", ConnectionInput=changed)
    assert "glue:UpdateConnection" in refused.value.response["Error"]["Message"]
    assert "//old:" in host_of(cloud, "kept")
    glue(cloud, cloud.assume(writer)).update_connection(Name="kept", ConnectionInput=changed)
    assert "//new:" in host_of(cloud, "kept")


def test_a_classifier_is_changed_in_what_is_named(cloud: Cloud) -> None:
    glue(cloud).create_classifier(CsvClassifier={"Name": "loans", "Delimiter": ";", "QuoteSymbol": "'"})
    glue(cloud).update_classifier(CsvClassifier={"Name": "loans", "Delimiter": "|"})
    found = glue(cloud).get_classifier(Name="loans")["Classifier"]["CsvClassifier"]
    assert (found["Delimiter"], found["QuoteSymbol"]) == ("|", "'")


def test_a_classifier_of_one_kind_never_becomes_another(cloud: Cloud) -> None:
    glue(cloud).create_classifier(JsonClassifier={"Name": "paths", "JsonPath": "$.rows[*]"})
    with pytest.raises(ClientError) as refused:
        glue(cloud).update_classifier(CsvClassifier={"Name": "paths", "Delimiter": "|"})
    assert code(refused) == "InvalidInputException"
    assert glue(cloud).get_classifier(Name="paths")["Classifier"]["JsonClassifier"]["JsonPath"] == "$.rows[*]"
    with pytest.raises(ClientError) as missing:
        glue(cloud).update_classifier(JsonClassifier={"Name": "none", "JsonPath": "$"})
    assert code(missing) == "EntityNotFoundException"


def test_a_classifier_that_is_refused_a_change_stays(cloud: Cloud) -> None:
    glue(cloud).create_classifier(CsvClassifier={"Name": "kept", "Delimiter": ";"})
    wrong = {"CsvClassifier": {"Name": "kept", "Delimiter": 5}}
    with pytest.raises(ApiError) as refused:
        update_classifier(glue(cloud), wrong)
    assert refused.value.code == "InvalidInputException"
    assert glue(cloud).get_classifier(Name="kept")["Classifier"]["CsvClassifier"]["Delimiter"] == ";"
