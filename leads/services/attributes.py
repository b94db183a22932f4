"""Letting leads be searched by an attribute."""

from django.db import transaction

from leads import permissions, selectors
from leads.domain.errors import DomainError
from leads.models import Attribute, Lead, LeadValue
from leads.models.attributes import FILTERABLE_AT_MOST
from leads.services.evidence import filterable_rows
from leads.tenancy import Viewer

LEADS_AT_ONCE = 1_000


class TooManyFilterable(DomainError):
    code = "too_many_filterable"


@transaction.atomic
def set_filterable(*, attribute_id: int, filterable: bool, by: Viewer) -> Attribute:
    """Let leads be searched by an attribute, those included of which it is known already, or stop it."""
    permissions.require(by, "author")
    attributes = Attribute.objects.visible_to(by).select_for_update()
    attribute = attributes.filter(pk=attribute_id).first()
    if attribute is None:
        raise selectors.NotFound("There is no such attribute.", field="attribute")
    if attribute.filterable == filterable:
        return attribute
    others = Attribute.objects.visible_to(by).filter(filterable=True, archived_at__isnull=True)
    if filterable and others.count() >= FILTERABLE_AT_MOST:
        reason = f"Leads can be searched by {FILTERABLE_AT_MOST} attributes at most. Free another one first."
        raise TooManyFilterable(reason, field="filterable")
    attribute.filterable = filterable
    attribute.save(update_fields=("filterable",))
    LeadValue.objects.visible_to(by).filter(key=attribute.key).delete()
    if filterable and not attribute.is_derived:
        _index(attribute, by)
    return attribute


def _index(attribute: Attribute, by: Viewer) -> None:
    leads = Lead.objects.visible_to(by).order_by("pk").only("business_id", "snapshot")
    known = leads.select_for_update(of=("self",)).filter(snapshot__has_key=attribute.key)
    rows: list[LeadValue] = []
    for lead in known.iterator(chunk_size=LEADS_AT_ONCE):
        rows += filterable_rows(lead, [attribute.spec])
        if len(rows) >= LEADS_AT_ONCE:
            LeadValue.objects.bulk_create(rows)
            rows = []
    LeadValue.objects.bulk_create(rows)
