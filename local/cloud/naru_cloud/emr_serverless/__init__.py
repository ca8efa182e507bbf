"""Amazon EMR Serverless: applications, and job runs that are real runs of spark-submit."""

from .service import EmrServerlessService

__all__ = ["EmrServerlessService"]
