-- Durations of page views on the latest day: mean, spread and percentiles by HTTP method
SELECT http_method,
       count(*) AS page_views,
       avg(duration_ms) AS mean_ms,
       stddev(duration_ms) AS stddev_ms,
       approx_percentile(duration_ms, 0.5) AS median_ms,
       approx_percentile(duration_ms, 0.9) AS slowest_tenth_ms
FROM ${curated.lms.requests}
WHERE dt = (SELECT max(dt) FROM ${curated.lms.requests})
GROUP BY http_method
ORDER BY page_views DESC, http_method
