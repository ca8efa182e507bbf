"""Objects in S3 for queries: listed and read with the caller's rights; Parquet is kept by ETag."""

from __future__ import annotations

import hashlib
import shutil
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from botocore.exceptions import ClientError

from ..clients import ClientSet
from .errors import QueryError

#: Objects fetched side by side.
PARALLEL = 8

#: Bytes that the cache may hold; the objects unused for longest go first.
CACHE_BYTES = 512 * 1024 * 1024

#: Seconds during which a right to read an object need not be asked again (IAM on AWS is as slow to forget).
RIGHT_SECONDS = 5.0


@dataclass(frozen=True)
class S3Object:
    """An object as a listing shows it."""

    bucket: str
    key: str
    etag: str
    size: int

    @property
    def url(self) -> str:
        """The `$path` of its rows."""
        return f"s3://{self.bucket}/{self.key}"


def split_url(url: str) -> tuple[str, str]:
    """Bucket and key prefix of `s3://bucket/prefix`.

    :raises QueryError: for anything else.
    """
    scheme, _, rest = url.partition("://")
    bucket, _, key = rest.partition("/")
    if scheme not in ("s3", "s3a") or not bucket:
        raise QueryError(f'FAILED: the location "{url}" is not of the form s3://bucket/prefix/')
    return bucket, key


def list_objects(clients: ClientSet, location: str) -> list[S3Object]:
    """All data objects under a location: no empty ones, none that Hive hides (`_`, `.`)."""
    bucket, prefix = split_url(location)
    prefix = prefix if not prefix or prefix.endswith("/") else prefix + "/"
    found: list[S3Object] = []
    pages = clients.get("s3").get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    for page in pages:
        for entry in page.get("Contents", []):
            inner = entry["Key"][len(prefix) :].split("/")
            hidden = any(part.startswith(("_", ".")) for part in inner)
            if entry["Size"] > 0 and not hidden:
                found.append(S3Object(bucket, entry["Key"], entry["ETag"], entry["Size"]))
    return found


class ObjectCache:
    """Local copies of Parquet objects. Each use asks S3 in the caller's name whether it may read the
    object."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        # What a killed run left behind is not kept: a copy lives no longer than the process that made it.
        shutil.rmtree(folder, ignore_errors=True)
        self._folder.mkdir(parents=True)
        self._pool = ThreadPoolExecutor(PARALLEL, thread_name_prefix="athena-fetch")
        self._rights: dict[tuple[str, str], float] = {}
        self._lock = threading.Lock()

    def clear(self) -> None:
        """Removes all copies."""
        self._pool.shutdown(cancel_futures=True)
        shutil.rmtree(self._folder, ignore_errors=True)

    def fetch(self, clients: ClientSet, identity: str, objects: Sequence[S3Object]) -> list[Path]:
        """Local files of Parquet objects, in the same order."""
        self._shrink()
        return list(self._pool.map(lambda item: self._cached(clients, identity, item), objects))

    def fetch_once(self, clients: ClientSet, objects: Sequence[S3Object], folder: Path) -> list[Path]:
        """Local files of other objects, in the query's own folder: text may be personal data in clear."""

        def one(numbered: tuple[int, S3Object]) -> Path:
            number, item = numbered
            path = folder / f"{number}.data"
            path.write_bytes(clients.get("s3").get_object(Bucket=item.bucket, Key=item.key)["Body"].read())
            return path

        return list(self._pool.map(one, enumerate(objects)))

    def _cached(self, clients: ClientSet, identity: str, item: S3Object) -> Path:
        name = hashlib.sha256(f"{item.url} {item.etag}".encode()).hexdigest()
        path = self._folder / f"{name}.parquet"
        right = (identity, name)
        if path.exists():
            with self._lock:
                known = self._rights.get(right, 0.0) > time.monotonic()
            if known or self._unchanged(clients, item):
                self._remember(right)
                path.touch()
                return path
        body = clients.get("s3").get_object(Bucket=item.bucket, Key=item.key)["Body"].read()
        partial = path.with_suffix(f".{threading.get_ident()}")
        partial.write_bytes(body)
        partial.replace(path)
        self._remember(right)
        return path

    def _unchanged(self, clients: ClientSet, item: S3Object) -> bool:
        """Asks S3 for the object unless it is still the same: the answer shows the caller's right too."""
        try:
            clients.get("s3").get_object(Bucket=item.bucket, Key=item.key, IfNoneMatch=item.etag)
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] == 304:
                return True
            raise
        return False

    def _remember(self, right: tuple[str, str]) -> None:
        with self._lock:
            now = time.monotonic()
            if len(self._rights) > 10_000:
                self._rights = {key: end for key, end in self._rights.items() if end > now}
            self._rights[right] = now + RIGHT_SECONDS

    def _shrink(self) -> None:
        files = sorted(self._folder.glob("*.parquet"), key=lambda path: path.stat().st_mtime)
        size = sum(path.stat().st_size for path in files)
        for path in files:
            if size <= CACHE_BYTES:
                return
            size -= path.stat().st_size
            path.unlink(missing_ok=True)
