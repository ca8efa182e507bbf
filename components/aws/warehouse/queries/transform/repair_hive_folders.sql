-- Finds folders dt=.../ that page_views_in_folders does not know, whoever wrote them
MSCK REPAIR TABLE `${curated.lms}`.`page_views_in_folders`
