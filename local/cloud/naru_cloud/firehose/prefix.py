"""Custom prefixes of S3 objects: !{timestamp:...}, !{firehose:...}, !{partitionKeyFromLambda:...}."""

from __future__ import annotations

import random
import re
import string
from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

EXPRESSION = re.compile(r"!\{([A-Za-z]+):([^}]*)\}")

#: Letters of Java's DateTimeFormatter that are known, longest first, with Python's format.
JAVA_LETTERS = {
    "yyyy": "%Y",
    "YYYY": "%Y",
    "MM": "%m",
    "dd": "%d",
    "DDD": "%j",
    "HH": "%H",
    "mm": "%M",
    "ss": "%S",
}

_JAVA_TOKEN = re.compile(r"'([^']*)'|([A-Za-z])\2*|[^A-Za-z']+")


class PrefixError(ValueError):
    """A prefix that can't be evaluated; the message says why and holds no value of a record."""


def check_prefix(prefix: str, name: str, allowed: set[str]) -> None:
    """Checks the expressions of a prefix.

    :param name: the field's name, for the message
    :param allowed: namespaces such as `timestamp`, or single expressions such as `firehose:random-string`
    :raises PrefixError: for an expression that Firehose does not allow there.
    """
    for namespace, argument in EXPRESSION.findall(prefix):
        if namespace not in allowed and f"{namespace}:{argument}" not in allowed:
            raise PrefixError(
                f"{name}: !{{{namespace}:{argument}}} is not allowed; use {', '.join(sorted(allowed))}"
            )
        if namespace == "timestamp":
            format_time(argument, datetime(2000, 1, 1))
    if "!{" in EXPRESSION.sub("", prefix):
        raise PrefixError(f"{name}: an expression is not closed; write !{{namespace:value}}")


def format_time(pattern: str, moment: datetime) -> str:
    """A moment by a pattern of Java's DateTimeFormatter.

    :raises PrefixError: for letters that are not known here.
    """

    def one(match: re.Match[str]) -> str:
        quoted, letter, text = match.group(1), match.group(2), match.group(0)
        if quoted is not None:
            return quoted or "'"
        if letter is None:
            return text
        if text not in JAVA_LETTERS:
            raise PrefixError(
                f'timestamp pattern "{pattern}": "{text}" is not known; use {", ".join(JAVA_LETTERS)}'
            )
        return moment.strftime(JAVA_LETTERS[text])

    return _JAVA_TOKEN.sub(one, pattern)


def evaluate_prefix(
    prefix: str,
    moment: datetime,
    zone: str,
    partition_keys: Mapping[str, str],
    error_type: str | None = None,
) -> str:
    """The prefix with its expressions replaced.

    :param moment: arrival of the object's oldest record
    :raises PrefixError: when the function gave no value for a partition key.
    """
    local = moment.astimezone(ZoneInfo(zone))

    def one(match: re.Match[str]) -> str:
        namespace, argument = match.groups()
        if namespace == "timestamp":
            return format_time(argument, local)
        if namespace == "partitionKeyFromLambda":
            if not partition_keys.get(argument):
                raise PrefixError(f'partitionKeys is null or empty for "{argument}"')
            return partition_keys[argument]
        if argument == "error-output-type":
            return error_type or ""
        return "".join(random.choices(string.ascii_letters + string.digits, k=11))

    return EXPRESSION.sub(one, prefix)


def has_timestamp(prefix: str) -> bool:
    """Whether a prefix tells the time itself; where it does not, Firehose adds yyyy/MM/dd/HH/ in UTC."""
    return any(namespace == "timestamp" for namespace, _ in EXPRESSION.findall(prefix))
