"""Checks of a state machine's definition: all that is wrong with it, and where, before it is created."""

from __future__ import annotations

from collections.abc import Mapping

from .choices import check_rule
from .paths import Json, PathError, parse_path
from .tasks import check_task
from .templates import check_template

_ALWAYS = {"Type", "Comment", "InputPath", "OutputPath"}
_NEXT = {"Next", "End"}
_RESULT = {"Parameters", "ResultSelector", "ResultPath"}
_ERRORS = {"Retry", "Catch"}

#: The fields of each type of state that are available locally.
FIELDS = {
    "Task": _ALWAYS | _NEXT | _RESULT | _ERRORS | {"Resource", "TimeoutSeconds"},
    "Pass": _ALWAYS | _NEXT | {"Parameters", "ResultPath", "Result"},
    "Wait": _ALWAYS | _NEXT | {"Seconds", "SecondsPath"},
    "Choice": _ALWAYS | {"Choices", "Default"},
    "Succeed": _ALWAYS,
    "Fail": {"Type", "Comment", "Error", "Cause", "ErrorPath", "CausePath"},
    "Parallel": _ALWAYS | _NEXT | _RESULT | _ERRORS | {"Branches"},
    "Map": _ALWAYS
    | _NEXT
    | _RESULT
    | _ERRORS
    | {"ItemsPath", "ItemSelector", "ItemProcessor", "Iterator", "MaxConcurrency"},
}


def check_definition(definition: Json, place: str = "") -> list[str]:
    """What is wrong, one line for each error with its place; nothing when all is well."""
    if not isinstance(definition, dict):
        return [f"{place or '/'}: must be an object"]
    errors: list[str] = []
    if definition.get("QueryLanguage", "JSONPath") != "JSONPath":
        errors.append(f"{place}/QueryLanguage: only JSONPath is available locally")
    states = definition.get("States")
    if not isinstance(states, dict) or not states:
        return [*errors, f"{place}/States: must be an object with at least one state"]
    if definition.get("StartAt") not in states:
        errors.append(f'{place}/StartAt: "{definition.get("StartAt")}" is not one of the states')
    for name, state in states.items():
        errors += _check_state(state, states, f"{place}/States/{name}")
    return errors


def _check_state(state: Json, states: Mapping[str, Json], place: str) -> list[str]:
    if not isinstance(state, dict):
        return [f"{place}: must be an object"]
    kind = str(state.get("Type"))
    if kind not in FIELDS:
        return [f"{place}/Type: is {kind}; use {', '.join(FIELDS)}"]
    errors = [
        f"{place}/{field}: is not available locally for a state of type {kind}"
        for field in state
        if field not in FIELDS[kind]
    ]
    errors += _check_flow(state, kind, states, place)
    for field in (
        "InputPath",
        "OutputPath",
        "ResultPath",
        "SecondsPath",
        "ItemsPath",
        "ErrorPath",
        "CausePath",
    ):
        if state.get(field) is not None:
            try:
                parse_path(str(state[field]))
            except PathError as error:
                errors.append(f"{place}/{field}: {error}")
    for field in ("Parameters", "ResultSelector", "ItemSelector"):
        errors += check_template(state.get(field), f"{place}/{field}")
    return errors + _check_inner(state, kind, states, place)


def _check_flow(state: Mapping[str, Json], kind: str, states: Mapping[str, Json], place: str) -> list[str]:
    errors: list[str] = []
    if "Next" in FIELDS[kind] and ("Next" in state) == (state.get("End") is True):
        errors.append(f'{place}: needs either "Next" or "End": true')
    targets = [("Next", state.get("Next")), ("Default", state.get("Default"))]
    for name in ("Choices", "Catch"):
        rules = state.get(name) if isinstance(state.get(name), list) else []
        assert isinstance(rules, list)
        targets += [
            (f"{name}/{i}/Next", rule.get("Next", ""))
            for i, rule in enumerate(rules)
            if isinstance(rule, dict)
        ]
    errors += [
        f'{place}/{field}: "{target}" is not one of the states'
        for field, target in targets
        if target is not None and target not in states
    ]
    return errors


def _check_inner(state: Mapping[str, Json], kind: str, states: Mapping[str, Json], place: str) -> list[str]:
    if kind == "Task":
        return check_task(state.get("Resource"), state.get("Parameters"), place)
    if kind == "Wait" and ("Seconds" in state) == ("SecondsPath" in state):
        return [f'{place}: needs either "Seconds" or "SecondsPath" (timestamps are not available locally)']
    if kind == "Choice":
        rules = state.get("Choices")
        if not isinstance(rules, list) or not rules:
            return [f"{place}/Choices: must be a list with at least one rule"]
        return [error for i, rule in enumerate(rules) for error in check_rule(rule, f"{place}/Choices/{i}")]
    if kind == "Parallel":
        branches = state.get("Branches")
        if not isinstance(branches, list) or not branches:
            return [f"{place}/Branches: must be a list with at least one branch"]
        return [
            error
            for i, one in enumerate(branches)
            for error in check_definition(one, f"{place}/Branches/{i}")
        ]
    if kind == "Map":
        field = "ItemProcessor" if "ItemProcessor" in state else "Iterator"
        processor = state.get(field)
        mode = (
            processor.get("ProcessorConfig", {}).get("Mode", "INLINE") if isinstance(processor, dict) else ""
        )
        wrong = [f"{place}/{field}/ProcessorConfig/Mode: is {mode}; only INLINE is available locally"]
        return (wrong if mode not in ("INLINE", "") else []) + check_definition(processor, f"{place}/{field}")
    return []
