-- How long one course's pages took to answer on one day: median, mean, spread and the slowest hundredth
-- parameters: dt, course_id
SELECT count(*) AS page_views,
       count(DISTINCT user_id) AS users,
       approx_percentile(duration_ms, 0.5) AS median_ms,
       avg(duration_ms) AS mean_ms,
       stddev(duration_ms) AS stddev_ms,
       approx_percentile(duration_ms, 0.99) AS slowest_hundredth_ms
FROM ${curated.lms.requests}
WHERE dt = ?
  AND course_id = ?
