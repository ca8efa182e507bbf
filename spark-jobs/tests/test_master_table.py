"""The artist master: which track represents an artist, and which average fits which feature."""

from __future__ import annotations

from typing import Any

import pytest
from pyspark.sql import SparkSession

from naru_spark.master_table import artist_master
from tests.lake import Lake

ARTISTS = "artist_id string, name string, genre string, popularity int, followers bigint"
TRACKS = "track_id string, artist_id string, name string, popularity int"
FEATURES = "track_id string, acousticness double, danceability double"


def master(
    spark: SparkSession, artists: list[Any], tracks: list[Any], features: list[Any]
) -> dict[str, dict[str, Any]]:
    frame = artist_master(
        spark.createDataFrame(artists, ARTISTS),
        spark.createDataFrame(tracks, TRACKS),
        spark.createDataFrame(features, FEATURES),
    )
    return {row["artist_id"]: row.asDict() for row in frame.collect()}


@pytest.mark.parametrize(
    ("popularities", "chosen"),
    [
        ({"t1": 10, "t2": 47, "t3": 90}, "t2"),
        ({"t1": 48, "t2": 52}, "t2"),
        ({"t2": 52, "t1": 52}, "t1"),
        ({"t1": None, "t2": 1}, "t2"),
    ],
)
def test_the_representative_track_is_the_nearest_in_popularity(
    spark: SparkSession, popularities: dict[str, int], chosen: str
) -> None:
    tracks = [(track, "a", track.upper(), popularity) for track, popularity in popularities.items()]
    row = master(spark, [("a", "A", "rock", 50, 1)], tracks, [("t1", 0.1, 0.1)])["a"]
    assert (row["track_id"], row["track_name"], row["tracks"]) == (chosen, chosen.upper(), len(tracks))
    assert row["popularity_gap"] == abs(50 - popularities[chosen])


def test_median_of_acousticness_and_mean_of_danceability(spark: SparkSession) -> None:
    tracks = [(f"t{n}", "a", "T", 50) for n in range(4)]
    features = [("t0", 0.0, 0.0), ("t1", 0.1, 0.1), ("t2", 0.9, 0.8)]
    row = master(spark, [("a", "A", "rock", 50, 1)], tracks, features)["a"]
    assert row["median_acousticness"] == pytest.approx(0.1)
    assert row["mean_danceability"] == pytest.approx(0.3)


def test_artists_without_tracks_stay(spark: SparkSession) -> None:
    row = master(spark, [("a", "A", "rock", 50, 1)], [("t", "b", "T", 5)], [("t", 0.1, 0.1)])["a"]
    assert (row["tracks"], row["track_id"], row["median_acousticness"]) == (0, None, None)


def test_the_job_joins_the_newest_drop_of_each_set(lake: Lake) -> None:
    artists, tracks = "artist_id,name,genre,popularity,followers\n", "track_id,artist_id,name,popularity\n"
    lake.drop("music.artists", "2026-11-19", artists + "a,Old,rock,10,1\ngone,Gone,rock,1,1\n")
    lake.drop("music.artists", "2026-11-20", artists + "a,New,rock,50,3000000000\n")
    lake.drop("music.top_tracks", "2026-11-21", tracks + "t1,a,T1,12\nt2,a,T2,49\n")
    music = ["music.artists", "music.top_tracks", "music.audio_features"]
    assert lake.run("master_table").tables[-1].status == "no input"
    lake.drop("music.audio_features", "2026-11-20", "track_id,acousticness,danceability\nt1,0.5,0.25\n")
    for jobs in (("curate", "master_table"), ("master_table",)):
        report = lake.run(*jobs, only=music)
        assert report.errors == []
        columns = "name, followers, track_id, tracks, median_acousticness, dt"
        assert lake.rows("curated", "music/artist_master", columns) == [
            ("New", 3_000_000_000, "t2", 2, 0.5, "2026-11-21")
        ]
