-- External table over ORC of an older Hive warehouse: files in curated below external/calendar_orc/
CREATE EXTERNAL TABLE IF NOT EXISTS `${curated.lms}`.`calendar_orc` (
  `term` string,
  `week` int,
  `starts` date
)
STORED AS ORC
LOCATION 's3://${curatedBucket}/external/calendar_orc/'
TBLPROPERTIES ('orc.compress' = 'SNAPPY')
