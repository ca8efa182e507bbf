"""Derived contracts for the tests, written short: only what differs from a plain optional text column."""

from __future__ import annotations

from typing import Any


def column(name: str, type_name: str = "string", **facts: Any) -> dict[str, Any]:  # noqa: ANN401 (JSON values)
    """One column; `source` is the name and nothing is limited unless told."""
    plain = {
        "source": name,
        "required": False,
        "treatment": "keep",
        "kind": None,
        "pattern": None,
        "allowed": None,
    }
    return {
        "name": name,
        "type": type_name,
        **plain,
        "minimum": None,
        "maximum": None,
        "maxLength": None,
        "unmarked": [] if facts.get("kind") is None else None,
        **facts,
    }


def rule(name: str, metric: str, columns: list[str], **facts: Any) -> dict[str, Any]:  # noqa: ANN401
    """One quality rule; an error in rows without limits unless told."""
    limits = {"minimum": None, "maximum": None, "unit": "rows", "severity": "error"}
    return {"name": name, "metric": metric, "columns": columns, **limits, **facts}


def contract(
    data_set: str,
    primary_key: list[str],
    columns: list[dict[str, Any]],
    quality: list[dict[str, Any]] | None = None,
    ingestion: str = "csv",
    day_of: str | None = None,
    delimiter: str | None = None,
) -> dict[str, Any]:
    domain, name = data_set.split(".")
    return {
        "id": data_set,
        "domain": domain,
        "name": name,
        "version": "1.0.0",
        "ingestion": ingestion,
        "delimiter": delimiter,
        "timeZone": "Asia/Seoul",
        "partition": {"column": "dt", "from": day_of},
        "primaryKey": primary_key,
        "columns": columns,
        "quality": quality if quality is not None else [],
    }


def personal(name: str, kind: str, treatment: str = "pseudonymise", **facts: Any) -> dict[str, Any]:  # noqa: ANN401
    return column(name, kind=kind, treatment=treatment, **facts)


STUDENTS = contract(
    "sis.students",
    ["student_id"],
    [
        personal("student_id", "student-id", source="학번", required=True, maxLength=12),
        personal("name", "person-name", "drop", source="이름"),
        personal("resident_number", "resident-number", "drop", source="주민등록번호"),
        personal("phone", "phone", source="휴대전화"),
        column("department", source="학과", required=True),
        column("grade", "int", source="학년", minimum=1, maximum=6),
    ],
    [rule("not empty", "rowCount", [], minimum=1)],
)

REQUESTS = contract(
    "lms.requests",
    ["id"],
    [
        column("id", required=True),
        column("occurred_at", "timestamp", required=True),
        personal("user_id", "user-id", required=True),
        personal("user_name", "person-name", "drop"),
        column("course_id"),
        column("http_method", allowed=["GET", "POST"]),
        column("duration_ms", "int", minimum=0),
    ],
    [rule("some arrived", "rowCount", [], minimum=1)],
    ingestion="stream",
    day_of="occurred_at",
)

ARTISTS = contract(
    "music.artists",
    ["artist_id"],
    [
        column("artist_id"),
        column("name"),
        column("genre"),
        column("popularity", "int", minimum=0, maximum=100),
        column("followers", "bigint"),
    ],
)
TOP_TRACKS = contract(
    "music.top_tracks",
    ["track_id"],
    [column("track_id"), column("artist_id"), column("name"), column("popularity", "int")],
)
AUDIO_FEATURES = contract(
    "music.audio_features",
    ["track_id"],
    [column("track_id"), column("acousticness", "double"), column("danceability", "double")],
)

CONTRACTS = [STUDENTS, REQUESTS, ARTISTS, TOP_TRACKS, AUDIO_FEATURES]
