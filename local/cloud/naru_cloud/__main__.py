"""`python -m naru_cloud`: starts all services on one port and ends cleanly on SIGTERM."""

from __future__ import annotations

import os
import signal
import sys
import threading
from dataclasses import replace

from .athena import AthenaService
from .authorisation import Authorisation
from .clients import Clients
from .emr_serverless import EmrServerlessService
from .event_bridge import EventBridgeService
from .event_source_mapping import LambdaService
from .firehose import FirehoseService
from .forwarding import Forwarder
from .glue import GlueService
from .http_server import CloudServer, Router
from .rights_record import RightsRecord
from .s3_for_spark import S3ForSpark
from .sessions import Sessions
from .settings import parse_settings
from .step_functions import StepFunctionsService
from .sts_broker import StsBroker


def main(arguments: list[str]) -> int:
    """Runs until SIGTERM or SIGINT; says `listening 127.0.0.1:PORT` on stdout when it can be called."""
    settings = parse_settings(arguments)
    # Files below may hold rows of query results for a moment: the owner only.
    os.umask(0o077)
    settings.workdir.mkdir(parents=True, exist_ok=True)
    server = CloudServer(settings.port)
    settings = replace(settings, port=server.server_address[1])
    sessions = Sessions(settings.account, settings.root_key, settings.root_secret)
    clients = Clients(settings, sessions)
    rights = RightsRecord(settings.rights) if settings.rights else None
    authorisation = Authorisation(clients, rights)
    forwarder = Forwarder(settings.emulator)
    services = {
        "athena": AthenaService(settings, clients, authorisation),
        "emr-serverless": EmrServerlessService(settings, clients, authorisation),
        "events": EventBridgeService(settings, clients, authorisation, forwarder),
        "firehose": FirehoseService(settings, clients, authorisation),
        "glue": GlueService(settings, clients, authorisation, forwarder),
        "lambda": LambdaService(settings, clients, authorisation, forwarder),
        "states": StepFunctionsService(settings, clients, authorisation),
    }
    server.router = Router(services, sessions, StsBroker(forwarder, sessions), S3ForSpark(forwarder))
    # shutdown() waits for serve_forever(), so it can't run in the thread that serves.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
    print(f"listening 127.0.0.1:{settings.port}", flush=True)
    server.serve_forever(poll_interval=0.1)
    for service in services.values():
        service.shutdown()
    server.server_close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
