"""Masked and generalised values with Spark's built-in functions, by the rules of `functions/treatment`.

Both read text with space, tab, carriage return and line feed stripped at the ends; null stays null.
"""

from __future__ import annotations

from typing import Callable

from pyspark.sql import Column
from pyspark.sql import functions as F

from naru_spark.errors import JobError

_SPACE = " \t\r\n"

_MONTH = "(?:0?[1-9]|1[0-2])"
_DAY = "(?:0?[1-9]|[12][0-9]|3[01])"
# 2001-02-03, 2001. 2. 3., 2001/2/3, 20010203, 2001년 2월 3일. Two-digit years are ambiguous and not read.
_BIRTH_DATE = (
    r"\A((?:18|19|20)[0-9]{2})(?:(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
    rf"|[-./] ?{_MONTH}[-./] ?{_DAY}\.?|년 ?{_MONTH}월 ?{_DAY}일)\z"
)

# The first-level divisions of Korea as addresses spell them, long and short, before and after their renaming.
_PROVINCE = (
    "(?:서울(?:특별시|시)?|(?:부산|대구|인천|광주|대전|울산)(?:광역시|시)?|경기도?|강원(?:특별자치도|도)?"
    "|(?:충청|전라|경상)[남북]도|[충전경][남북]|전북특별자치도|제주(?:특별자치도|도)?)"
)
_PARTS = rf"{_PROVINCE} +[가-힣]{{1,3}}[시군구]|세종(?:특별자치시|시)?"
# Two parts, or Sejong alone, which has no districts; a postcode may stand before.
_ADDRESS = rf"\A(?:\(?[0-9]{{5}}\)? +)?({_PARTS})(?:[ ,]|\z)"

# Without leading zeros, which some programs read as octal.
_OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_IPV4 = rf"\A({_OCTET}\.{_OCTET}\.{_OCTET})\.{_OCTET}\z"
_GROUPS = "[0-9a-f]{1,4}(?::[0-9a-f]{1,4})*"
_IPV6_FULL = r"\A[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){7}\z"
_IPV6_SHORT = rf"\A(?:{_GROUPS})?::(?:{_GROUPS})?\z"


def mask(value: Column, keep_last: int) -> Column:
    """The last characters after as many `*` as there were others; only `*` for short text."""
    text = F.btrim(value, F.lit(_SPACE))
    length = F.char_length(text)
    kept = F.when(length >= 2 * keep_last, F.lit(keep_last)).otherwise(F.lit(0))
    return F.concat(F.call_function("repeat", F.lit("*"), length - kept), F.right(text, kept))


def generalise(kind: str, value: Column) -> Column:
    """The coarser value, null for text that can't be read as its kind. JobError: the kind has none."""
    return _rule(kind)[0](F.btrim(value, F.lit(_SPACE)))


def generalised_form(kind: str) -> str:
    """What every generalised value of the kind matches. Raises JobError when the kind has no coarser form."""
    return _rule(kind)[1]


def masked_form(keep_last: int) -> str:
    """What every value matches that `mask` made."""
    return rf"(?s)\A(?:\*{{{keep_last},}}.{{{keep_last}}}|\**)\z"


def _rule(kind: str) -> tuple[Callable[[Column], Column], str]:
    if kind not in _GENERALISE:
        known = ", ".join(sorted(_GENERALISE))
        raise JobError(f"identifier kind {kind!r} can't be generalised: another treatment, or one of {known}")
    return _GENERALISE[kind]


def _found(text: Column, pattern: str) -> Column:
    """The pattern's first group, null where it is not found (Spark says empty)."""
    return F.nullif(F.regexp_extract(text, pattern, 1), F.lit(""))


def _year(text: Column) -> Column:
    return _found(text, _BIRTH_DATE)


def _district(text: Column) -> Column:
    return F.regexp_replace(_found(text, _ADDRESS), " +", " ")


def _network(text: Column) -> Column:
    """/24 or /48 in the spelling of RFC 5952; an IPv4 address in IPv6 clothes is an IPv4 address."""
    lower = F.translate(text, "ABCDEF", "abcdef")
    text = F.regexp_replace(lower, r"\A::ffff:([0-9]+\.)", "$1")
    ipv4 = F.concat(_found(text, _IPV4), F.lit(".0/24"))
    short = text.rlike(_IPV6_SHORT)
    head, tail = _groups(F.substring_index(text, "::", 1)), _groups(F.substring_index(text, "::", -1))
    zeros = F.lit(8) - F.size(head) - F.size(tail)
    groups = F.when(text.rlike(_IPV6_FULL), F.split(text, ":")).when(
        short & (zeros >= 1), F.concat(head, F.array_repeat(F.lit("0"), zeros), tail)
    )
    prefix = F.transform(
        F.slice(groups, 1, 3), lambda group: F.regexp_replace(group, r"\A0+([0-9a-f])", "$1")
    )
    ipv6 = F.concat(F.regexp_replace(F.array_join(prefix, ":"), r"(?:(?:\A|:)0)+\z", ""), F.lit("::/48"))
    return F.coalesce(ipv4, ipv6)


def _groups(text: Column) -> Column:
    return F.when(text == "", F.array().cast("array<string>")).otherwise(F.split(text, ":"))


_GENERALISE: dict[str, tuple[Callable[[Column], Column], str]] = {
    "birth-date": (_year, r"\A[0-9]{4}\z"),
    "address": (_district, rf"\A(?:{_PARTS})\z"),
    "ip-address": (_network, r"\A(?:[0-9.]+\.0/24|[0-9a-f:]*::/48)\z"),
}
