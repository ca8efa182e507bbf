"""What the program asks of DataBrew, for which there is no engine here, against the model that AWS's own SDK carries."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from botocore.model import ServiceModel, Shape
from botocore.validate import ParamValidator

ROOT = Path(__file__).resolve().parents[3]
JOB_OPERATION = {"RECIPE": "CreateRecipeJob", "PROFILE": "CreateProfileJob"}
OPERATION = {
    "AWS::DataBrew::Dataset": "CreateDataset",
    "AWS::DataBrew::Recipe": "CreateRecipe",
    "AWS::DataBrew::Project": "CreateProject",
    "AWS::DataBrew::Schedule": "CreateSchedule",
}
ARN = "arn:aws:kms:ap-northeast-2:123456789012:key/00000000-0000-0000-0000-000000000000"


@pytest.fixture(scope="module")
def asked() -> dict[str, Any]:
    command = ["node", "-r", "./cli/typescript.js", "tests/unit/components/data-prep-requests.ts"]
    printed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return json.loads(printed)


@pytest.fixture(scope="module")
def model() -> ServiceModel:
    return botocore.session.get_session().get_service_model("databrew")


def problems(shape: Shape, value: Any, path: str = "") -> list[str]:
    """What botocore's validator leaves out: words that a shape has not, and texts outside pattern, length or enumeration."""
    if shape.type_name == "structure":
        unknown = [f"{path}.{word}: {shape.name} has no such member" for word in value if word not in shape.members]
        known = [word for word in value if word in shape.members]
        return unknown + [p for w in known for p in problems(shape.members[w], value[w], f"{path}.{w}")]
    if shape.type_name == "list":
        return [p for at, each in enumerate(value) for p in problems(shape.member, each, f"{path}[{at}]")]
    if shape.type_name == "map":
        keys = [p for key in value for p in problems(shape.key, key, f"{path} (key)")]
        return keys + [p for key, each in value.items() for p in problems(shape.value, each, f"{path}.{key}")]
    if shape.type_name != "string":
        return []
    found = []
    if shape.enum and value not in shape.enum:
        found.append(f"{path}: {value} is none of {shape.enum}")
    if "pattern" in shape.metadata and not re.search(shape.metadata["pattern"], value):
        found.append(f"{path}: {value} does not match {shape.metadata['pattern']}")
    if len(value) > shape.metadata.get("max", len(value)):
        found.append(f"{path}: is longer than {shape.metadata['max']}")
    return found


def validate(model: ServiceModel, operation: str, request: dict[str, Any]) -> list[str]:
    shape = model.operation_model(operation).input_shape
    report = ParamValidator().validate(request, shape)
    return ([report.generate_report()] if report.has_errors() else []) + problems(shape, request, operation)


def resolved(value: Any, resources: dict[str, Any]) -> Any:
    """A template's references, as CloudFormation fills them in."""
    if isinstance(value, list):
        return [resolved(each, resources) for each in value]
    if not isinstance(value, dict):
        return value
    if "Ref" in value:
        return resources[value["Ref"]]["Properties"]["Name"] if value["Ref"] in resources else ARN
    if "Fn::GetAtt" in value:
        return "12.0"
    return {key: resolved(each, resources) for key, each in value.items()}


def request_of(resource: dict[str, Any], resources: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Operation and input that the resource's handler sends: some words are CloudFormation's own."""
    properties = resolved(resource["Properties"], resources)
    if resource["Type"] == "AWS::DataBrew::Job":
        kind = properties.pop("Type")
        if "Recipe" in properties:
            recipe = properties.pop("Recipe")
            properties["RecipeReference"] = {"Name": recipe["Name"], "RecipeVersion": recipe["Version"]}
        return JOB_OPERATION[kind], properties
    if "PathOptions" in properties:
        parameters = properties["PathOptions"]["Parameters"]
        properties["PathOptions"]["Parameters"] = {
            each["PathParameterName"]: each["DatasetParameter"] for each in parameters
        }
    return OPERATION[resource["Type"]], properties


def requests(asked: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [
        request_of(resource, template["Resources"])
        for template in asked["templates"]
        for resource in template["Resources"].values()
        if resource["Type"].startswith("AWS::DataBrew::")
    ]


def test_every_resource_is_a_request_that_the_service_takes(asked: dict[str, Any], model: ServiceModel) -> None:
    all_requests = requests(asked)
    assert {operation for operation, _ in all_requests} == {*JOB_OPERATION.values(), *OPERATION.values()}
    assert [p for operation, request in all_requests for p in validate(model, operation, request)] == []


def test_every_call_of_the_publisher_is_one(asked: dict[str, Any], model: ServiceModel) -> None:
    calls = asked["calls"]
    assert {operation for operation, _ in calls} == {
        "PublishRecipe",
        "ListRecipeVersions",
        "BatchDeleteRecipeVersion",
    }
    assert [p for operation, request in calls for p in validate(model, operation, request)] == []


def test_jobs_carry_their_steps_because_a_jobs_recipe_cannot_be_changed(model: ServiceModel) -> None:
    assert "RecipeReference" in model.operation_model("CreateRecipeJob").input_shape.members
    assert "RecipeReference" not in model.operation_model("UpdateRecipeJob").input_shape.members


def test_physical_ids_are_names_of_the_service(asked: dict[str, Any]) -> None:
    names = [request["Name"] for _, request in requests(asked)]
    assert [name for name in names if not re.fullmatch(r"[A-Za-z0-9. -]{1,240}", name)] == []


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"Outputs": [{"Format": "PARQUET"}]}, "Missing required parameter in Outputs[0]"),
        ({"Outputs": [{"Location": {"Bucket": "b"}, "Format": "PARKET"}]}, "PARKET is none of"),
        ({"MaxCapacity": "five"}, "Invalid type for parameter MaxCapacity"),
        ({"Recipe": {"Name": "r"}}, "CreateRecipeJobRequest has no such member"),
    ],
)
def test_a_wrong_request_would_be_told(
    asked: dict[str, Any], model: ServiceModel, change: dict[str, Any], problem: str
) -> None:
    request = next(request for operation, request in requests(asked) if operation == "CreateRecipeJob")
    assert problem in "\n".join(validate(model, "CreateRecipeJob", {**request, **change}))
