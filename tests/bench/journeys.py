"""A business whose criteria read everything there is to read, and any number of open leads of its."""

import random
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import ForeignKey, Model
from samples import NOW

from leads.domain.schema_document import Axis, BandSpec, CriterionSpec, LevelSpec, SchemaDocument
from leads.domain.snapshot import absorb
from leads.domain.stages import Stage
from leads.domain.values import AttributeSpec, Choice, ValueType
from leads.models import Engagement, EngagementKind, Lead, Organization
from leads.tenancy import Viewer

SEED = 10_000
"""Leads that are made one by one; further ones are copies of them, which the database makes itself."""

STAGES = [Stage.INQUIRY.value, Stage.MQL.value, Stage.SAL.value, Stage.SQL.value]
INDUSTRIES = ("saas", "bank", "retail", "industry", "public", "other")
SEGMENTS = ("enterprise", "middle", "small", "abroad")
VENDORS = ("none", "spreadsheets", "contoso", "fabrikam")
CONTACTS = ("economic_buyer", "decision_maker", "champion", "user")


def attributes() -> tuple[AttributeSpec, ...]:
    def one(key: str, type_: ValueType, *codes: str, **given: Any) -> AttributeSpec:
        return AttributeSpec(key, key, type_, choices=tuple(Choice(code, code) for code in codes), **given)

    return (
        one("has_pain", ValueType.YES_NO, freshness_days=180),
        one("hours_lost", ValueType.NUMBER, freshness_days=365),
        one("hourly_cost", ValueType.MONEY),
        one("employees", ValueType.NUMBER, freshness_days=365),
        one("industry", ValueType.CHOICE, *INDUSTRIES),
        one("segments", ValueType.MULTI_CHOICE, *SEGMENTS),
        one("decision", ValueType.DATE, freshness_days=120),
        one("budget", ValueType.MONEY, freshness_days=180),
        one("share", ValueType.PERCENT),
        one("speaks_with", ValueType.CHOICE, *CONTACTS),
        one("vendor", ValueType.CHOICE, *VENDORS, freshness_days=365),
        one("referred", ValueType.YES_NO, not_given=False),
        one("webinars", ValueType.NUMBER, counts_kinds=("webinar", "content_download"), counts_days=30),
        one("calls", ValueType.NUMBER, counts_kinds=("call",), counts_days=90),
    )


def everything() -> SchemaDocument:
    """Return twelve criteria over numbers, money, percents, choices, dates and counted engagements."""

    def one(key: str, axis: Axis, *bands: tuple[str, str], otherwise: int = 0, **given: Any) -> CriterionSpec:
        specs = tuple(BandSpec(when, Decimal(points), Decimal(points) > 0) for when, points in bands)
        return CriterionSpec(key, axis, key, f"What about {key}?", specs, Decimal(otherwise), **given)

    return SchemaDocument(
        key="journeys",
        name="Journeys",
        attributes=attributes(),
        criteria=(
            one("pain", Axis.PAIN, ("has_pain", "30")),
            one(
                "cost",
                Axis.PAIN,
                ("hours_lost * hourly_cost * 46 >= 50000", "15"),
                ("hours_lost * hourly_cost * 46 >= 20000", "7.5"),
            ),
            one("size", Axis.FIT, ("employees >= 200", "20"), ("employees >= 50", "10"), otherwise=-10),
            one("market", Axis.FIT, ('industry in ["saas", "bank"]', "10"), ('industry == "industry"', "5")),
            one("segment", Axis.FIT, ('"enterprise" in segments', "8"), ('"middle" in segments', "4")),
            one("timeframe", Axis.TIMEFRAME, ("days_until_decision <= 90", "15"), ("days_until_decision <= 180", "5")),
            one("money", Axis.BUDGET, ("budget >= 25000", "10"), ("budget >= 10000", "5")),
            one("spread", Axis.BUDGET, ("budget / employees >= 100 and share > 2.5", "6")),
            one(
                "authority",
                Axis.AUTHORITY,
                ('speaks_with in ["economic_buyer", "decision_maker"]', "12.5"),
                ('speaks_with == "champion"', "6"),
            ),
            one("interest", Axis.ENGAGEMENT, ("webinars >= 2", "8"), ("webinars >= 1", "4")),
            one("talks", Axis.ENGAGEMENT, ("calls >= 1 or referred", "5")),
            one("vendor", Axis.FIT, ('vendor != "contoso"', "3"), otherwise=-5, freshness_days=60),
        ),
        mql=LevelSpec(Decimal(25)),
        sql=LevelSpec(Decimal(60), minimums=((Axis.FIT, Decimal(10)),), knock_outs=("pain", "size")),
        order_ready="budget >= 25000 and days_until_decision <= 30",
    )


def stricter() -> SchemaDocument:
    """Return the same with other points, as a manager may publish next: many levels change by it."""
    document = everything()
    pain, *others = document.criteria
    bands = tuple(replace(band, points=band.points - 20) for band in pain.bands)
    return replace(document, criteria=(replace(pain, bands=bands), *others))


def known(chance: random.Random) -> dict[str, Any]:
    """Return what is known of a company, in stored form; each value is missing once in four times."""
    cost = chance.randrange(20, 90)
    drawn = {
        "has_pain": chance.random() < 0.6,
        "hours_lost": {"low": "5", "likely": "9", "high": "14"} if chance.random() < 0.1 else str(chance.randrange(60)),
        "hourly_cost": f"{cost}.5" if chance.random() < 0.3 else str(cost),
        "employees": str(int(chance.lognormvariate(4.5, 1.2))),
        "industry": chance.choice(INDUSTRIES),
        "segments": sorted(chance.sample(SEGMENTS, chance.randrange(1, 3))),
        "decision": (NOW.date() + timedelta(days=chance.randrange(5, 300))).isoformat(),
        "budget": str(chance.randrange(2_000, 60_000)),
        "share": str(chance.randrange(1, 100) / 10),
        "speaks_with": chance.choice(CONTACTS),
        "vendor": chance.choice(VENDORS),
        "referred": chance.random() < 0.1,
    }
    return {key: value for key, value in drawn.items() if chance.random() < 0.75}


def snapshot(chance: random.Random) -> dict[str, Any]:
    """Return it as two recordings left it, the second weeks after the first."""
    first, second = known(chance), known(chance)
    begun = NOW - timedelta(days=chance.randrange(40, 400), seconds=chance.randrange(86_400))
    later = begun + timedelta(days=chance.randrange(1, 40))
    kept = absorb({}, first, at=begun, source="import", evidence=1)
    return absorb(kept, dict(list(second.items())[::2]), at=later, source="sales", evidence=2)


def fill(viewer: Viewer, leads: int) -> None:
    """Add so many open leads that nobody judged yet, and an engagement for every second of them.

    Beyond SEED they are a multiple of it.
    """
    with transaction.atomic():
        _make(viewer, min(leads, SEED))
        if leads > SEED:
            _multiply(leads // SEED)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def _make(viewer: Viewer, leads: int) -> None:
    chance = random.Random(7)
    business = viewer.business
    organization = Organization.objects.create(business=business, name="Company", domain="company.example")
    made = Lead.objects.bulk_create(
        Lead(
            business=business,
            organization=organization,
            owner=viewer.membership,
            title=f"Journey {number}",
            source="Fair",
            stage=chance.choice(STAGES),
            stage_since=NOW,
            created_at=NOW - timedelta(days=chance.randrange(400)),
            snapshot=snapshot(chance),
        )
        for number in range(leads)
    )
    Engagement.objects.bulk_create(
        Engagement(
            business=business,
            lead=lead,
            kind=chance.choice(EngagementKind.values),
            happened_at=NOW - timedelta(days=chance.randrange(120)),
            recorded_at=NOW,
        )
        for lead in made[::2]
    )


def _multiply(times: int) -> None:
    """Copy every lead and engagement until there are so many times as many; copies point to copies."""
    models = (Lead, Engagement)
    with connection.cursor() as cursor:
        steps: dict[type[Model], int] = {}
        for model in models:
            cursor.execute(f'SELECT max(id) FROM "{model._meta.db_table}"')
            steps[model] = cursor.fetchone()[0]
        for model in models:
            columns = {field.column: _copied(field, steps) for field in model._meta.concrete_fields}
            names = ", ".join(f'"{name}"' for name in columns)
            cursor.execute(
                f"WITH RECURSIVE copies(copy) AS (SELECT 1 UNION ALL SELECT copy + 1 FROM copies WHERE copy < %s) "
                f'INSERT INTO "{model._meta.db_table}" ({names}) SELECT {", ".join(columns.values())} '
                f'FROM copies CROSS JOIN "{model._meta.db_table}" r',
                [times - 1],
            )
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)


def _copied(field: Any, steps: dict[type[Model], int]) -> str:
    """Return the SQL of a column in a copy of a row."""
    if field.primary_key:
        return f"r.id + copy * {steps[field.model]}"
    if isinstance(field, ForeignKey) and field.related_model in steps:
        return f'r."{field.column}" + copy * {steps[field.related_model]}'
    return f'r."{field.column}"'
