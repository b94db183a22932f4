"""Somebody who reads reports, and leads of all kinds to report on."""

import random
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest

from leads.models import (
    Attribute,
    Business,
    Flag,
    Lead,
    LeadOutcome,
    LeadValue,
    Opportunity,
    Organization,
    Qualification,
    Role,
)
from leads.models.lead import STAGES
from leads.tenancy import Viewer

LEVELS = ("none", "mql", "sql")


@pytest.fixture
def reports(manager, frontend):
    """What a manager of the first business reads."""
    return frontend(manager, path="/graphql/reporting/")


@pytest.fixture
def assortment(publish, join, now) -> Callable[..., Viewer]:
    """Give a business n leads that differ in whatever they are searched by, and share values; return its manager.

    They are at a third as many organizations. Every lead was judged twice; the second one counts.
    """

    def made(business: Business, n: int = 36) -> Viewer:
        draw = random.Random(business.slug)
        manager = join(business, Role.MANAGER, f"boss@{business.slug}.example")
        owners = [join(business, Role.SALES, f"{name}@{business.slug}.example") for name in ("ann", "bob")]
        version = publish(business)
        Attribute.objects.filter(business=business).update(filterable=True)
        own = {"business": business}
        organizations = Organization.objects.bulk_create(
            Organization(name=f"Company {i}", domain=f"company{i}.example", reference=f"C-{i}", **own)
            for i in range((n + 2) // 3)
        )

        def judgement() -> dict:
            score = Decimal(draw.choice([0, 15, 30, 45])) + draw.choice([Decimal(0), Decimal("0.50")])
            level, possible_level = sorted(draw.choices(LEVELS, k=2), key=LEVELS.index)
            return {
                "level": level,
                "possible_level": possible_level,
                "score": score,
                "worst": score - 10,
                "best": score + draw.choice([0, 20]),
            }

        leads = Lead.objects.bulk_create(
            Lead(
                organization=organizations[i % len(organizations)],
                owner=draw.choice([None, *(owner.membership for owner in owners)]),
                title=draw.choice(["", "Reporting", "Ordering, 100 %"]),
                source=draw.choice(["", "Web, search", "Fair"]),
                reference=f"R-{i}" if i % 3 == 0 else "",
                stage=draw.choice(STAGES)[0],
                stage_since=now,
                phase=["", "discovery"][i % 2],
                outcome=draw.choice(["", "", *LeadOutcome.values]),
                nurture_until=draw.choice([None, now.date()]),
                created_at=now - timedelta(days=draw.randrange(10)),
                **draw.choice(
                    [{}, {}, *({"override_level": "sql", "override_expires_at": now + late} for late in LATE)]
                ),
                **judgement(),
                **own,
            )
            for i in range(n)
        )
        judged = Qualification.objects.bulk_create(
            Qualification(
                lead=lead,
                version=version,
                judged_at=now - timedelta(days=days),
                order_ready=draw.choice(["", "yes", "no", "unknown"]),
                explanation="{}",
                **judgement(),
                **own,
            )
            for days in (5, draw.randrange(4))
            for lead in leads
        )
        for lead, qualification in zip(leads, judged[n:], strict=True):
            lead.qualification = qualification
        opportunities = Opportunity.objects.bulk_create(
            Opportunity(
                organization=organization,
                title=f"Of {organization}",
                opened_at=now,
                currency="EUR",
                cost_likely=i,
                **own,
            )
            for i, organization in enumerate(organizations)
        )
        for i, lead in enumerate(leads):
            lead.opportunity = opportunities[i % len(opportunities)] if i % 4 else None
        Lead.objects.bulk_update(leads, ["qualification", "opportunity"])
        Flag.objects.bulk_create(
            Flag(
                lead=lead,
                kind="level_lowered",
                reason="It fell.",
                raised_at=now,
                cleared_at=draw.choice([None, now]),
                **own,
            )
            for lead in leads[::2]
        )
        LeadValue.objects.bulk_create(
            LeadValue(lead=lead, key=key, **{kind: value}, **own)
            for lead in leads
            for key, kind, value in (
                ("has_pain", "text", draw.choice(["yes", "no"])),
                ("employees", "number", Decimal(draw.choice([20, 60, 120, 250]))),
                ("decision", "date", (now + timedelta(days=draw.choice([30, 60, 200]))).date()),
                ("industry", "text", draw.choice(["saas", "bank"])),
            )
            if draw.random() < 0.7
        )
        return manager

    return made


LATE = (timedelta(days=-10), timedelta(days=10_000))
"""When overrides expire: they did, or they last."""
