"""Epoch keys of the pseudonyms: made by KMS, held in the driver's memory, never in a file or a log."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import Protocol

from naru_spark.errors import JobError
from naru_spark.settings import PseudonymKey


class EpochKeys(Protocol):
    """Where the keys of the kinds come from."""

    @property
    def epoch(self) -> int:
        """The epoch that the keys belong to."""

    def of(self, kinds: Iterable[str], epoch: int | None = None) -> dict[str, bytes]:
        """The 32-byte key of each kind, of another epoch where one is named. JobError: one can't be made."""


class KmsEpochKeys:
    """Keys by KMS GenerateMac over `naru/v1/<kind>/<epoch>`, one call a kind, epoch and run."""

    def __init__(self, key: PseudonymKey) -> None:
        self._key = key
        self._made: dict[tuple[str, int], bytes] = {}
        # Data sets are curated several at once; boto3's default session is made by the first call.
        self._making = threading.Lock()

    @property
    def epoch(self) -> int:
        return self._key.epoch

    def of(self, kinds: Iterable[str], epoch: int | None = None) -> dict[str, bytes]:
        of_epoch = self._key.epoch if epoch is None else epoch
        wanted = {(kind, of_epoch) for kind in kinds}
        with self._making:
            for kind, _ in sorted(wanted - self._made.keys()):
                self._made[kind, of_epoch] = self._generate(kind, of_epoch)
        return {kind: self._made[kind, of_epoch] for kind, _ in wanted}

    def _generate(self, kind: str, epoch: int) -> bytes:
        # Imported here: a run without personal columns needs no AWS client.
        import boto3
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            response = boto3.client("kms").generate_mac(
                KeyId=self._key.key_id,
                MacAlgorithm="HMAC_SHA_256",
                Message=f"naru/v1/{kind}/{epoch}".encode(),
            )
        except (BotoCoreError, ClientError) as error:
            raise JobError(
                f"pseudonym.keyId: KMS made no key for kind {kind} ({error}); "
                "the job's role needs kms:GenerateMac on an HMAC_256 key"
            ) from error
        return response["Mac"]
