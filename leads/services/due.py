"""Judging the leads whose judgement is not what it was, because time went by.

Evidence goes stale, days until and since change at the business's midnight, touches leave their window,
overrides end. `Lead.judge_again_at` has when the first of these comes, and an index finds the leads.
"""

from collections import defaultdict
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from leads.models import Business, Door, Lead
from leads.services.judging import judge_many, judges_of
from leads.services.rejudging import LEADS_AT_ONCE
from leads.tenancy import system, within


def judge_due(now: datetime, at_most: int = LEADS_AT_ONCE) -> int:
    """Judge every lead whose time has come; return how many were judged.

    Twice is as good as once, and late as good as in time: leads are judged as of now. A lead that somebody
    is working on at this moment is left for the next time.
    """
    judged = 0
    while True:
        found = list(due_leads(now).values_list("business_id", "pk")[:at_most])
        by_business: dict[int, list[int]] = defaultdict(list)
        for business_id, pk in found:
            by_business[business_id].append(pk)
        businesses = Business.objects.in_bulk(by_business)
        done = sum(_judge(businesses[key], ids, now) for key, ids in by_business.items())
        judged += done
        if not done or len(found) < at_most:
            return judged


def due_leads(now: datetime) -> QuerySet[Lead]:
    """Return the leads whose judgement time has overtaken, of all businesses, the longest due first."""
    return Lead.objects.filter(judge_again_at__lte=now).order_by("judge_again_at", "business_id", "pk")


def _judge(business: Business, ids: list[int], now: datetime) -> int:
    with within(system(business, Door.COMMAND)), transaction.atomic():
        leads = list(
            Lead.objects.filter(pk__in=ids, judge_again_at__lte=now)
            .select_for_update(of=("self",), skip_locked=True)
            .select_related("qualification")
            .order_by("pk")
        )
        judge_many(judges_of(business), leads, now)
    return len(leads)
