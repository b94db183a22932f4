"""Judging the leads whose judgement is not what it was, because time went by.

Evidence goes stale, days until and since change at the business's midnight, touches leave their window,
overrides end. `Lead.judge_again_at` has when the first of these comes, and an index finds the leads.
"""

import logging
from collections import defaultdict
from datetime import datetime

from django.db import reset_queries, transaction
from django.db.models import QuerySet

from leads.models import Business, Door, Lead
from leads.services.judging import judge_many, judges_of
from leads.services.streaming import LEADS_AT_ONCE
from leads.tenancy import system, within

logger = logging.getLogger(__name__)


def judge_due(now: datetime, at_most: int = LEADS_AT_ONCE) -> int:
    """Judge every lead whose time has come; return how many were judged.

    Twice is as good as once, and late as good as in time: leads are judged as of now. A lead that somebody
    is working on at this moment is left for the next time. What goes wrong in one business is raised in the
    end, when the others are done.
    """
    judged = 0
    broken: dict[int, Exception] = {}
    while True:
        found = list(due_leads(now).exclude(business__in=broken).values_list("business_id", "pk")[:at_most])
        by_business: dict[int, list[int]] = defaultdict(list)
        for business_id, pk in found:
            by_business[business_id].append(pk)
        businesses = Business.objects.in_bulk(by_business)
        done = 0
        for key, ids in by_business.items():
            try:
                done += _judge(businesses[key], ids, now)
            except Exception as error:
                logger.exception("The leads of %s that are due could not be judged.", businesses[key].slug)
                broken[key] = error
        judged += done
        reset_queries()  # which Django keeps while DEBUG is on, so memory would grow
        if len(found) < at_most or not (done or broken.keys() & by_business.keys()):
            break
    if broken:
        raise next(iter(broken.values()))
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
