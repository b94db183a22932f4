"""Filling a database with judged leads, as fast as it takes them."""

import random
from typing import Any

from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import ForeignKey, Model
from samples import NOW, prospect

from leads import bulk
from leads.domain.snapshot import absorb
from leads.domain.stages import Stage
from leads.models import Contact, Lead, Organization, Qualification
from leads.services import judging
from leads.tenancy import Viewer

SEED = 5_000
"""Leads that are made one by one; further ones are copies of them, which the database makes itself."""

CONTACTS = 2
OPEN_STAGES = [Stage.INQUIRY.value, Stage.MQL.value, Stage.SAL.value, Stage.SQL.value]


def fill(viewer: Viewer, leads: int) -> None:
    """Add so many leads, each with its organization, two contacts, an owner and a qualification.

    Beyond SEED they are a multiple of it, and the database is PostgreSQL and otherwise empty.
    """
    with transaction.atomic():
        _make(viewer, min(leads, SEED))
        if leads > SEED:
            _multiply(leads // SEED)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


def _make(viewer: Viewer, leads: int) -> None:
    chance = random.Random(7)
    judges = judging.judges_of(viewer.business)
    business = viewer.business
    numbers = range(leads)
    organizations = Organization.objects.bulk_create(
        Organization(business=business, name=f"Company {number}", domain=f"company{number}.example")
        for number in numbers
    )
    Contact.objects.bulk_create(
        Contact(
            business=business,
            organization=organization,
            name=f"Person {place} of {organization.name}",
            email=f"person{place}@{organization.domain}",
        )
        for organization in organizations
        for place in range(CONTACTS)
    )
    judged: list[tuple[Lead, Qualification]] = []
    for number, organization in zip(numbers, organizations, strict=True):
        lead = Lead(
            business=business,
            organization=organization,
            owner=viewer.membership,
            title=f"Journey {number}",
            source="Fair",
            reference=f"bench-{number}",
            stage=chance.choice(OPEN_STAGES),
            stage_since=NOW,
            created_at=NOW,
            snapshot=absorb({}, prospect(chance), at=NOW, source="sales", evidence=0),
        )
        found = judging.judge(judges, lead, {}, NOW)
        qualification = judging.new_qualification(lead, found, NOW)
        judging.take_over(lead, found)
        assert qualification is not None
        judged.append((lead, qualification))
    made = Lead.objects.bulk_create(lead for lead, _ in judged)
    for lead, qualification in judged:
        qualification.lead_id = lead.pk
    Qualification.objects.bulk_create(qualification for _, qualification in judged)
    for lead, qualification in judged:
        lead.qualification = qualification
    bulk.update(Lead, made, ("qualification",))


def _multiply(times: int) -> None:
    """Copy every row until there are so many times as many; copies point to copies."""
    models = (Organization, Contact, Lead, Qualification)
    with connection.cursor() as cursor:
        steps: dict[type[Model], int] = {}
        for model in models:
            cursor.execute(f'SELECT max(id) FROM "{model._meta.db_table}"')
            steps[model] = cursor.fetchone()[0]
        for model in models:
            columns = {field.column: _copied(field, steps) for field in model._meta.concrete_fields}
            names = ", ".join(f'"{name}"' for name in columns)
            cursor.execute(
                f'INSERT INTO "{model._meta.db_table}" ({names}) SELECT {", ".join(columns.values())} '
                f'FROM "{model._meta.db_table}" r, generate_series(1, %s) copy',
                [times - 1],
            )
        cursor.execute(
            "UPDATE leads_lead l SET qualification_id = q.id FROM leads_qualification q "
            "WHERE q.lead_id = l.id AND l.qualification_id IS NULL"
        )
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)


def _copied(field: Any, steps: dict[type[Model], int]) -> str:
    """Return the SQL of a column in a copy of a row."""
    if field.primary_key:
        return f"r.id + copy * {steps[field.model]}"
    if field.name == "qualification":
        return "NULL::bigint"  # cannot be there before its lead
    if isinstance(field, ForeignKey) and field.related_model in steps:
        return f'r."{field.column}" + copy * {steps[field.related_model]}'
    if field.name == "reference":
        return "CASE r.reference WHEN '' THEN '' ELSE r.reference || '-' || copy END"
    return f'r."{field.column}"'
