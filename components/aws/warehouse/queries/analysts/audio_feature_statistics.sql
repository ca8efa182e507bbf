-- Audio features on the latest day: the median where values are skewed, the mean where they are not
SELECT count(*) AS tracks,
       approx_percentile(acousticness, 0.5) AS median_acousticness,
       avg(danceability) AS mean_danceability,
       stddev(danceability) AS stddev_danceability,
       approx_percentile(energy, 0.9) AS most_energetic_tenth
FROM ${curated.music.audio_features}
WHERE dt = (SELECT max(dt) FROM ${curated.music.audio_features})
