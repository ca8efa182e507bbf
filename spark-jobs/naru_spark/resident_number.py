"""Korean resident and foreigner registration numbers: the form, and the checksum that no longer decides."""

from __future__ import annotations

import datetime
import re

# `YYMMDD-Gnnnnnn`, the hyphen optional; the last six digits may be masked. 9 and 0 were of the 1800s: nobody
# of those lives, and order numbers of the form `YYMMDD-0000001` are many.
_FORM = re.compile(r"([0-9]{2})([0-9]{2})([0-9]{2})-?([1-8])[0-9*]{6}")
_BARE = re.compile(r"[0-9]{13}")
_WEIGHTS = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)


def is_resident_number(value: str) -> bool:
    """Thirteen digits that begin with a real date of birth and a gender digit of its century."""
    parts = _FORM.fullmatch(value)
    if parts is None:
        return False
    year, month, day, gender = (int(part) for part in parts.groups())
    century = 1900 if gender in (1, 2, 5, 6) else 2000
    try:
        datetime.date(century + year, month, day)
    except ValueError:
        return False
    return True


def has_resident_checksum(value: str) -> bool:
    """The checksum of numbers issued before October 2020; later ones pass it by chance."""
    digits = value.replace("-", "", 1)
    if _BARE.fullmatch(digits) is None:
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, digits))
    base = 13 if digits[6] in "5678" else 11
    return (base - total % 11) % 10 == int(digits[12])
