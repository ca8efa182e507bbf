"""Crawlers that crawl, and changes that the emulator has no answer for.

The emulator keeps the catalogue, and crawlers' definitions beside it; it runs none. Runs are this service's, so are
changes of connections and classifiers, and every other request is passed on.
"""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime

from botocore.exceptions import ClientError

from ..authorisation import Authorisation
from ..clients import Clients
from ..forwarding import Forwarder
from ..log import log
from ..protocol import ApiError, Caller, Json, Request, Response, json_response
from ..settings import Settings
from .changes import connection_name, update_classifier, update_connection
from .crawl import crawl
from .schema import CrawlError
from .tables import Changes

PRINCIPAL = "glue.amazonaws.com"


@dataclass
class Run:
    """The newest run of a crawler."""

    #: RUNNING, STOPPING or READY.
    state: str = "RUNNING"
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    seconds: float = 0.0
    #: As GetCrawler tells it; None while it runs.
    last: Json | None = None
    changes: Changes = field(default_factory=Changes)
    stopped: threading.Event = field(default_factory=threading.Event)


class GlueService:
    """Answers what the emulator lacks, and hands everything else to it."""

    def __init__(
        self, settings: Settings, clients: Clients, authorisation: Authorisation, forwarder: Forwarder
    ) -> None:
        self._settings = settings
        self._clients = clients
        self._authorisation = authorisation
        self._forwarder = forwarder
        self._runs: dict[str, Run] = {}
        self._lock = threading.Lock()
        self._own = {
            "StartCrawler": self._start,
            "StopCrawler": self._stop,
            "GetCrawlerMetrics": self._metrics,
            "UpdateClassifier": self._update_classifier,
            "UpdateConnection": self._update_connection,
        }

    def handle(self, request: Request, caller: Caller) -> Response:
        """Answers one request.

        :raises ApiError: for a missing right, or a crawler that is not there or not in the right state.
        """
        name = request.headers.get("x-amz-target", "").rpartition(".")[2]
        read = name in self._own or name.endswith("Crawler")
        parameters = json.loads(request.body or b"{}") if read else {}
        if name in self._own:
            return json_response(self._own[name](caller, parameters))
        if name == "CreateCrawler":
            self._authorisation.require_pass_role(
                caller, self._role_arn(str(parameters.get("Role"))), PRINCIPAL
            )
        answer = self._forwarder.forward(request)
        if name == "GetCrawler" and answer.status == 200:
            crawler = json.loads(answer.body)["Crawler"]
            return json_response({"Crawler": {**crawler, **self._state(str(parameters["Name"]))}})
        return answer

    def shutdown(self) -> None:
        """Ends all runs."""
        for run in self._runs.values():
            run.stopped.set()

    def _start(self, caller: Caller, parameters: Json) -> Json:
        name = self._named(caller, "StartCrawler", parameters)
        with self._lock:
            running = self._runs.get(name)
            if running is not None and running.state != "READY":
                raise ApiError("CrawlerRunningException", f"Crawler with name {name} has already started")
            run = Run(last=None if running is None else running.last)
            self._runs[name] = run
        threading.Thread(target=self._run, args=(name, run), name=f"crawl-{name}", daemon=True).start()
        return {}

    def _stop(self, caller: Caller, parameters: Json) -> Json:
        name = self._named(caller, "StopCrawler", parameters)
        with self._lock:
            run = self._runs.get(name)
            if run is None or run.state != "RUNNING":
                raise ApiError("CrawlerNotRunningException", f"Crawler with name {name} is not running")
            run.state = "STOPPING"
        run.stopped.set()
        return {}

    def _metrics(self, caller: Caller, parameters: Json) -> Json:
        self._authorisation.require(caller, "glue:GetCrawlerMetrics", "*")
        names = parameters.get("CrawlerNameList") or list(self._runs)
        assert isinstance(names, list)
        metrics = []
        for name in names:
            run = self._runs.get(str(name)) or Run(state="READY")
            metrics.append(
                {
                    "CrawlerName": name,
                    "TimeLeftSeconds": 0.0,
                    "StillEstimating": run.state != "READY",
                    "LastRuntimeSeconds": run.seconds,
                    "MedianRuntimeSeconds": run.seconds,
                    "TablesCreated": run.changes.created,
                    "TablesUpdated": run.changes.updated,
                    "TablesDeleted": run.changes.deleted,
                }
            )
        return {"CrawlerMetricsList": metrics}

    def _update_classifier(self, caller: Caller, parameters: Json) -> Json:
        # A classifier has no ARN (Service Authorization Reference, AWS Glue).
        self._authorisation.require(caller, "glue:UpdateClassifier", "*")
        return update_classifier(self._clients.root().get("glue"), parameters)

    def _update_connection(self, caller: Caller, parameters: Json) -> Json:
        for resource in ("catalog", f"connection/{connection_name(parameters)}"):
            arn = f"arn:aws:glue:{self._settings.region}:{self._settings.account}:{resource}"
            self._authorisation.require(caller, "glue:UpdateConnection", arn)
        return update_connection(self._clients.root().get("glue"), parameters)

    def _named(self, caller: Caller, operation: str, parameters: Json) -> str:
        name = str(parameters.get("Name", ""))
        arn = f"arn:aws:glue:{self._settings.region}:{self._settings.account}:crawler/{name}"
        self._authorisation.require(caller, f"glue:{operation}", arn)
        try:
            self._clients.root().get("glue").get_crawler(Name=name)
        except ClientError:
            raise ApiError("EntityNotFoundException", f"Crawler with name {name} does not exist") from None
        return name

    def _state(self, name: str) -> Json:
        run = self._runs.get(name)
        if run is None:
            return {}
        return {
            "State": run.state,
            "CrawlElapsedTime": int(
                1000 * (run.seconds or (datetime.now(UTC) - run.started).total_seconds())
            ),
            **({} if run.last is None else {"LastCrawl": run.last}),
        }

    def _run(self, name: str, run: Run) -> None:
        began = time.monotonic()
        status, reason = "SUCCEEDED", None
        try:
            glue = self._clients.root().get("glue")
            # Before this run: what a crawl by events asks for.
            crawler = {**glue.get_crawler(Name=name)["Crawler"], "LastCrawl": run.last}
            classifiers = [
                glue.get_classifier(Name=classifier)["Classifier"] for classifier in crawler["Classifiers"]
            ]
            clients = self._clients.role(self._role_arn(crawler["Role"]), "AWS-Crawler")
            run.changes = crawl(clients, crawler, classifiers, run.stopped.is_set)
            status = "CANCELLED" if run.stopped.is_set() else status
        except CrawlError as error:
            status, reason = "FAILED", str(error)
        except ClientError as error:
            # The service's own message may name a key, and so a person.
            status, reason = "FAILED", f"{error.response['Error']['Code']} at {error.operation_name}"
        except Exception as error:  # noqa: BLE001
            status, reason = "FAILED", f"Internal Service Exception: {type(error).__name__}"
        run.seconds = time.monotonic() - began
        run.last = {
            "Status": status,
            "StartTime": run.started,
            **({} if reason is None else {"ErrorMessage": reason}),
        }
        run.state = "READY"
        log("info", "glue", "crawled", crawler=name, status=status, tables=vars(run.changes))

    def _role_arn(self, role: str) -> str:
        """A crawler may name its role without the ARN."""
        return role if role.startswith("arn:") else f"arn:aws:iam::{self._settings.account}:role/{role}"
