"""Whether a column of short Hangul values reads like names of people; as in `personal/korean-names.ts`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

# Family names of one syllable that cover more than 99% of the population (Statistics Korea, census of 2015).
_SURNAMES = frozenset(
    "김이박최정강조윤장임한오서신권황안송전홍유고문양손배백허남심노하곽성차주우구민진류나지엄채원천방공현함변염"
    "여추도소석선설마길연위표명기반왕금옥육인맹제모탁국"
)
_COMPOUND_SURNAMES = ("남궁", "황보", "제갈", "사공", "선우", "서문", "독고", "동방")
# The five largest are borne by 54% of the population (same census): a column without them is none of names.
_LARGEST_SURNAMES = frozenset("김이박최정")
_NAME = re.compile("[가-힣]{2,4}")


@dataclass(frozen=True)
class NameShares:
    """`named` is of all values, the others are of the named ones; categories repeat more often than names."""

    named: float
    three_syllables: float
    largest_surnames: float
    distinct: float


def is_korean_name(value: str) -> bool:
    """A family name and one to three syllables."""
    if _NAME.fullmatch(value) is None:
        return False
    compound = any(value.startswith(surname) and len(value) > len(surname) for surname in _COMPOUND_SURNAMES)
    return compound or (len(value) <= 3 and value[0] in _SURNAMES)


def name_shares(counts: Mapping[str, int]) -> NameShares:
    """Shares in a column, given by how often each value stands there."""
    names = {value: count for value, count in counts.items() if is_korean_name(value)}
    total, named = sum(counts.values()), sum(names.values())
    if named == 0:
        return NameShares(0.0, 0.0, 0.0, 0.0)
    three = sum(count for name, count in names.items() if len(name) == 3)
    largest = sum(count for name, count in names.items() if name[0] in _LARGEST_SURNAMES)
    return NameShares(named / total, three / named, largest / named, len(names) / named)
