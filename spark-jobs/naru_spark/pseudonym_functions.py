"""The JVM functions behind `pseudonym`: compiled when first needed, by the compiler that Spark ships.

Built-in functions make half of what the hash itself allows, and can't remember a value; a Python function
would carry every clear value to another process and back. So a Java class does it (`jvm/Identifiers.java`).
Janino, with which Spark compiles the code that it generates, makes its bytes on the driver, and executors
fetch them as a jar: the package needs no build, and the repository holds no binary.
"""

from __future__ import annotations

import pkgutil
import threading
import zipfile
from pathlib import Path

from py4j.java_gateway import JavaObject, JVMView
from pyspark.sql import Column, SparkSession
from pyspark.sql import functions as F
from pyspark.sql import types as T

from naru_spark.errors import JobError

_SOURCE = "jvm/Identifiers.java"
_CLASS = "naru.Identifiers"
# The rules of spelling that the class knows.
RULES = ("as-is", "lower", "upper", "digits", "phone")
# Data sets are curated at once, by several threads.
_REGISTRATION = threading.Lock()


def register_functions(spark: SparkSession) -> None:
    """Makes `spelling` and `keyed_pseudonym` known to the session; the first call compiles them."""
    with _REGISTRATION:
        if _is_registered(spark, _name("pseudonym", RULES[-1])):
            return
        loader = _load(spark)
        registry = spark._jsparkSession.udf()
        binary = spark._jsparkSession.parseDataType(T.BinaryType().json())
        for rule in RULES:
            for function in ("Spelling", "Pseudonym"):
                made = _construct(spark, loader.loadClass(f"{_CLASS}${function}"), rule)
                registry.register(_name(function, rule), made, binary)


def spelling(rule: str, text: Column) -> Column:
    """Text as the rule spells it, once `register_functions` has run."""
    return F.call_udf(_name("spelling", rule), text.cast("binary")).cast("string")


def keyed_pseudonym(rule: str, text: Column, key: Column) -> Column:
    """The pseudonym of text as the rule spells it, under a binary key, once `register_functions` has run."""
    return F.call_udf(_name("pseudonym", rule), text.cast("binary"), key).cast("string")


def java_source() -> str:
    """The class's source, from a folder or a zip. Raises JobError where the package lacks it."""
    try:
        source = pkgutil.get_data("naru_spark", _SOURCE)
    except OSError:
        source = None
    if source is None:
        raise JobError(f"the package lacks {_SOURCE}: zip naru_spark with all its files")
    return source.decode()


def _name(function: str, rule: str) -> str:
    return f"naru_{function}_{rule}".lower().replace("-", "_")


def _is_registered(spark: SparkSession, name: str) -> bool:
    identifier = _jvm(spark).org.apache.spark.sql.catalyst.FunctionIdentifier(name)
    return bool(spark._jsparkSession.sessionState().functionRegistry().functionExists(identifier))


def _load(spark: SparkSession) -> JavaObject:
    """Compiles the class, gives it to the executors, and returns the loader that has it on the driver."""
    compiler = _jvm(spark).org.codehaus.janino.SimpleCompiler()
    compiler.cook(java_source())
    jar = _private_folder(spark) / "naru-identifiers.jar"
    with zipfile.ZipFile(jar, "w") as file:
        for name, code in compiler.getBytecodes().items():
            file.writestr(f"{name.replace('.', '/')}.class", bytes(code))
    spark.sparkContext._jsc.addJar(str(jar))
    return compiler.getClassLoader()


def _private_folder(spark: SparkSession) -> Path:
    """A folder of the driver's user alone. The JVM removes it when it ends, as executors may start late."""
    jvm = _jvm(spark)
    temporary = jvm.java.lang.System.getProperty("java.io.tmpdir")
    folder = Path(jvm.org.apache.spark.util.Utils.createTempDir(temporary, "naru").getPath())
    folder.chmod(0o700)
    return folder


def _construct(spark: SparkSession, made_by: JavaObject, rule: str) -> JavaObject:
    """An instance by reflection: py4j names only the classes that Spark was started with."""
    gateway = spark.sparkContext._gateway
    arguments = gateway.new_array(gateway.jvm.Object, 1)
    arguments[0] = rule
    return made_by.getConstructors()[0].newInstance(arguments)


def _jvm(spark: SparkSession) -> JVMView:
    return spark.sparkContext._jvm
