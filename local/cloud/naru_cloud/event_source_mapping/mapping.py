"""What mappings of every kind are: what they were told, whom they act as, and how they tell what becomes of it."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from ..clients import Clients, ClientSet
from ..protocol import Json
from .reports import Reports


@dataclass
class MappingBase:
    """A mapping that was created; the kinds say what is read, and how."""

    uuid: str
    folder: Path
    #: What Create and Update were given.
    given: Json
    source_arn: str
    function_arn: str
    role_arn: str
    created: datetime
    modified: datetime
    region: str
    clients: Clients
    time_scale: float
    stopped: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.reports = Reports(self.uuid, self.function_arn.split(":")[6], self.clients.root())

    def role(self) -> ClientSet:
        """Clients in the function's role."""
        return self.clients.role(self.role_arn, f"mapping-{self.uuid}")
