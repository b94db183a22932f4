"""The values that stand in the texts of plays."""

from collections.abc import Collection, Sequence
from datetime import datetime

from assessments.models import Diagnosis, DiagnosisStatus
from leads.domain.rules import Unknown
from leads.domain.snapshot import fact
from leads.domain.wording import shown
from leads.models import Attribute, Business, Contact, Lead, Stakeholder
from playbook.domain.filling import NAMED, fill, names_filled


class Texts:
    """Fills the texts of plays for some leads; what none of them names is not read."""

    def __init__(self, business: Business, leads: Sequence[Lead], texts: Collection[str], now: datetime) -> None:
        self._business, self._now = business, now
        named = {name for text in texts for name in names_filled(text)}
        keys = named - NAMED.keys()
        found = Attribute.objects.filter(business=business, key__in=keys, archived_at__isnull=True) if keys else ()
        self._attributes = {attribute.key: attribute.spec for attribute in found}
        ids = [lead.pk for lead in leads]
        self._contacts = _contacts(leads) if "contact" in named else {}
        self._costs = _costs(ids) if "cost" in named else {}
        self._labels = {key: spec.label for key, spec in self._attributes.items()} | {"cost": "cost of the problem"}

    def fill(self, text: str, lead: Lead) -> str:
        return fill(text, self._values(lead, names_filled(text)), self._labels)

    def _values(self, lead: Lead, names: Collection[str]) -> dict[str, str]:
        values: dict[str, str] = {}
        for name in names:
            if name in NAMED:
                values[name] = self._named(name, lead)
            elif name in self._attributes:
                spec = self._attributes[name]
                known, _ = fact(spec, lead.snapshot.get(name), self._now, spec.freshness_days)
                values[name] = "" if isinstance(known, Unknown) else shown(spec, known, self._business.currency)
        return values

    def _named(self, name: str, lead: Lead) -> str:
        match name:
            case "organization":
                return lead.organization.name
            case "lead":
                return lead.title or lead.organization.name
            case "owner":
                return str(lead.owner.user) if lead.owner else ""
            case "contact":
                return self._contacts.get(lead.pk, "")
            case _:
                return self._costs.get(lead.pk, "")


def _contacts(leads: Sequence[Lead]) -> dict[int, str]:
    """Return with whom to speak: the first stakeholder, else the organization's first contact."""
    parts = Stakeholder.objects.filter(lead__in=[lead.pk for lead in leads], contact__archived_at__isnull=True)
    stakeholders: dict[int, str] = {}
    for lead_id, name in parts.order_by("-pk").values_list("lead_id", "contact__name"):
        stakeholders[lead_id] = name
    at_organizations: dict[int, str] = {}
    people = Contact.objects.filter(
        organization__in=[lead.organization_id for lead in leads], archived_at__isnull=True
    ).order_by("-pk")
    for organization_id, name in people.values_list("organization_id", "name"):
        at_organizations[organization_id] = name
    return {lead.pk: stakeholders.get(lead.pk) or at_organizations.get(lead.organization_id, "") for lead in leads}


def _costs(lead_ids: Sequence[int]) -> dict[int, str]:
    completed = Diagnosis.objects.filter(lead__in=lead_ids, status=DiagnosisStatus.COMPLETED).order_by("completed_at")
    found = completed.values_list("lead_id", "cost_likely", "business__currency")
    return {lead_id: f"{currency} {likely:,.0f} a year" for lead_id, likely, currency in found}
