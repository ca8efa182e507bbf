-- Page views by course and day in Hive's folders (dt=.../), of the newest 90 days: a CTAS writes 100 partitions at most
CREATE TABLE "${curated.lms}"."page_views_by_course_day"
WITH (
  external_location = 's3://${curatedBucket}/lms/page_views_by_course_day/',
  format = 'PARQUET',
  parquet_compression = 'SNAPPY',
  partitioned_by = ARRAY['dt']
) AS
SELECT course_id,
       count(*) AS page_views,
       count(DISTINCT user_id) AS users,
       dt
FROM ${curated.lms.requests}
WHERE dt > (
  SELECT date_format(date_add('day', -90, max(date(dt))), '%Y-%m-%d')
  FROM ${curated.lms.requests}
)
GROUP BY course_id, dt
