"""Reading a database by JDBC: over TLS that is verified, with a login of Secrets Manager."""

from __future__ import annotations

import atexit
import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Sequence

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from py4j.protocol import Py4JJavaError
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from naru_spark.database_engines import ENGINES, SINGLE, TableColumn
from naru_spark.errors import JobError
from naru_spark.table_columns import MatchedColumn
from naru_spark.table_imports import TableImport

_PARTING = "naru_part"
# Guards nothing: the file holds public certificates, and Java's format wants one.
_STORE_PASSWORD = "certificates"
_CONNECT_SECONDS = 20


class Database:
    """The database of one import. Methods raise Py4JJavaError, for `database_fault` to tell, and JobError."""

    def __init__(self, spark: SparkSession, what: TableImport) -> None:
        self._spark = spark
        self._what = what
        self._engine = ENGINES[what.engine]
        self._options = {
            "url": what.url,
            "driver": self._engine.driver,
            "sessionInitStatement": self._engine.session,
            "fetchsize": str(self._engine.fetch_size(what.fetch_size)),
            **_tls(spark, what),
            **_login(what.secret),
        }
        self._schema, self._table = self._engine.place(what.table, what.database)

    def columns(self) -> list[TableColumn]:
        """What the table declares. Raises JobError where there is none that this user may see."""
        rows = self._ask(self._engine.columns_query(self._schema, self._table))
        if not rows:
            raise JobError(f"there is no table or view {self._what.table}, or this user may not see it")
        return [self._engine.column(row) for row in rows]

    def rows(self, columns: Sequence[MatchedColumn], parting: TableColumn | None) -> DataFrame:
        """The contract's columns as text, by their names in the contract."""
        selected = [
            f"{self._engine.text(column.table, column.spec.type)} AS {self._engine.quoted(column.spec.name)}"
            for column in columns
        ]
        options = dict(self._options)
        bounds = None if parting is None else self._bounds(parting)
        if parting is not None and bounds is not None:
            selected.append(f"{self._engine.quoted(parting.name)} AS {_PARTING}")
            options |= {
                "partitionColumn": _PARTING,
                "lowerBound": bounds[0],
                "upperBound": bounds[1],
                "numPartitions": str(self._what.partitions),
            }
        query = f"SELECT {', '.join(selected)} FROM {self._from()}"
        frame = self._spark.read.format("jdbc").options(**options, dbtable=f"({query}) naru").load()
        return frame.select(*(_exact(column) for column in columns))

    def _bounds(self, parting: TableColumn) -> tuple[str, str] | None:
        """Least and greatest number; None of a table without rows."""
        name = self._engine.quoted(parting.name)
        (row,) = self._ask(f"SELECT min({name}) AS least, max({name}) AS greatest FROM {self._from()}")
        least, greatest = row["least"], row["greatest"]
        return None if least is None or greatest is None else (least, greatest)

    def _from(self) -> str:
        return f"{self._engine.quoted(self._schema)}.{self._engine.quoted(self._table)}"

    def _ask(self, query: str) -> list[dict[str, str | None]]:
        """Few rows, all as text."""
        frame = self._spark.read.format("jdbc").options(**self._options, query=query).load()
        rows = frame.select(*(F.col(name).cast("string") for name in frame.columns)).collect()
        return [{name.lower(): value for name, value in row.asDict().items()} for row in rows]


def database_fault(error: Py4JJavaError) -> str:
    """What a database or its driver refused, by classes and SQL states: messages may hold values."""
    causes = []
    cause = error.java_exception
    while cause is not None:
        causes.append(cause)
        cause = cause.getCause()
    names = [one.getClass().getName() for one in causes]
    if any(re.match(r"(javax\.net\.ssl|sun\.security|java\.security\.cert)\.", name) for name in names):
        return (
            "the server's certificate is not trusted, or bears another name; name the certificate of its "
            "authority, and in the connection's URL the name that the server's certificate bears"
        )
    for one, name in zip(causes, names):
        if name == "java.net.UnknownHostException":
            return "the host's name is unknown"
        state = _sql_state(one)
        told = next((text for begin, text in _STATES.items() if state.startswith(begin)), None)
        if told is not None:
            return f"{told} (SQL state {state})"
        if state:
            return f"the database refused ({name}, SQL state {state})"
    return names[-1]


# By ISO 9075, PostgreSQL's appendix "Error codes" and Connector/J's mapping; the longer ones first.
_STATES = {
    "08001": "there is no server at that host and port",
    "08S01": "there is no server at that host and port, or the connection ended; nothing was put",
    "08": "no connection: the server is away, takes no TLS, or its certificate bears another name",
    "28": "the database does not let this login in; look at the secret",
    "3D000": "there is no database of that name",
    "42501": "this login may not read the table",
    "42": "the table can't be read: it is not there any more, or this login may not read it",
    "57": "the server was shut down, or ended the read; nothing was put",
}


def _sql_state(exception: object) -> str:
    try:
        return str(exception.getSQLState() or "")  # type: ignore[attr-defined]
    except Exception:
        # No exception of SQL.
        return ""


def _exact(column: MatchedColumn) -> Column:
    value = F.col(column.spec.name)
    if column.table.family == SINGLE and column.spec.type == "double":
        # The shortest number that is the same 4-byte float: 3.7, not 3.700000047683716.
        value = value.cast("float").cast("string")
    return value.alias(column.spec.name)


def _login(secret: str) -> dict[str, str]:
    """Spark leaves options out of plans and event logs, and blackens `password` where it shows them."""
    try:
        text = boto3.client("secretsmanager").get_secret_value(SecretId=secret).get("SecretString")
    except (BotoCoreError, ClientError) as error:
        code = error.response["Error"]["Code"] if isinstance(error, ClientError) else type(error).__name__
        raise JobError(f"secret {secret} could not be read ({code})") from None
    try:
        login = json.loads(text or "")
        return {"user": str(login["username"]), "password": str(login["password"])}
    except (ValueError, KeyError, TypeError):
        raise JobError(f"secret {secret} must be JSON with username and password") from None


def _tls(spark: SparkSession, what: TableImport) -> dict[str, str]:
    """Options that verify the server: its authority and its name, and nothing less."""
    if what.engine == "postgresql":
        shared = {
            "sslmode": "verify-full",
            "connectTimeout": str(_CONNECT_SECONDS),
            "tcpKeepAlive": "true",
            "ApplicationName": "naru",
        }
        if what.authority is None:
            return {**shared, "sslfactory": "org.postgresql.ssl.DefaultJavaSSLFactory"}
        return {**shared, "sslrootcert": _placed(spark, what.authority.encode(), "pem")}
    shared = {"sslMode": "VERIFY_IDENTITY", "connectTimeout": str(_CONNECT_SECONDS * 1000)}
    if what.authority is None:
        return shared
    return {
        **shared,
        "trustCertificateKeyStoreUrl": f"file:{_placed(spark, _key_store(spark, what.authority), 'p12')}",
        "trustCertificateKeyStoreType": "PKCS12",
        "trustCertificateKeyStorePassword": _STORE_PASSWORD,
        "fallbackToSystemTrustStore": "false",
    }


def _key_store(spark: SparkSession, authority: str) -> bytes:
    """The certificates in the one form that MySQL's driver reads."""
    jvm = spark.sparkContext._jvm
    assert jvm is not None
    factory = jvm.java.security.cert.CertificateFactory.getInstance("X.509")
    try:
        found = factory.generateCertificates(jvm.java.io.ByteArrayInputStream(authority.encode()))
    except Py4JJavaError:
        raise JobError("authority: is no certificate in PEM") from None
    password = spark.sparkContext._gateway.new_array(jvm.char, len(_STORE_PASSWORD))  # type: ignore[union-attr]
    for at, character in enumerate(_STORE_PASSWORD):
        password[at] = character
    store = jvm.java.security.KeyStore.getInstance("PKCS12")
    store.load(None, password)
    for at, certificate in enumerate(found):
        store.setCertificateEntry(f"authority-{at}", certificate)
    out = jvm.java.io.ByteArrayOutputStream()
    store.store(out, password)
    return bytes(out.toByteArray())


def _placed(spark: SparkSession, content: bytes, ending: str) -> str:
    """A file that driver and executors find by one path: absolute on one machine, else where each runs."""
    name = f"naru-authority-{hashlib.sha256(content).hexdigest()[:16]}.{ending}"
    context = spark.sparkContext
    if context.master == "local" or context.master.startswith("local["):
        folder = tempfile.mkdtemp(prefix="naru-authority-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        return _written(os.path.join(folder, name), content)
    assert context._jvm is not None
    folder = str(context._jvm.java.lang.System.getProperty("user.dir"))
    # Executors get it into the folder that they run in.
    context.addFile(f"file://{_written(os.path.join(folder, name), content)}")
    return name


def _written(path: str, content: bytes) -> str:
    with open(path, "wb") as file:
        file.write(content)
    return path
