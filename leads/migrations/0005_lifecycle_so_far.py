"""Every business gets its lists of reasons; stays and opportunities are told from the receipts that are there."""

from datetime import datetime
from typing import Any

from django.db import migrations

from leads.domain.reasons import DEFAULT_REASONS

AT_ONCE = 1_000
OPENED = ("opportunity", "customer", "lost")
STATUSES = {"opportunity": "open", "customer": "won", "lost": "lost"}


def begin_reasons(apps: Any, schema_editor: Any) -> None:
    businesses = apps.get_model("leads", "Business").objects.all()
    reasons = apps.get_model("leads", "Reason")
    for business in businesses.iterator():
        reasons.objects.bulk_create(
            reasons(
                business=business,
                kind=kind.value,
                key=spec.key,
                label=spec.label,
                description=spec.description,
                names_competitor=spec.names_competitor,
                position=position,
            )
            for kind, specs in DEFAULT_REASONS.items()
            for position, spec in enumerate(specs)
        )


def tell_stays(apps: Any, schema_editor: Any) -> None:
    stays = apps.get_model("leads", "Stay")
    leads = apps.get_model("leads", "Lead").objects.order_by("pk").prefetch_related("transitions")
    rows: list[Any] = []
    for lead in leads.only("pk", "business_id", "stage", "stage_since").iterator(chunk_size=AT_ONCE):
        rows += stays_of(stays, lead)
        if len(rows) >= AT_ONCE:
            stays.objects.bulk_create(rows)
            rows = []
    stays.objects.bulk_create(rows)


def stays_of(stays: Any, lead: Any) -> list[Any]:
    """Return the stays of a lead; the last one is in the stage where it is, and goes on."""
    entered: list[tuple[str, datetime]] = [
        (receipt.to_stage, receipt.at) for receipt in sorted(lead.transitions.all(), key=lambda receipt: receipt.pk)
    ]
    if not entered or entered[-1][0] != lead.stage:
        entered.append((lead.stage, lead.stage_since))
    ends = [at for _, at in entered[1:]]
    rows = []
    for number, (stage, at) in enumerate(entered):
        ended = max(at, ends[number]) if number < len(ends) else None
        rows.append(
            stays(business_id=lead.business_id, lead=lead, kind="stage", key=stage, began_at=at, ended_at=ended)
        )
    return rows


def tell_opportunities(apps: Any, schema_editor: Any) -> None:
    leads = apps.get_model("leads", "Lead").objects.filter(stage__in=OPENED).order_by("pk")
    found = leads.select_related("organization", "business").prefetch_related("transitions")
    for lead in found.iterator(chunk_size=AT_ONCE):
        receipts = sorted(lead.transitions.all(), key=lambda receipt: receipt.pk)
        opening = next((receipt for receipt in reversed(receipts) if receipt.to_stage == "opportunity"), None)
        came_from_there = bool(receipts) and receipts[-1].from_stage == "opportunity"
        if lead.stage == "opportunity" or came_from_there:
            tell_opportunity(apps, lead, opening)


def tell_opportunity(apps: Any, lead: Any, opening: Any) -> None:
    overridden = opening is not None and opening.verdict_kind == "override"
    said = opening if opening is not None and not overridden else None
    opportunity = apps.get_model("leads", "Opportunity").objects.create(
        business=lead.business,
        organization=lead.organization,
        owner_id=lead.owner_id,
        title=lead.title or lead.organization.name,
        status=STATUSES[lead.stage],
        opened_at=opening.at if opening else lead.stage_since,
        closed_at=None if lead.stage == "opportunity" else lead.stage_since,
        currency=lead.business.currency,
        verdict_kind=said.verdict_kind if said else "",
        verdict_id=said.verdict_id if said else "",
        verdict_reason=said.verdict_reason if said else "",
        override_reason=opening.verdict_reason if overridden else "",
    )
    lead.opportunity = opportunity
    lead.save(update_fields=["opportunity"])
    contacts = apps.get_model("leads", "OpportunityContact")
    contacts.objects.bulk_create(
        contacts(
            business=lead.business, opportunity=opportunity, contact_id=part.contact_id, buying_roles=part.buying_roles
        )
        for part in lead.stakeholders.order_by("pk")
    )


class Migration(migrations.Migration):
    dependencies = [("leads", "0004_lifecycle")]

    operations = [
        migrations.RunPython(begin_reasons, migrations.RunPython.noop),
        migrations.RunPython(tell_stays, migrations.RunPython.noop),
        migrations.RunPython(tell_opportunities, migrations.RunPython.noop),
    ]
