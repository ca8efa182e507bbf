-- Adds one more day to page_views_by_course_day, in a folder of its own; a day that is there already stays as it is
-- parameters: dt
INSERT INTO "${curated.lms}"."page_views_by_course_day"
SELECT course_id,
       count(*) AS page_views,
       count(DISTINCT user_id) AS users,
       dt
FROM ${curated.lms.requests}
WHERE dt = ?
  AND dt NOT IN (SELECT dt FROM "${curated.lms}"."page_views_by_course_day")
GROUP BY course_id, dt
