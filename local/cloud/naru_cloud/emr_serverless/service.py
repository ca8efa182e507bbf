"""The API of EMR Serverless."""

from __future__ import annotations

from datetime import UTC, datetime

from ..authorisation import Authorisation
from ..clients import Clients
from ..kept_table import KeptTable
from ..protocol import ApiError, Caller, Json, Operation
from ..rest_service import RestService
from ..settings import Settings
from .job_run import ENDED, Application, JobRun, short_id
from .runner import JobRunner
from .spark_submit import SubmitError, parse_parameters

PRINCIPAL = "emr-serverless.amazonaws.com"


class EmrServerlessService(RestService):
    """Spark applications; job runs are run by spark-submit on this machine."""

    model_name = "emr-serverless"
    iam_prefix = "emr-serverless"
    invalid_code = "ValidationException"

    def __init__(self, settings: Settings, clients: Clients, authorisation: Authorisation) -> None:
        super().__init__(authorisation)
        self._settings = settings
        self._applications: KeptTable[str, Application] = KeptTable(
            settings.workdir / "emr-applications.kept"
        )
        self.kept = (self._applications,)
        self._runs: dict[str, JobRun] = {}
        self._tokens: dict[str, str] = {}
        self._runner = JobRunner(settings, clients)

    def operations(self) -> dict[str, Operation]:
        """The operations by name."""
        return {
            "CreateApplication": self._create,
            "GetApplication": self._get,
            "ListApplications": self._list,
            "UpdateApplication": self._update,
            "StartApplication": self._start,
            "StopApplication": self._stop,
            "DeleteApplication": self._delete,
            "StartJobRun": self._start_run,
            "GetJobRun": self._get_run,
            "ListJobRuns": self._list_runs,
            "CancelJobRun": self._cancel_run,
            "TagResource": self._tag,
            "UntagResource": self._untag,
            "ListTagsForResource": self._list_tags,
        }

    def resource(self, operation: str, parameters: Json) -> str:
        """The ARN of the application or job run."""
        if "resourceArn" in parameters:
            return str(parameters["resourceArn"])
        if "applicationId" not in parameters:
            return "*"
        arn = self._arn(str(parameters["applicationId"]))
        return f"{arn}/jobruns/{parameters['jobRunId']}" if "jobRunId" in parameters else arn

    def shutdown(self) -> None:
        """Ends all jobs."""
        self._runner.shutdown()

    def _arn(self, application: str) -> str:
        return f"arn:aws:emr-serverless:{self._settings.region}:{self._settings.account}:/applications/{application}"

    def _create(self, _caller: Caller, parameters: Json) -> Json:
        token = _token("application", parameters)
        if token and token in self._tokens:
            application = self._applications[self._tokens[token]]
        else:
            if str(parameters["type"]).upper() != "SPARK":
                raise ApiError(
                    "ValidationException", f"type: {parameters['type']} is not available locally; use SPARK"
                )
            application_id = short_id()
            application = Application(application_id, self._arn(application_id), parameters)
            self._applications[application_id] = application
            if token:
                self._tokens[token] = application_id
        return {"applicationId": application.id, "name": parameters.get("name", ""), "arn": application.arn}

    def _find(self, parameters: Json) -> Application:
        application = self._applications.get(str(parameters["applicationId"]))
        if application is None:
            raise ApiError(
                "ResourceNotFoundException", f"Application {parameters['applicationId']} does not exist", 404
            )
        return application

    def _get(self, _caller: Caller, parameters: Json) -> Json:
        return {"application": self._find(parameters).describe()}

    def _list(self, _caller: Caller, parameters: Json) -> Json:
        states = parameters.get("states") or []
        assert isinstance(states, list)
        shown = [app.summary() for app in self._applications.values() if not states or app.state in states]
        return {"applications": shown}

    def _update(self, _caller: Caller, parameters: Json) -> Json:
        application = self._find(parameters)
        if application.state not in ("CREATED", "STOPPED"):
            raise ApiError("ConflictException", "stop the application before it is updated", 409)
        application.given = {**application.given, **parameters}
        application.updated = datetime.now(UTC)
        return {"application": application.describe()}

    def _start(self, _caller: Caller, parameters: Json) -> Json:
        self._find(parameters).state = "STARTED"
        return {}

    def _stop(self, _caller: Caller, parameters: Json) -> Json:
        application = self._find(parameters)
        running = [
            run.id for run in self._runs.values() if run.application is application and run.state not in ENDED
        ]
        if running:
            raise ApiError(
                "ValidationException", f"{len(running)} job runs are still active; cancel them first"
            )
        application.state = "STOPPED"
        return {}

    def _delete(self, _caller: Caller, parameters: Json) -> Json:
        application = self._find(parameters)
        if application.state not in ("CREATED", "STOPPED"):
            raise ApiError(
                "ValidationException", "Application must be in CREATED or STOPPED state to be deleted"
            )
        application.state = "TERMINATED"
        return {}

    def _start_run(self, caller: Caller, parameters: Json) -> Json:
        application = self._find(parameters)
        token = _token(application.id, parameters)
        if token and token in self._tokens:
            run = self._runs[self._tokens[token]]
        else:
            run = self._new_run(caller, application, parameters)
            if token:
                self._tokens[token] = run.id
        return {"applicationId": application.id, "jobRunId": run.id, "arn": run.arn}

    def _new_run(self, caller: Caller, application: Application, parameters: Json) -> JobRun:
        if application.state == "TERMINATED":
            raise ApiError("ConflictException", "the application is deleted", 409)
        automatic = application.given.get("autoStartConfiguration") or {}
        assert isinstance(automatic, dict)
        if application.state != "STARTED" and not automatic.get("enabled", True):
            raise ApiError("ConflictException", "the application is not started, and auto start is off", 409)
        driver = parameters.get("jobDriver") or {}
        assert isinstance(driver, dict)
        if "sparkSubmit" not in driver or str(parameters.get("mode", "BATCH")) != "BATCH":
            raise ApiError(
                "ValidationException", "jobDriver: only sparkSubmit in mode BATCH is available locally"
            )
        try:
            parse_parameters(driver["sparkSubmit"].get("sparkSubmitParameters", ""))
        except SubmitError as error:
            raise ApiError("ValidationException", str(error)) from None
        role = str(parameters["executionRoleArn"])
        self.authorisation.require_pass_role(caller, role, PRINCIPAL)
        application.state = "STARTED"
        run_id = short_id()
        run = JobRun(run_id, f"{application.arn}/jobruns/{run_id}", application, caller, role, parameters)
        self._runs[run_id] = run
        self._runner.submit(run)
        return run

    def _find_run(self, parameters: Json) -> JobRun:
        run = self._runs.get(str(parameters["jobRunId"]))
        if run is None or run.application is not self._find(parameters):
            raise ApiError(
                "ResourceNotFoundException", f"Job run {parameters['jobRunId']} does not exist", 404
            )
        return run

    def _get_run(self, _caller: Caller, parameters: Json) -> Json:
        return {"jobRun": self._find_run(parameters).describe()}

    def _list_runs(self, _caller: Caller, parameters: Json) -> Json:
        application = self._find(parameters)
        states = parameters.get("states") or []
        assert isinstance(states, list)
        runs = [run for run in self._runs.values() if run.application is application]
        return {"jobRuns": [run.summary() for run in reversed(runs) if not states or run.state in states]}

    def _cancel_run(self, _caller: Caller, parameters: Json) -> Json:
        run = self._find_run(parameters)
        if run.state in ENDED:
            raise ApiError("ValidationException", f"Job run is in state {run.state} and can not be cancelled")
        self._runner.cancel(run)
        return {"applicationId": run.application.id, "jobRunId": run.id}

    def _tags(self, parameters: Json) -> dict[str, str]:
        arn = str(parameters["resourceArn"])
        for entry in [*self._applications.values(), *self._runs.values()]:
            if entry.arn == arn:
                tags = entry.given.setdefault("tags", {})  # type: ignore[attr-defined]
                assert isinstance(tags, dict)
                return tags
        raise ApiError("ResourceNotFoundException", f"{arn} does not exist", 404)

    def _tag(self, _caller: Caller, parameters: Json) -> Json:
        tags = parameters["tags"]
        assert isinstance(tags, dict)
        self._tags(parameters).update(tags)
        return {}

    def _untag(self, _caller: Caller, parameters: Json) -> Json:
        keys = parameters["tagKeys"]
        for key in keys if isinstance(keys, list) else []:
            self._tags(parameters).pop(key, None)
        return {}

    def _list_tags(self, _caller: Caller, parameters: Json) -> Json:
        return {"tags": self._tags(parameters)}


def _token(scope: str, parameters: Json) -> str:
    """The client token within what it counts for; empty when none was given."""
    token = parameters.get("clientToken")
    return f"{scope} {token}" if token else ""
