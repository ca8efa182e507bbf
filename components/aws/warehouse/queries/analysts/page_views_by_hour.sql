-- Page views of one course by hour of the school's day, between two days
-- parameters: first dt, last dt, course_id
SELECT hour(occurred_at AT TIME ZONE 'UTC' AT TIME ZONE 'Asia/Seoul') AS hour,
       count(*) AS page_views,
       count(DISTINCT user_id) AS users
FROM ${curated.lms.requests}
WHERE dt BETWEEN ? AND ?
  AND course_id = ?
GROUP BY 1
ORDER BY 1
