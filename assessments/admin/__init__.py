"""The admin's part for diagnoses: how managers author what is asked, and read what was found out."""

from assessments.admin import diagnoses, templates, versions

__all__ = ["diagnoses", "templates", "versions"]
