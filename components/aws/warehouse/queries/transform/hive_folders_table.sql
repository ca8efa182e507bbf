-- External table over Parquet in Hive's folders, without partition projection: it sees a folder once repair_hive_folders has found it
CREATE EXTERNAL TABLE IF NOT EXISTS `${curated.lms}`.`page_views_in_folders` (
  `course_id` string,
  `page_views` bigint,
  `users` bigint
)
PARTITIONED BY (`dt` string)
STORED AS PARQUET
LOCATION 's3://${curatedBucket}/lms/page_views_by_course_day/'
TBLPROPERTIES ('parquet.compression' = 'SNAPPY')
