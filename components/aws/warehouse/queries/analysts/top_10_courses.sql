-- The ten courses with most page views on the latest day
SELECT course_id,
       count(*) AS page_views,
       count(DISTINCT user_id) AS users
FROM ${curated.lms.requests}
WHERE dt = (SELECT max(dt) FROM ${curated.lms.requests})
  AND course_id IS NOT NULL
GROUP BY course_id
ORDER BY page_views DESC, course_id
LIMIT 10
