"""Spelling and pseudonyms by Spark's built-in functions: slow, and nothing in common with the Java class.

What the class is held to, and what `bench/pseudonym/engines.py` compares it with. Pads are literals, which
plans and event logs show: for keys of nobody.
"""

from __future__ import annotations

from typing import Callable

from pyspark.sql import Column
from pyspark.sql import functions as F

# SHA-256 works on blocks of 64 bytes (FIPS 180-4); HMAC's pads are one block each (RFC 2104).
_BLOCK = 64
# 128 of the 256 bits, which base64 makes 22 characters and two "=" of.
_PSEUDONYM_BYTES = 16
_PSEUDONYM_CHARACTERS = 22
_SPACE = " \t\r\n"
_UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LOWER = _UPPER.lower()


def _is_ascii(value: Column) -> Column:
    """As many bytes as characters. `translate` spares letters beyond ASCII, and costs as much as an HMAC."""
    return F.octet_length(value) == F.char_length(value)


def _ascii_lower(value: Column) -> Column:
    return F.when(_is_ascii(value), F.lower(value)).otherwise(F.translate(value, _UPPER, _LOWER))


def _ascii_upper(value: Column) -> Column:
    return F.when(_is_ascii(value), F.upper(value)).otherwise(F.translate(value, _LOWER, _UPPER))


def _digits(value: Column) -> Column:
    return F.regexp_replace(value, "[^0-9]", "")


def _phone(value: Column) -> Column:
    return F.regexp_replace(_digits(value), "^82([1-9])", "0$1")


def _as_is(value: Column) -> Column:
    return value


_RULES: dict[str, Callable[[Column], Column]] = {
    "lower": _ascii_lower,
    "upper": _ascii_upper,
    "digits": _digits,
    "phone": _phone,
    "as-is": _as_is,
}


def builtin_spelling(rule: str, value: Column) -> Column:
    return _RULES[rule](F.btrim(value, F.lit(_SPACE)))


def builtin_pseudonym(rule: str, value: Column, key: bytes) -> Column:
    """For keys of up to a block."""
    inner, outer = (
        F.lit(bytearray(b ^ byte for b in key.ljust(_BLOCK, b"\0"))).cast("binary") for byte in (0x36, 0x5C)
    )
    message = builtin_spelling(rule, value).cast("binary")
    digest = F.sha2(F.concat(outer, F.unhex(F.sha2(F.concat(inner, message), 256))), 256)
    return _base64url(F.substring(F.unhex(digest), 1, _PSEUDONYM_BYTES))


def _base64url(pseudonym: Column) -> Column:
    """RFC 4648, section 5. Spark has base64 with `+`, `/` and `=` only.

    Bytes are cut faster than text, whose characters are counted; two `replace` take less than a `translate`.
    """
    text = F.substring(F.base64(pseudonym).cast("binary"), 1, _PSEUDONYM_CHARACTERS).cast("string")
    return F.replace(F.replace(text, F.lit("+"), F.lit("-")), F.lit("/"), F.lit("_"))
