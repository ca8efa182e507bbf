"""Workgroups: where results go, whether a caller may choose otherwise, and how much a query may scan."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from ..protocol import ApiError, Caller, Json, Operation
from .query import Output

#: Athena's quota: the least BytesScannedCutoffPerQuery is 10 MB.
LEAST_CUTOFF = 10_000_000

_NAME = re.compile(r"[a-zA-Z0-9._-]{1,128}")
_ENGINE = {"SelectedEngineVersion": "AUTO", "EffectiveEngineVersion": "Athena engine version 3"}


@dataclass
class WorkGroup:
    """A workgroup; `configuration` is as it was given."""

    name: str
    description: str
    configuration: dict[str, object]
    tags: dict[str, str]
    state: str = "ENABLED"
    created: datetime = field(default_factory=lambda: datetime.now(UTC))

    def enforced(self) -> bool:
        """Whether the workgroup's settings override those of a caller. Athena's default is true."""
        return bool(self.configuration.get("EnforceWorkGroupConfiguration", True))


class WorkGroups:
    """The workgroups of the account; `primary` is always there."""

    def __init__(self, groups: dict[str, WorkGroup]) -> None:
        """:param groups: where they are kept"""
        primary = WorkGroup("primary", "", {"EnforceWorkGroupConfiguration": False}, {})
        groups.setdefault("primary", primary)
        self._groups = groups

    def operations(self) -> dict[str, Operation]:
        """The operations by name."""
        return {
            "CreateWorkGroup": self._create,
            "GetWorkGroup": self._get,
            "UpdateWorkGroup": self._update,
            "ListWorkGroups": self._list,
        }

    def find(self, name: str) -> WorkGroup:
        """A workgroup.

        :raises ApiError: InvalidRequestException when it is not there.
        """
        if name not in self._groups:
            raise ApiError("InvalidRequestException", f"WorkGroup {name} is not found.")
        return self._groups[name]

    def output(self, name: str, asked: Mapping[str, object]) -> Output:
        """Where a query's result goes.

        :param asked: the caller's ResultConfiguration
        :raises ApiError: InvalidRequestException without any location, or for a disabled workgroup.
        """
        group = self.find(name)
        if group.state != "ENABLED":
            raise ApiError("InvalidRequestException", f"WorkGroup {name} is disabled.")
        own = group.configuration.get("ResultConfiguration") or {}
        assert isinstance(own, dict)
        chosen = own if group.enforced() or not asked.get("OutputLocation") else asked
        location = str(chosen.get("OutputLocation") or "")
        if not location:
            raise ApiError(
                "InvalidRequestException",
                "No output location provided. An output location is required either through the Workgroup result "
                "configuration setting or as an API input.",
            )
        encryption = chosen.get("EncryptionConfiguration") or {}
        cutoff = group.configuration.get("BytesScannedCutoffPerQuery")
        assert isinstance(encryption, dict)
        option = encryption.get("EncryptionOption")
        return Output(
            location=location,
            kms_key=encryption.get("KmsKey") if option in ("SSE_KMS", "CSE_KMS") else None,
            sse_s3=option == "SSE_S3",
            enforced=group.enforced(),
            cutoff=int(str(cutoff)) if cutoff is not None else None,
        )

    def _create(self, _caller: Caller, parameters: Json) -> Json:
        name = str(parameters["Name"])
        if not _NAME.fullmatch(name):
            raise ApiError("InvalidRequestException", "Name: 1 to 128 letters, digits, . _ or -")
        if name in self._groups:
            raise ApiError("InvalidRequestException", f"WorkGroup {name} is already created")
        given = parameters.get("Configuration") or {}
        assert isinstance(given, dict)
        configuration = {"EnforceWorkGroupConfiguration": True, **given}
        _check(configuration)
        tags = {tag["Key"]: tag.get("Value", "") for tag in parameters.get("Tags", [])}  # type: ignore[attr-defined]
        self._groups[name] = WorkGroup(name, str(parameters.get("Description", "")), configuration, tags)
        return {}

    def _get(self, _caller: Caller, parameters: Json) -> Json:
        group = self.find(str(parameters["WorkGroup"]))
        configuration = {
            "ResultConfiguration": {},
            "PublishCloudWatchMetricsEnabled": False,
            "RequesterPaysEnabled": False,
            **group.configuration,
            "EngineVersion": _ENGINE,
        }
        described = {
            "Name": group.name,
            "State": group.state,
            "Configuration": configuration,
            "Description": group.description,
            "CreationTime": group.created,
        }
        return {"WorkGroup": described}

    def _update(self, _caller: Caller, parameters: Json) -> Json:
        group = self.find(str(parameters["WorkGroup"]))
        updates = parameters.get("ConfigurationUpdates") or {}
        assert isinstance(updates, dict)
        merged = dict(group.configuration)
        for key, value in updates.items():
            if key == "RemoveBytesScannedCutoffPerQuery":
                if value:
                    merged.pop("BytesScannedCutoffPerQuery", None)
            elif key == "ResultConfigurationUpdates":
                merged["ResultConfiguration"] = _merge_result(merged.get("ResultConfiguration"), value)
            else:
                merged[key] = value
        _check(merged)
        group.configuration = merged
        group.description = str(parameters.get("Description", group.description))
        group.state = str(parameters.get("State", group.state))
        return {}

    def _list(self, _caller: Caller, _parameters: Json) -> Json:
        groups = sorted(self._groups.values(), key=lambda group: group.name)
        return {
            "WorkGroups": [
                {
                    "Name": group.name,
                    "State": group.state,
                    "Description": group.description,
                    "CreationTime": group.created,
                    "EngineVersion": _ENGINE,
                }
                for group in groups
            ]
        }

    def delete(self, name: str) -> None:
        """Takes a workgroup away.

        :raises ApiError: InvalidRequestException for the primary one, or when it is not there.
        """
        if name == "primary":
            raise ApiError("InvalidRequestException", "The primary workgroup can not be deleted.")
        self.find(name)
        del self._groups[name]


def _check(configuration: Mapping[str, object]) -> None:
    cutoff = configuration.get("BytesScannedCutoffPerQuery")
    if cutoff is not None and int(str(cutoff)) < LEAST_CUTOFF:
        raise ApiError(
            "InvalidRequestException",
            f"BytesScannedCutoffPerQuery: is {cutoff}; it must be at least {LEAST_CUTOFF}",
        )
    result = configuration.get("ResultConfiguration") or {}
    assert isinstance(result, dict)
    encryption = result.get("EncryptionConfiguration") or {}
    if encryption.get("EncryptionOption") in ("SSE_KMS", "CSE_KMS") and not encryption.get("KmsKey"):
        raise ApiError(
            "InvalidRequestException", "KmsKey: required when EncryptionOption is SSE_KMS or CSE_KMS"
        )


def _merge_result(current: object, updates: object) -> dict[str, object]:
    merged = dict(current) if isinstance(current, dict) else {}
    for key, value in (updates if isinstance(updates, dict) else {}).items():
        if key.startswith("Remove"):
            if value:
                merged.pop(key.removeprefix("Remove"), None)
        else:
            merged[key] = value
    return merged
