-- Which runs read a day of which data set, from the records of curation; the table lineage is lineage_table's
SELECT dataset AS data_set,
       day,
       count(DISTINCT run) AS runs,
       max(runat) AS latest,
       max_by(rows.written, runat) AS written_by_latest
FROM "${curated.ops}"."lineage"
CROSS JOIN UNNEST(transform(sources, source -> source.day)) AS read_days (day)
GROUP BY dataset, day
ORDER BY data_set, day
