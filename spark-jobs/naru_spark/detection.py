"""What a column's values say of personal data: the rules of `components/contract/personal`, score by score.

Both are held to `tests/golden/detection.json` and to random columns. Patterns spell their characters out, as
`\\d`, `\\s` and `\\w` are other sets in other languages.
"""

from __future__ import annotations

import ipaddress
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Callable

from naru_spark.korean_names import name_shares
from naru_spark.resident_number import has_resident_checksum, is_resident_number

# From this score on a column is called personal.
PERSONAL_FROM = 0.5

# What JavaScript calls white space.
_SPACE = "\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_SPACES = re.compile(rf"\A[{_SPACE}]+|[{_SPACE}]+\Z")

# Within text, by form alone; Spark's regular expressions read these too (`unmarked`).
EMAIL_WITHIN = (
    r"(?<![A-Za-z0-9_.+-])[A-Za-z0-9_.+-]{1,64}(?:@|%40)(?![0-9]+(?:x\.|\.[0-9]))"
    r"[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,8}\.[A-Za-z]{2,24}(?![A-Za-z0-9_-])"
)
PHONE_WITHIN = (
    r"(?<![0-9A-Fa-f])(?<![0-9][-.])(?:(?:010|\+82[-. ]?(?:\(0\))?10)[-. ]?[0-9]{4}[-. ]?[0-9]{4}"
    r"|01[16-9][-. ][0-9]{3,4}[-. ][0-9]{4})(?![0-9A-Fa-f]|[-.][0-9])"
)
_MONTH_DAY = "(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
# Date of birth and gender digit of somebody born from 1930 to 2015; see `personal/conclusive.ts`.
BORN_WITHIN = (
    rf"(?<![0-9A-Za-z_])(?<![0-9][-.])(?:[3-9][0-9]{_MONTH_DAY} ?- ?[1256]"
    rf"|(?:0[0-9]|1[0-5]){_MONTH_DAY} ?- ?[3478])[0-9]{{6}}(?![0-9A-Za-z_]|-[0-9])"
)
_RESIDENT_WITHIN = re.compile(r"(?<![0-9])[0-9]{6}-[0-9]{7}(?![0-9])")

_EMAIL = re.compile(
    rf"[^{_SPACE}@<>,;]+@(?![0-9]+(?:x\.|\.[0-9]))[^{_SPACE}@<>,;]+\.[^{_SPACE}@<>,;.0-9][^{_SPACE}@<>,;.]+"
)
_MOBILE = re.compile(
    rf"(?:(?:\+?82[-.{_SPACE}]?)\(?0?\)?|\(?0)(?:1[016789]|70|50[0-9])\)?[-.{_SPACE}]?[0-9]{{3,4}}"
    rf"[-.{_SPACE}]?[0-9]{{4}}"
)
_LANDLINE = re.compile(
    rf"(?:\+82[-.{_SPACE}]?|\(?0)(?:2|[3-6][1-5])\)?[-.{_SPACE}][0-9]{{3,4}}[-.{_SPACE}][0-9]{{4}}"
)
_CARD = re.compile(r"[0-9]{4}([ -]?)[0-9]{4}\1[0-9]{4}\1[0-9]{4}|3[47][0-9]{2}([ -]?)[0-9]{6}\2[0-9]{5}")
_ADDRESS = re.compile(
    "(?:서울|부산|대구|인천|광주|대전|울산|세종|경기|강원|충청?[남북]|전라?[남북]|경상?[남북]|제주|충청|전라|경상)"
    rf"[^{_SPACE}]*[{_SPACE}]+[^{_SPACE}]+[시군구읍면동로길](?:[{_SPACE}]|\Z)"
)
NUMBER = re.compile(r"[0-9]+")
_ZONE = re.compile(r"[0-9A-Za-z.:-]+")

# Kinds as a message names them.
READABLE = {
    "student-id": "student numbers",
    "user-id": "accounts of people",
    "email": "e-mail addresses",
    "phone": "phone numbers",
    "person-name": "names of people",
    "resident-number": "resident registration numbers",
    "card-number": "payment card numbers",
    "ip-address": "IP addresses",
    "address": "postal addresses",
    "birth-date": "dates of birth",
}


@dataclass(frozen=True)
class Evidence:
    """One reason to take a column for personal; `why` says how many values matched, never which."""

    kind: str
    score: float
    why: str


def likeliest(named: Sequence[Evidence], values: Iterable[str]) -> Evidence | None:
    """The likeliest kind of a column by its names and values; None when no kind is likely."""
    found = candidates(named, values)
    return found[0] if found and found[0].score >= PERSONAL_FROM else None


def candidates(named: Sequence[Evidence], values: Iterable[str]) -> list[Evidence]:
    """The reasons of each kind added up, the likeliest first, with those too weak to call."""
    evidence = [*named, *value_evidence(values)]
    kinds = dict.fromkeys(reason.kind for reason in evidence)
    found = [_together(kind, [reason for reason in evidence if reason.kind == kind]) for kind in kinds]
    return sorted(found, key=lambda reason: -reason.score)


def value_evidence(values: Iterable[str]) -> list[Evidence]:
    """What the values say; empty ones are left out of the count."""
    trimmed = (unicodedata.normalize("NFC", _SPACES.sub("", value)) for value in values)
    column = _Column(Counter(value for value in trimmed if value != ""))
    if column.total == 0:
        return []
    whole = [*_form_evidence(column), *_resident_evidence(column), *_name_evidence(column)]
    kinds = {reason.kind for reason in whole}
    return [*whole, *(reason for reason in _embedded_evidence(column) if reason.kind not in kinds)]


class _Column:
    """Values by how often each stands there, so that each is looked at once."""

    def __init__(self, counts: Counter[str]) -> None:
        self.counts = counts
        self.total = sum(counts.values())

    def having(self, matches: Callable[[str], bool]) -> _Column:
        return _Column(Counter({value: count for value, count in self.counts.items() if matches(value)}))

    def share(self, matches: Callable[[str], bool]) -> float:
        return self.having(matches).total / self.total if self.total else 0.0


def _together(kind: str, reasons: Sequence[Evidence]) -> Evidence:
    doubt = 1.0
    for reason in reasons:
        doubt *= 1 - reason.score
    return Evidence(kind, min(0.99, _round(1 - doubt)), "; ".join(reason.why for reason in reasons))


def _is_phone(value: str) -> bool:
    return _MOBILE.fullmatch(value) is not None or _LANDLINE.fullmatch(value) is not None


def _is_card(value: str) -> bool:
    return _CARD.fullmatch(value) is not None and _passes_luhn(value)


def _is_ip(value: str) -> bool:
    address, percent, zone = value.partition("%")
    if percent and (":" not in address or _ZONE.fullmatch(zone) is None):
        return False
    try:
        ipaddress.ip_address(address)
    except ValueError:
        return False
    return True


# Kind, form, the share of values from which it is no accident, the score when every value has it.
_FORMS: tuple[tuple[str, Callable[[str], bool], float, float], ...] = (
    ("email", lambda value: _EMAIL.fullmatch(value) is not None, 0.1, 0.95),
    ("phone", _is_phone, 0.1, 0.9),
    # One card-like number in ten passes Luhn by chance.
    ("card-number", _is_card, 0.3, 0.95),
    # Version numbers look like IPv4 too.
    ("ip-address", _is_ip, 0.5, 0.8),
    ("address", lambda value: _ADDRESS.match(value) is not None, 0.2, 0.85),
)


def _holds(pattern: str) -> Callable[[str], bool]:
    compiled = re.compile(pattern)
    return lambda value: compiled.search(value) is not None


_EMBEDDED: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("resident-number", lambda value: any(map(is_resident_number, _RESIDENT_WITHIN.findall(value)))),
    ("phone", _holds(PHONE_WITHIN)),
    ("email", _holds(EMAIL_WITHIN)),
)


def _form_evidence(column: _Column) -> list[Evidence]:
    found = []
    for kind, matches, from_share, score in _FORMS:
        share = column.share(matches)
        if share >= from_share:
            found.append(
                Evidence(kind, _round(score * (0.6 + 0.4 * share)), _told(share, column, READABLE[kind]))
            )
    return found


def _resident_evidence(column: _Column) -> list[Evidence]:
    # Bare thirteen digits hold a date by chance in 4 of 100 cases, so a few are an accident; hyphened, none.
    matching = column.having(is_resident_number)
    share = matching.total / column.total
    hyphened = matching.share(lambda value: "-" in value)
    if matching.total == 0 or (share < 0.2 and hyphened < 0.5):
        return []
    checked = matching.share(has_resident_checksum)
    score = 0.75 + 0.1 * share + (0.05 if hyphened >= 0.5 else 0) + 0.09 * checked
    told = _told(share, column, "registration numbers, date and gender digit included")
    passing = f"{_percent(checked)} of those pass the checksum of numbers issued before October 2020"
    return [Evidence("resident-number", _round(score), f"{told}, and {passing}")]


def _name_evidence(column: _Column) -> list[Evidence]:
    shares = name_shares(column.counts)
    if shares.named < 0.6:
        return []
    likely = shares.three_syllables >= 0.7 and shares.largest_surnames >= 0.25 and shares.distinct >= 0.2
    score = _round(0.55 + 0.3 * shares.named if likely else 0.35)
    return [Evidence("person-name", score, _told(shares.named, column, "Korean names, family name first"))]


def _embedded_evidence(column: _Column) -> list[Evidence]:
    found = []
    # In a column of numbers one in a thousand of eleven digits begins like a mobile one.
    texts = column.having(lambda value: NUMBER.fullmatch(value) is None)
    looked = texts if 2 * texts.total <= column.total else column
    for kind, holds in _EMBEDDED:
        share = looked.having(holds).total / column.total
        if share > 0:
            why = f"{_percent(share)} of {column.total} values hold {READABLE[kind]} within their text"
            found.append(Evidence(kind, _round(0.6 + 0.3 * share), why))
    return found


def _passes_luhn(value: str) -> bool:
    digits = [int(character) for character in reversed(value) if character in "0123456789"]
    doubled = (digit if index % 2 == 0 else digit * 2 for index, digit in enumerate(digits))
    return sum(digit - 9 if digit > 9 else digit for digit in doubled) % 10 == 0


def _told(share: float, column: _Column, what: str) -> str:
    return f"{_percent(share)} of {column.total} values have the form of {what}"


def _percent(share: float) -> str:
    return "less than 1%" if 0 < share < 0.01 else f"{math.floor(share * 100 + 0.5)}%"


def _round(score: float) -> float:
    # Half goes up, as in JavaScript; Python's own `round` goes to the even digit.
    return math.floor(score * 100 + 0.5) / 100
