"""What the migration tells of leads that were there before: their stays, and their opportunities."""

from importlib import import_module

import pytest
from django.apps import apps

from leads.domain.stages import Stage
from leads.models import Lead, Opportunity, Reason, Stay, Transition
from playbook.models import StallRiskSetting

so_far = import_module("leads.migrations.0005_lifecycle_so_far")


def rows(model):
    return [
        {key: value for key, value in row.items() if key not in ("id", "opportunity_id", "revision", "cause_id")}
        for row in model.objects.order_by("pk").values()
    ]


@pytest.mark.parametrize("stage", Stage, ids=str)
def test_stays_and_opportunities_are_told_from_the_receipts(lead_at, stage):
    lead_at(stage)
    Stay.objects.filter(kind="phase").delete()
    stays, opportunities = rows(Stay), rows(Opportunity)
    Lead.objects.update(opportunity=None)
    Transition.objects.update(opportunity=None)
    Opportunity.objects.all().delete()
    Stay.objects.all().delete()

    so_far.tell_stays(apps, None)
    so_far.tell_opportunities(apps, None)

    assert rows(Stay) == stays
    assert [row | {"competitor": ""} for row in rows(Opportunity)] == [
        row | {"competitor": ""} for row in opportunities
    ]


def test_a_lead_without_receipts_stays_where_it_is(business, make_organization, now):
    home = make_organization(business)
    lead = Lead.objects.create(business=business, organization=home, stage="sal", stage_since=now, created_at=now)

    so_far.tell_stays(apps, None)

    [stay] = Stay.objects.values("lead", "kind", "key", "began_at", "ended_at")
    assert stay == {"lead": lead.pk, "kind": "stage", "key": "sal", "began_at": now, "ended_at": None}


def test_businesses_that_are_there_get_their_reasons(business):
    before = list(Reason.objects.order_by("pk").values_list("kind", "key", "label", "names_competitor", "position"))
    StallRiskSetting.objects.all().delete()
    Reason.objects.all().delete()

    so_far.begin_reasons(apps, None)

    found = Reason.objects.order_by("pk").values_list("kind", "key", "label", "names_competitor", "position")
    assert list(found) == before
