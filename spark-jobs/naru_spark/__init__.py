"""Naru's Spark jobs: from the landing and raw zones to curated, pseudonymised Parquet/Snappy tables."""
