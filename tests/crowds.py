"""Businesses with as many rows of everything as a test wants."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import models

from leads.domain.rules import Range
from leads.global_ids import global_id
from leads.models import (
    Absence,
    Attribute,
    Business,
    Calibration,
    Contact,
    Engagement,
    Evidence,
    Flag,
    Holiday,
    InquiryForm,
    Lead,
    LevelOverride,
    Membership,
    Merge,
    Opportunity,
    OpportunityContact,
    Organization,
    Qualification,
    QualificationSchema,
    QualificationVersion,
    Reason,
    Rejudging,
    Role,
    Stakeholder,
    Stay,
    Transition,
    User,
)
from leads.tenancy import Viewer
from playbook.models import Delivery, LossReview, NextStep, StallRiskSetting, Webhook
from tests.crowded import diagnoses_of, hand_offs_of, plays_of, process_of
from tests.merged import merges


@dataclass
class Crowd:
    """A business and the first row of each kind, which has the most of everything below it."""

    viewer: Viewer
    rows: dict[str, models.Model] = field(default_factory=dict)

    def id(self, type_name: str) -> str:
        return global_id(type_name, self.rows[type_name].pk)


@pytest.fixture
def crowd(join, publish, document, make_lead, now) -> Callable[[int], Crowd]:
    """Make a business with n of everything.

    n leads at n organizations, n more at the first one; the first lead has n of all that a lead has, the
    first organization n contacts, the first schema n versions.
    """

    def made(n: int, slug: str = "") -> Crowd:
        business = Business.objects.create(slug=slug or f"crowd-{n}", name=f"Crowd of {n}", currency="EUR")
        viewer = join(business, Role.MANAGER)
        version = publish(business, document())
        Attribute.objects.filter(business=business).update(filterable=True)
        values = {"has_pain": True, "employees": Range(Decimal(20), Decimal(120), Decimal(300))}
        first = make_lead(viewer, "Initech", values=values)
        judged = first.qualification
        everything = {
            "Lead": first,
            "Organization": first.organization,
            "Qualification": judged,
            "QualificationVersion": version,
            "QualificationSchema": version.schema,
            "Membership": viewer.membership,
            "Attribute": Attribute.objects.filter(business=business).first(),
            "Reason": Reason.objects.filter(business=business).first(),
        }
        own = {"business": business}

        def many(model: type[models.Model], rows: list[dict]) -> list:
            made = model._default_manager.bulk_create([model(**(own | row)) for row in rows])
            if made:
                everything.setdefault(model.__name__, made[0])
            return made

        users = User.objects.bulk_create([User(email=f"{i}@{business.slug}.example", name=f"{i}") for i in range(n)])
        members = many(Membership, [{"user": user, "role": Role.SALES} for user in users])
        homes = [
            first.organization,
            *many(Organization, [{"name": f"Organization {i}"} for i in range(1, n)]),
        ]
        people = [
            *many(Contact, [{"organization": home, "name": f"Contact {i}"} for i, home in enumerate(homes)]),
            *many(Contact, [{"organization": homes[0], "name": f"Colleague {i}"} for i in range(n)]),
        ]
        shared = {
            name: getattr(first, name) for name in ("snapshot", "level", "possible_level", "score", "worst", "best")
        }
        leads = many(
            Lead,
            [
                shared
                | {
                    "organization": home,
                    "owner": members[i % n],
                    "stage_since": now,
                    "created_at": now,
                    "override_level": "sql",
                    "override_expires_at": now + timedelta(days=10_000),
                }
                for i, home in enumerate([*homes, *homes[:1] * n])
            ],
        )
        # Every lead has two of everything, the first one n.
        pairs = [*((lead, i) for lead in leads for i in range(2)), *((first, i) for i in range(n))]

        def member(i: int) -> Membership:
            return members[i % n]

        def home_of(lead: Lead, i: int) -> Contact:
            at = [person for person in people if person.organization_id == lead.organization_id]
            return at[i % len(at)]

        judgements = many(
            Qualification,
            [
                {
                    "lead": lead,
                    "version": version,
                    "judged_at": now + timedelta(seconds=i),
                    "explanation": judged.explanation,
                    **{name: getattr(judged, name) for name in ("score", "worst", "best", "level", "possible_level")},
                }
                for lead, i in pairs
            ],
        )
        for lead, judgement in zip(leads, judgements[::2], strict=False):
            lead.qualification = judgement
        Lead.objects.bulk_update(leads, ["qualification"])
        many(
            Evidence,
            [
                {
                    "lead": lead,
                    "source": "sales",
                    "author": member(i),
                    "said_by": home_of(lead, i),
                    "observed_at": now,
                    "recorded_at": now,
                    "values": {"employees": "120", "industry": "bank"},
                }
                for lead, i in pairs
            ],
        )
        many(
            Engagement,
            [
                {
                    "lead": lead,
                    "kind": "call",
                    "contact": home_of(lead, i),
                    "author": member(i),
                    "happened_at": now - timedelta(days=i),
                    "recorded_at": now,
                }
                for lead, i in pairs
            ],
        )
        opportunities = many(
            Opportunity,
            [
                {
                    "organization": home,
                    "title": f"Opportunity {i}",
                    "owner": member(i),
                    "opened_at": now,
                    "currency": "EUR",
                    "cause": everything["Reason"],
                    "cost_likely": 1,
                }
                for i, home in enumerate(homes)
            ],
        )
        at_home = {found.organization_id: found for found in opportunities}
        for lead in [first, *leads]:
            lead.opportunity = at_home[lead.organization_id]
        Lead.objects.bulk_update([first, *leads], ["opportunity"])
        many(
            OpportunityContact,
            [
                {"opportunity": found, "contact": contact, "buying_roles": ["champion"]}
                for found in opportunities
                for contact in [person for person in people if person.organization_id == found.organization_id]
            ],
        )
        many(Stay, [{"lead": lead, "kind": "phase", "key": "p", "began_at": now, "ended_at": now} for lead, _ in pairs])
        many(
            Transition,
            [
                {
                    "lead": lead,
                    "from_stage": "inquiry",
                    "to_stage": "mql",
                    "at": now,
                    "author": member(i),
                    "door": "api",
                    "level_in_force": "mql",
                    "qualification": judgement,
                    "cause": everything["Reason"],
                    "opportunity": lead.opportunity,
                }
                for (lead, i), judgement in zip(pairs, judgements, strict=True)
            ],
        )
        receipts = Transition.objects.filter(business=business, lead__in=[lead for lead, _ in pairs]).order_by("pk")
        many(
            LossReview,
            [
                {
                    "lead_id": receipt.lead_id,
                    "transition": receipt,
                    "cause": everything["Reason"],
                    "foreseen": "no",
                    "predicted": [
                        {"key": "budget", "name": "Budget", "because": "No.", "predicts": "", "predicts_label": ""}
                    ],
                    "at": now,
                }
                for receipt in receipts.filter(cause__isnull=False)
            ],
        )
        everything["StallRiskSetting"] = StallRiskSetting.objects.filter(business=business).first()
        many(StallRiskSetting, [{"key": f"other_{i}", "name": f"Other {i}"} for i in range(n)])
        many(
            LevelOverride,
            [
                {
                    "lead": lead,
                    "level": "sql",
                    "reason": "They called.",
                    "author": member(i),
                    "created_at": now,
                    "expires_at": now + timedelta(days=10_000),
                }
                for lead, i in pairs
            ],
        )
        many(
            Stakeholder,
            [
                {"lead": lead, "contact": contact, "buying_roles": ["champion", "user"]}
                for lead in [first, *leads]
                for contact in [person for person in people if person.organization_id == lead.organization_id]
                if lead is first or contact.name.startswith("Contact")
            ],
        )
        many(Merge, merges({"lead": [first, *leads], "organization": homes, "contact": people}, n, now, member(0)))
        Lead.objects.bulk_create(
            Lead(**own, **shared, organization=lead.organization, stage_since=now, created_at=now, merged_into=lead)
            for lead in [*leads, *[first] * n]
        )
        many(
            QualificationSchema,
            [{"key": f"other_{i}", "name": f"Other {i}", "position": i + 1} for i in range(n)],
        )
        many(
            QualificationVersion,
            [
                {
                    "schema": version.schema,
                    "number": 2 + i,
                    "status": "retired",
                    "document": version.document,
                    "checksum": version.checksum,
                    "published_at": now,
                }
                for i in range(n)
            ],
        )
        own_work = {"version": version, "requested_by": viewer.membership, "requested_at": now}
        many(Rejudging, [own_work | {"status": "done", "judged": n, "total": n} for _ in range(n)])
        many(Calibration, [own_work | {"status": "failed", "problem": "Not enough"} for _ in range(n)])
        many(
            InquiryForm,
            [
                {"name": f"Form {i}", "token_hash": f"{business.slug} {i}", "created_at": now, "created_by": member(i)}
                for i in range(n)
            ],
        )
        hooks = many(Webhook, [{"name": f"W{i}", "url": "https://a.example/", "created_at": now} for i in range(n)])
        sent = {"webhook": hooks[0], "lead": first, "body": "{}", "created_at": now, "status": "sent"}
        many(Delivery, [sent | {"response_status": 204} for _ in range(n)])
        mailed = {"recipient": viewer.membership, "lead": first, "body": "Call.", "created_at": now, "status": "failed"}
        many(Delivery, [mailed | {"problem": "No."} for _ in range(n)])
        many(
            Flag,
            [
                {
                    "lead": lead,
                    "kind": "level_lowered",
                    "from_level": "sql",
                    "to_level": "mql",
                    "reason": "It fell.",
                    "raised_at": now,
                    # Each lead has one that is open.
                    "cleared_at": now if i else None,
                    "cleared_by": member(i) if i else None,
                }
                for lead, i in pairs
            ],
        )
        many(Holiday, [{"date": now.date() + timedelta(days=i), "name": f"Holiday {i}"} for i in range(n)])
        # The viewer stands in for one colleague, however many are away: whose work a queue has is read one by one.
        away = {"starts_at": now, "ends_at": now + timedelta(days=10_000)}
        many(Absence, [away | {"member": member(i), "stand_in": None if i else viewer.membership} for i in range(n)])
        diagnoses_of(business, pairs, members, many, everything, now)
        process_of(business, pairs, many, everything, now)
        hand_offs_of(pairs, members, many, everything, now)
        plays_of(first, pairs, members, hooks, many, everything, now)
        many(
            NextStep,
            [
                {
                    "lead": lead,
                    "kind": "call",
                    "title": f"Step {i}",
                    "due_at": now,
                    "assigned_to": viewer.membership,
                    "created_at": now,
                    "created_by": member(i),
                    "door": "api",
                }
                for lead, i in pairs
            ],
        )
        return Crowd(viewer, everything)

    return made
