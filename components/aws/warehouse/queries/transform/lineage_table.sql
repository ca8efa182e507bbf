-- External table over JSON with nested types: the records that each curation leaves in curated
CREATE EXTERNAL TABLE IF NOT EXISTS `${curated.ops}`.`lineage` (
  `run` string,
  `runat` string,
  `dataset` string,
  `contractversion` string,
  `status` string,
  `rows` struct<read:bigint, quarantined:bigint, duplicates:bigint, written:bigint>,
  `outputs` array<string>,
  `sources` array<struct<zone:string, day:string, size:bigint, versionid:string>>
)
ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'
LOCATION 's3://${curatedBucket}/lineage/'
