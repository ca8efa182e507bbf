"""Runs an execution: one state after the other, with retries, catches, branches and items."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor

from botocore.exceptions import BotoCoreError, ClientError

from ..clients import ClientSet
from .choices import matches
from .execution import Execution
from .intrinsics import IntrinsicError
from .paths import Json, PathError, find, put
from .tasks import TaskError, run_task
from .templates import render

State = Mapping[str, Json]

#: Iterations of a Map that run side by side where MaxConcurrency is 0 (as many as possible).
SIDE_BY_SIDE = 4


class Stopped(Exception):
    """The execution was stopped or has run out of time."""


class Interpreter:
    """The interpreter of one execution."""

    def __init__(self, execution: Execution, role: Callable[[], ClientSet], time_scale: float) -> None:
        self._execution = execution
        self._role = role
        self._time_scale = time_scale
        seconds = execution.definition.get("TimeoutSeconds")
        self._deadline = time.monotonic() + float(str(seconds)) / time_scale if seconds is not None else None
        started = execution.started.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        self._context: dict[str, Json] = {
            "Execution": {
                "Id": execution.arn,
                "Input": execution.input,
                "Name": execution.name,
                "RoleArn": execution.role_arn,
                "StartTime": started,
            },
            "StateMachine": {"Id": execution.machine.arn, "Name": execution.machine.name},
        }

    def run(self) -> None:
        """Runs to the end and writes it into the execution."""
        execution = self._execution
        execution.record("ExecutionStarted", executionStartedEventDetails={"input": execution.input_text})
        try:
            output = self._states(execution.definition, execution.input, self._context)
        except TaskError as error:
            execution.finish("FAILED", error=error.error, cause=error.cause)
        except Stopped:
            if execution.stopped.is_set():
                execution.finish("ABORTED", error=execution.error, cause=execution.cause)
            else:
                execution.finish("TIMED_OUT", error="States.Timeout")
        except Exception as error:  # noqa: BLE001
            execution.finish("FAILED", error="States.Runtime", cause=type(error).__name__)
        else:
            execution.finish("SUCCEEDED", output=json.dumps(output, ensure_ascii=False))

    def _states(self, definition: Mapping[str, Json], data: Json, context: dict[str, Json]) -> Json:
        states = definition["States"]
        assert isinstance(states, dict)
        name: str | None = str(definition["StartAt"])
        while name is not None:
            self._check()
            state = states[name]
            kind = state["Type"]
            entered = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
            context = {**context, "State": {"Name": name, "EnteredTime": entered, "RetryCount": 0}}
            self._execution.record(f"{kind}StateEntered", stateEnteredEventDetails={"name": name})
            data, following = self._state(name, state, data, context)
            if kind != "Fail":
                self._execution.record(f"{kind}StateExited", stateExitedEventDetails={"name": name})
            name = following
        return data

    def _state(
        self, name: str, state: State, data: Json, context: dict[str, Json]
    ) -> tuple[Json, str | None]:
        """The state's output and the next state; None ends the machine."""
        try:
            chosen = self._path(state, "InputPath", data, context)
            kind = state["Type"]
            if kind == "Fail":
                raise TaskError(
                    *(self._failure(state, field, chosen, context) for field in ("Error", "Cause"))
                )
            if kind == "Choice":
                return self._path(state, "OutputPath", chosen, context), self._choose(
                    name, state, chosen, context
                )
            if kind in ("Succeed", "Wait"):
                if kind == "Wait":
                    path = state.get("SecondsPath")
                    seconds = find(str(path), chosen, context) if path else state["Seconds"]
                    self._sleep(float(str(seconds)))
                return self._path(state, "OutputPath", chosen, context), self._next(state)
            return self._working(state, data, chosen, context)
        except (PathError, IntrinsicError) as error:
            raise TaskError(
                "States.Runtime", f"An error occurred while executing the state '{name}'. {error}"
            ) from None

    def _working(
        self, state: State, data: Json, chosen: Json, context: dict[str, Json]
    ) -> tuple[Json, str | None]:
        """Task, Pass, Parallel and Map: Parameters, work with retries, ResultSelector, ResultPath,
        OutputPath."""
        attempts: dict[int, int] = {}
        while True:
            self._check()
            try:
                result = self._work(state, chosen, context)
                if state.get("ResultSelector") is not None:
                    result = render(state["ResultSelector"], result, context)
                output = self._result(state, data, result)
                return self._path(state, "OutputPath", output, context), self._next(state)
            except TaskError as error:
                wait = _retry(state, error, attempts)
                if wait is not None:
                    self._sleep(wait)
                    continue
                for catcher in state.get("Catch") or []:  # type: ignore[attr-defined]
                    if _covers(catcher["ErrorEquals"], error.error):
                        caught = {"Error": error.error, "Cause": error.cause}
                        return self._result(catcher, data, caught), catcher["Next"]
                raise

    def _work(self, state: State, chosen: Json, context: dict[str, Json]) -> Json:
        kind = state["Type"]
        if kind == "Map":
            return self._map(state, chosen, context)
        given = render(state["Parameters"], chosen, context) if "Parameters" in state else chosen
        if kind == "Pass":
            return state.get("Result", given)
        if kind == "Parallel":
            branches = state["Branches"]
            assert isinstance(branches, list)
            return self._together(
                [lambda one=one: self._states(one, given, context) for one in branches], len(branches)
            )
        return self._task(state, given)

    def _task(self, state: State, given: Json) -> Json:
        resource = str(state["Resource"])
        kind, _, action = resource.removeprefix("arn:aws:states:::").rpartition(":")
        details = {"resourceType": kind, "resource": action}
        self._execution.record("TaskStarted", taskStartedEventDetails=details)
        started = time.monotonic()
        try:
            result = run_task(self._role(), resource, given)
        except (ClientError, BotoCoreError) as error:
            failure = TaskError("States.TaskFailed", f"the role could not be assumed: {type(error).__name__}")
            self._execution.record("TaskFailed", taskFailedEventDetails={**details, "error": failure.error})
            raise failure from None
        except TaskError as error:
            failed = {**details, "error": error.error, "cause": error.cause}
            self._execution.record("TaskFailed", taskFailedEventDetails=failed)
            raise
        limit = state.get("TimeoutSeconds")
        if limit is not None and time.monotonic() - started > float(str(limit)):
            self._execution.record(
                "TaskTimedOut", taskTimedOutEventDetails={**details, "error": "States.Timeout"}
            )
            raise TaskError("States.Timeout", f"the task took longer than {limit} s")
        self._execution.record("TaskSucceeded", taskSucceededEventDetails=details)
        return result

    def _map(self, state: State, chosen: Json, context: dict[str, Json]) -> Json:
        items = find(str(state.get("ItemsPath", "$")), chosen, context)
        if not isinstance(items, list):
            raise TaskError("States.Runtime", "ItemsPath does not point at a list")
        processor = state.get("ItemProcessor", state.get("Iterator"))
        assert isinstance(processor, dict)
        template = state.get("ItemSelector", state.get("Parameters"))

        def one(index: int, item: Json) -> Json:
            inner = {**context, "Map": {"Item": {"Index": index, "Value": item}}}
            given = render(template, chosen, inner) if template is not None else item
            return self._states(processor, given, inner)

        work = [lambda index=index, item=item: one(index, item) for index, item in enumerate(items)]
        return self._together(work, int(str(state.get("MaxConcurrency", 0))) or SIDE_BY_SIDE)

    def _together(self, work: list[Callable[[], Json]], most: int) -> list[Json]:
        if not work:
            return []
        with ThreadPoolExecutor(most) as pool:
            return [future.result() for future in [pool.submit(one) for one in work]]

    def _choose(self, name: str, state: State, data: Json, context: dict[str, Json]) -> str:
        for rule in state["Choices"]:  # type: ignore[attr-defined]
            if matches(rule, data, context):
                return str(rule["Next"])
        if "Default" not in state:
            raise TaskError("States.NoChoiceMatched", f"no choice of the state '{name}' matches its input")
        return str(state["Default"])

    def _failure(self, state: State, field: str, data: Json, context: dict[str, Json]) -> str:
        path = state.get(f"{field}Path")
        return str(find(str(path), data, context)) if path else str(state.get(field, ""))

    def _path(self, state: State, field: str, data: Json, context: dict[str, Json]) -> Json:
        """InputPath and OutputPath: null stands for an empty object."""
        path = state.get(field, "$")
        return {} if path is None else find(str(path), data, context)

    def _result(self, state: State, data: Json, result: Json) -> Json:
        path = state.get("ResultPath", "$")
        return data if path is None else put(str(path), data, result)

    def _next(self, state: State) -> str | None:
        following = state.get("Next")
        return None if following is None else str(following)

    def _sleep(self, seconds: float) -> None:
        """Waits, at the speed of the time scale; a stop ends it."""
        seconds /= self._time_scale
        left = self._deadline - time.monotonic() if self._deadline is not None else seconds
        self._execution.stopped.wait(min(seconds, max(left, 0)))
        self._check()

    def _check(self) -> None:
        late = self._deadline is not None and time.monotonic() >= self._deadline
        if late or self._execution.stopped.is_set():
            raise Stopped


def _retry(state: State, error: TaskError, attempts: dict[int, int]) -> float | None:
    """Seconds to wait before the next attempt, or None when there is none. Defaults are those of the
    language."""
    for index, rule in enumerate(state.get("Retry") or []):  # type: ignore[arg-type]
        if not _covers(rule["ErrorEquals"], error.error):
            continue
        used = attempts.get(index, 0)
        if used >= rule.get("MaxAttempts", 3):
            return None
        attempts[index] = used + 1
        wait = float(rule.get("IntervalSeconds", 1)) * float(rule.get("BackoffRate", 2.0)) ** used
        return min(wait, float(rule.get("MaxDelaySeconds", wait)))
    return None


def _covers(names: list[str], error: str) -> bool:
    """Whether a list of error names covers an error: States.ALL all, States.TaskFailed all but timeouts."""
    return (
        error in names
        or ("States.ALL" in names and error != "States.Runtime")
        or ("States.TaskFailed" in names and error not in ("States.Timeout", "States.Runtime"))
    )
