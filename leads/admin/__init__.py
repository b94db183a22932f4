"""The admin: how managers author what judges their leads, and look up what happened."""

from leads.admin import absences, inquiries, people
from leads.admin.authoring import attributes, reasons, schemas, versions
from leads.admin.evaluating import calibrating
from leads.admin.journeys import leads, opportunities, prospects, records, work
from leads.admin.site import site
from leads.admin.tenant import ReadOnlyAdmin, TenantAdmin, TenantStackedInline, TenantTabularInline

__all__ = [
    "ReadOnlyAdmin",
    "TenantAdmin",
    "TenantStackedInline",
    "TenantTabularInline",
    "absences",
    "attributes",
    "calibrating",
    "inquiries",
    "leads",
    "opportunities",
    "people",
    "prospects",
    "reasons",
    "records",
    "schemas",
    "site",
    "versions",
    "work",
]
