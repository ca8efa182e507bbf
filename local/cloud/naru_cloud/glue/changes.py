"""Changes of connections and classifiers: the emulator makes and deletes them, and changes none.

What is changed is read, and made again under its name.
"""

from __future__ import annotations

from collections.abc import Callable

from botocore.client import BaseClient
from botocore.exceptions import ClientError, ParamValidationError

from ..protocol import ApiError, Json

#: The kinds of a classifier, as a request names them.
KINDS = ("GrokClassifier", "XMLClassifier", "JsonClassifier", "CsvClassifier")


def update_connection(glue: BaseClient, parameters: Json) -> Json:
    """UpdateConnection: all of a connection but its name.

    :raises ApiError: where it is not there, or would get another name.
    """
    name = connection_name(parameters)
    wanted = parameters.get("ConnectionInput")
    if not isinstance(wanted, dict) or wanted.get("Name") != name:
        raise ApiError(
            "InvalidInputException", f"Connection {name} keeps its name: ConnectionInput.Name is {name}"
        )
    _there(lambda: glue.get_connection(Name=name))
    # The emulator puts it in the place of the one that is there.
    glue.create_connection(ConnectionInput=wanted)
    return {}


def update_classifier(glue: BaseClient, parameters: Json) -> Json:
    """UpdateClassifier: what the request names of a classifier; the rest stays.

    :raises ApiError: where it is not there, is of another kind, or is refused what it would become.
    """
    kind, name = _classifier(parameters)
    found = _there(lambda: glue.get_classifier(Name=name))["Classifier"]
    if kind not in found:
        raise ApiError("InvalidInputException", f"Classifier {name} is no {kind}, and never becomes one")
    before = {key: value for key, value in found[kind].items() if key in _inputs(glue, kind)}
    glue.delete_classifier(Name=name)
    try:
        glue.create_classifier(**{kind: {**before, **parameters[kind]}})
    except (ClientError, ParamValidationError) as error:
        # What is refused leaves the classifier as it was.
        glue.create_classifier(**{kind: before})
        raise ApiError("InvalidInputException", str(error)) from None
    return {}


def connection_name(parameters: Json) -> str:
    """The one that a request is about."""
    return str(parameters.get("Name", ""))


def _classifier(parameters: Json) -> tuple[str, str]:
    named = [(kind, parameters[kind]) for kind in KINDS if isinstance(parameters.get(kind), dict)]
    if len(named) != 1 or "Name" not in named[0][1]:
        raise ApiError("InvalidInputException", f"A change names one of {', '.join(KINDS)}, with its Name")
    kind, settings = named[0]
    return kind, str(settings["Name"])


def _there(read: Callable[[], Json]) -> Json:
    try:
        return read()
    except ClientError as error:
        told = error.response["Error"]
        raise ApiError(told["Code"], told["Message"]) from None


def _inputs(glue: BaseClient, kind: str) -> set[str]:
    """What a classifier is made with; the rest is what Glue tells of it."""
    shape = glue.meta.service_model.operation_model("CreateClassifier").input_shape
    return set(shape.members[kind].members)
