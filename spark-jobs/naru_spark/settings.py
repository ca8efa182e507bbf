"""What a run is told: the job file (`job.json`), checked as a whole."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from naru_spark.errors import JobError

ZONES = ("landing", "raw", "curated")


@dataclass(frozen=True)
class Zones:
    """Roots of the zones, each a URI without a slash at its end."""

    landing: str
    raw: str
    curated: str

    def quarantine(self, domain: str, name: str) -> str:
        """Where bad rows go. They hold clear values, so they stay in the closed landing zone."""
        return f"{self.landing}/quarantine/{domain}/{name}"


@dataclass(frozen=True)
class PseudonymKey:
    """The KMS key that epoch keys are made of, and the epoch that new pseudonyms belong to."""

    key_id: str
    epoch: int


@dataclass(frozen=True)
class ReidentificationPlace:
    """Where what turns pseudonyms back is kept (no slash at its end), and from which epoch on."""

    root: str
    oldest_epoch: int

    def source_keys(self, table: str) -> str:
        """Source keys by pseudonym, of the set `<domain>/<name>`."""
        return f"{self.root}/source-keys/{table}"

    def bridge(self, table: str) -> str:
        """Pseudonyms of older epochs to those of the newest, of the set `<domain>/<name>`."""
        return f"{self.root}/bridge/{table}"


@dataclass(frozen=True)
class JobSettings:
    """Everything a run needs to know besides the jobs' names."""

    contracts: str
    zones: Zones
    pseudonym: PseudonymKey | None
    data_sets: tuple[str, ...] | None
    report: str
    reidentification: ReidentificationPlace | None = None
    #: Curate only what landing has and curated has not; whole sets otherwise.
    changed: bool = False


def parse_settings(text: str, report: str | None = None) -> JobSettings:
    """Reads the job file; `report` goes before the file's own. Raises JobError that lists every fault."""
    try:
        raw = json.loads(text)
    except ValueError as error:
        raise JobError(f"job file: not JSON ({error})") from error
    if not isinstance(raw, dict):
        raise JobError("job file: must be an object with contracts, zones, pseudonym, dataSets, report")
    faults: list[str] = []
    settings = JobSettings(
        contracts=_text(raw, "contracts", faults),
        zones=_zones(raw.get("zones"), faults),
        pseudonym=_pseudonym(raw.get("pseudonym"), faults),
        data_sets=_data_sets(raw.get("dataSets"), faults),
        report=report if report is not None else _text(raw, "report", faults),
        reidentification=_reidentification(raw.get("reidentification"), faults),
    )
    if settings.reidentification is not None and settings.pseudonym is None:
        faults.append("reidentification needs pseudonym: without a key there is nothing to turn back")
    known = {"contracts", "zones", "pseudonym", "dataSets", "report", "reidentification"}
    faults += [
        f"{key} is not a setting; known: {', '.join(sorted(known))}" for key in sorted(raw.keys() - known)
    ]
    if faults:
        raise JobError("job file: " + "; ".join(faults))
    return settings


def _text(raw: dict[str, Any], key: str, faults: list[str], path: str = "") -> str:
    value = raw.get(key)
    if isinstance(value, str) and value:
        return value
    faults.append(f"{path}{key} must be a non-empty string")
    return ""


def _zones(raw: object, faults: list[str]) -> Zones:
    if not isinstance(raw, dict):
        faults.append(
            'zones must be an object, such as {"landing": "s3://…/", "raw": "s3://…/", "curated": "s3://…/"}'
        )
        return Zones("", "", "")
    return Zones(*(_text(raw, zone, faults, "zones.").rstrip("/") for zone in ZONES))


def _pseudonym(raw: object, faults: list[str]) -> PseudonymKey | None:
    if raw is None:
        return None
    if not isinstance(raw, dict):
        faults.append('pseudonym must be null or an object, such as {"keyId": "alias/…", "epoch": 1}')
        return None
    epoch = _epoch(raw, "epoch", faults, "pseudonym.")
    return PseudonymKey(_text(raw, "keyId", faults, "pseudonym."), epoch)


def _reidentification(raw: object, faults: list[str]) -> ReidentificationPlace | None:
    if raw is None:
        return None
    if not isinstance(raw, dict):
        example = '{"uri": "s3://…/", "oldestEpoch": 1}'
        faults.append(f"reidentification must be null or an object, such as {example}")
        return None
    path = "reidentification."
    oldest = _epoch(raw, "oldestEpoch", faults, path)
    return ReidentificationPlace(_text(raw, "uri", faults, path).rstrip("/"), oldest)


def _epoch(raw: dict[str, Any], key: str, faults: list[str], path: str) -> int:
    epoch = raw.get(key)
    if isinstance(epoch, int) and not isinstance(epoch, bool) and epoch >= 1:
        return epoch
    faults.append(f"{path}{key} must be a whole number from 1")
    return 1


def _data_sets(raw: object, faults: list[str]) -> tuple[str, ...] | None:
    if raw is None:
        return None
    if isinstance(raw, list) and raw and all(isinstance(item, str) for item in raw):
        return tuple(raw)
    faults.append('dataSets must be null (all) or a list of ids, such as ["sis.students"]')
    return None
