-- External table over CSV that somebody hands over: files in curated below external/calendar_csv/, with a header, every value as text
CREATE EXTERNAL TABLE IF NOT EXISTS `${curated.lms}`.`calendar_csv` (
  `term` string,
  `week` string,
  `starts` string
)
ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.OpenCSVSerde'
WITH SERDEPROPERTIES ('separatorChar' = ',', 'quoteChar' = '"')
LOCATION 's3://${curatedBucket}/external/calendar_csv/'
TBLPROPERTIES ('skip.header.line.count' = '1')
