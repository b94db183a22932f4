"""The admin: how managers author what judges their leads, and look up what happened."""

from leads.admin import inquiries, people
from leads.admin.authoring import attributes, schemas, versions
from leads.admin.evaluating import calibrating
from leads.admin.journeys import leads, prospects, records, work
from leads.admin.site import site
from leads.admin.tenant import ReadOnlyAdmin, TenantAdmin, TenantStackedInline, TenantTabularInline

__all__ = [
    "ReadOnlyAdmin",
    "TenantAdmin",
    "TenantStackedInline",
    "TenantTabularInline",
    "attributes",
    "calibrating",
    "inquiries",
    "leads",
    "people",
    "prospects",
    "records",
    "schemas",
    "site",
    "versions",
    "work",
]
