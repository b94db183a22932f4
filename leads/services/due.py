"""Judging the leads whose judgement is not what it was, because time went by.

Evidence goes stale, days until and since change at the business's midnight, touches leave their window,
overrides end. `Lead.judge_again_at` has when the first of these comes, and an index finds the leads.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from leads.models import Business, Door, Lead
from leads.services.judging import judge_many, judges_of
from leads.services.rejudging import LEADS_AT_ONCE
from leads.tenancy import system, within


def judge_due(now: datetime, at_most: int = LEADS_AT_ONCE) -> int:
    """Judge every lead whose time has come, business by business; return how many were judged.

    Twice is as good as once, and late as good as in time: leads are judged as of now.
    """
    businesses = Business.objects.filter(pk__in=businesses_with_due_leads(now))
    return sum(_judge_due_of(business, now, at_most) for business in businesses.order_by("pk"))


def businesses_with_due_leads(now: datetime) -> list[int]:
    return list(Lead.objects.filter(judge_again_at__lte=now).order_by().values_list("business", flat=True).distinct())


def due_leads(business: Business, now: datetime) -> QuerySet[Lead]:
    """Return the leads whose judgement time has overtaken; an index finds them."""
    return Lead.objects.filter(business=business, judge_again_at__lte=now)


def _judge_due_of(business: Business, now: datetime, at_most: int) -> int:
    judged = 0
    while True:
        with within(system(business, Door.COMMAND)), transaction.atomic():
            leads = list(
                due_leads(business, now)
                .select_for_update(of=("self",), skip_locked=True)
                .select_related("qualification")
                .order_by("judge_again_at", "pk")[:at_most]
            )
            judge_many(judges_of(business), leads, now)
        judged += len(leads)
        if len(leads) < at_most:
            return judged
