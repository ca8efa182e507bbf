"""The music master table: one row an artist, a representative track, audio features of its tracks."""

from __future__ import annotations

from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql.window import Window


def artist_master(artists: DataFrame, top_tracks: DataFrame, audio_features: DataFrame) -> DataFrame:
    """Artists with their representative track, tracks counted, median acousticness and mean danceability.

    The representative track's popularity is nearest to the artist's; of two as near the more popular one,
    then the first by id. Acousticness is skewed, so its median; danceability is symmetric, so its mean.
    Artists without tracks keep a row, with 0 tracks. The inputs are one snapshot each.
    """
    tracks = top_tracks.select(
        "track_id",
        "artist_id",
        F.col("name").alias("track_name"),
        F.col("popularity").alias("track_popularity"),
    )
    features = audio_features.select("track_id", "acousticness", "danceability")
    gap = F.abs(F.col("popularity") - F.col("track_popularity"))
    joined = (
        artists.select("artist_id", "name", "genre", "popularity", "followers")
        .join(tracks, "artist_id", "left")
        .join(features, "track_id", "left")
        .withColumn("popularity_gap", gap)
    )
    artist = Window.partitionBy("artist_id")
    nearest = artist.orderBy(
        F.col("popularity_gap").asc_nulls_last(), F.col("track_popularity").desc_nulls_last(), "track_id"
    )
    measured = joined.select(
        "*",
        F.row_number().over(nearest).alias("__rank"),
        F.count("track_id").over(artist).alias("tracks"),
        F.percentile("acousticness", 0.5).over(artist).alias("median_acousticness"),
        F.avg("danceability").over(artist).alias("mean_danceability"),
    )
    return measured.where(F.col("__rank") == 1).select(
        "artist_id",
        "name",
        "genre",
        "popularity",
        "followers",
        "track_id",
        "track_name",
        "track_popularity",
        "popularity_gap",
        "tracks",
        "median_acousticness",
        "mean_danceability",
    )
