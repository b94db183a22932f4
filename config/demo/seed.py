"""Putting the demo's businesses, people, schemas and leads in place; again changes nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.core.management import call_command

from assessments.models import AssessmentTemplate
from config.demo.leads import write_leads
from config.demo.schemas import ENTERPRISE, PUBLIC_SECTOR, SMALL_BUSINESS
from leads import services
from leads.domain.schema_document import SchemaDocument
from leads.models import (
    Business,
    Door,
    EngagementKind,
    Lead,
    Membership,
    QualificationSchema,
    QualificationVersion,
    Role,
    Status,
    User,
)
from leads.services.packs import find_pack, publish_pack, read_pack
from leads.tenancy import system

MAPPING = Path(__file__).parent / "mapping.toml"
PASSWORD = "diagnose-first"  # noqa: S105 (for a machine that serves nobody else)


@dataclass(frozen=True, slots=True)
class DemoBusiness:
    slug: str
    name: str
    sells: str
    schemas: tuple[SchemaDocument, ...]
    template: str
    """The name of the pack with what its salespeople ask before anybody speaks of a product."""


BUSINESSES = (
    DemoBusiness(
        "meridian", "Meridian Systems", "software for large enterprises", (ENTERPRISE, PUBLIC_SECTOR), "orders_by_hand"
    ),
    DemoBusiness(
        "brightside", "Brightside", "marketing services for small businesses", (SMALL_BUSINESS,), "few_customers"
    ),
)
EVERYWHERE = "sam@example.com"  # sells for both, and so has to say for which
TOUCHES = (EngagementKind.WEBINAR, EngagementKind.EMAIL_REPLY, EngagementKind.CALL)


def seed(folder: Path, now: datetime, say: Callable[[str], None]) -> None:
    """Put everything in place that is not there yet."""
    folder.mkdir(exist_ok=True)
    file = folder / "demo-leads.csv"
    write_leads(file, now.date())
    for wanted in BUSINESSES:
        business = _business(wanted)
        _people(business)
        _schemas(business, wanted.schemas, now)
        _stricter_draft(business, wanted.schemas[0])
        _template(business, wanted.template, now)
        if not Lead.objects.filter(business=business).exists():
            say(f"   {business.name} imports {file.relative_to(folder.parent)}:")
            call_command("import_leads", file, business=business.slug, mapping=MAPPING, verbosity=0)
            _engagements(business, now)


def _business(wanted: DemoBusiness) -> Business:
    found, _ = Business.objects.get_or_create(
        slug=wanted.slug,
        defaults={"name": wanted.name, "currency": "EUR", "time_zone": "Europe/Berlin"},
    )
    return found


def _people(business: Business) -> None:
    for role in Role:
        _member(business, f"{role.value.replace('_', '-')}@{business.slug}.example", role)
    _member(business, EVERYWHERE, Role.SALES)


def _member(business: Business, email: str, role: Role) -> None:
    user = User.objects.filter(email=email).first()
    if user is None:
        user = User.objects.create_user(email, PASSWORD, name=email.partition("@")[0].replace("-", " ").title())
    Membership.objects.get_or_create(business=business, user=user, defaults={"role": role})
    if role == Role.MANAGER and not user.is_staff:
        user.is_staff = True
        user.save(update_fields=("is_staff",))


def _schemas(business: Business, documents: tuple[SchemaDocument, ...], now: datetime) -> None:
    by = system(business, Door.COMMAND)
    for document in documents:
        if not QualificationSchema.objects.filter(business=business, key=document.key).exists():
            draft = services.draft_from_document(document=document, by=by)
            services.publish(version_id=draft.pk, by=by, now=now)


def _stricter_draft(business: Business, document: SchemaDocument) -> None:
    """Let the manager have something to try: the published schema with ten points more for an SQL."""
    versions = QualificationVersion.objects.filter(business=business, schema__key=document.key)
    published = versions.filter(status=Status.PUBLISHED).first()
    if published is not None and versions.count() == 1 and document.sql.score is not None:
        draft = services.copy_to_draft(version_id=published.pk, by=system(business, Door.COMMAND))
        draft.sql_score = document.sql.score + 10
        draft.save(update_fields=("sql_score",))


def _template(business: Business, name: str, now: datetime) -> None:
    pack = find_pack(name)
    if not AssessmentTemplate.objects.filter(business=business, key=read_pack(pack.text).key).exists():
        publish_pack(text=pack.text, by=system(business, Door.COMMAND), now=now)


def _engagements(business: Business, now: datetime) -> None:
    """Let every fifth lead have been in touch a few times lately."""
    by = system(business, Door.COMMAND)
    for index, lead_id in enumerate(Lead.objects.filter(business=business).values_list("pk", flat=True)[::5]):
        for number, kind in enumerate(TOUCHES[: index % 3 + 1]):
            services.record_engagement(
                lead_id=lead_id,
                kind=kind,
                title="Why orders pile up" if kind == EngagementKind.WEBINAR else "",
                happened_at=now - timedelta(days=7 * (number + 1)),
                by=by,
                now=now,
            )
