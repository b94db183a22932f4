"""Judging many leads at once: the same as one by one, in a fixed number of statements."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import transaction

from leads import services
from leads.models import EngagementKind, Event, Lead
from leads.services.judging import judge_many, judges_of

DAY = timedelta(days=1)
BANKS = 'industry == "bank"'


@pytest.fixture
def judge_all(business):
    @transaction.atomic
    def judged(now):
        leads = list(Lead.objects.filter(business=business).select_related("qualification").order_by("id"))
        return judge_many(judges_of(business), leads, now)

    return judged


def crowd(make_lead, rep, now, n):
    leads = []
    for number in range(n):
        values = [
            {},
            {"has_pain": True},
            {"has_pain": True, "employees": Decimal(number * 10), "decision": date(2026, 4, 1)},
            {"industry": "bank", "decision": date(2026, 6, 2)},
        ][number % 4]
        leads.append(make_lead(rep, f"Lead {number}", values=values))
        if number % 3 == 0:
            services.record_engagement(lead_id=leads[-1].pk, kind=EngagementKind.WEBINAR, by=rep, now=now)
    return leads


def figures():
    fields = ("level", "possible_level", "score", "worst", "best", "judge_again_at", "revision")
    kept = ("qualification__version", "qualification__explanation", "qualification__judged_at")
    events = list(Event.objects.filter(kind="level_changed").order_by("lead").values_list("lead", "data"))
    return list(Lead.objects.order_by("id").values_list(*fields, *kept)), events


def test_judging_many_is_judging_each(business, rep, publish, document, with_interest, make_lead, now, judge_all):
    publish(business)
    leads = crowd(make_lead, rep, now, 12)
    publish(business, with_interest(key="standard"))
    publish(business, document(key="banks", applies_when=BANKS))
    later = now + 2 * DAY

    undo = transaction.savepoint()
    for lead in leads:
        services.qualify_lead(lead_id=lead.pk, by=rep, now=later)
    one_by_one = figures()
    transaction.savepoint_rollback(undo)
    assert figures() != one_by_one

    assert judge_all(later) == 12

    assert figures() == one_by_one
    assert judge_all(later) == 0
    assert figures() == one_by_one


def test_judging_nobody_asks_nothing(business, now, django_assert_num_queries):
    judges = judges_of(business)

    with django_assert_num_queries(0):
        assert judge_many(judges, [], now) == 0


def test_judging_many_takes_as_many_queries_for_one_lead_as_for_a_hundred(
    business, rep, publish, document, with_interest, make_lead, now, django_assert_max_num_queries
):
    publish(business, with_interest())
    judges = judges_of(business)
    values = {"has_pain": True}
    leads = [make_lead(rep, f"Lead {number}") for number in range(111)]
    for lead in leads:
        lead.snapshot = services.record_evidence(lead_id=lead.pk, values=values, by=rep, now=now).snapshot
    Lead.objects.update(qualification=None, level="none", score=0)

    counts = []
    for part in (leads[:1], leads[1:11], leads[11:]):
        chosen = list(Lead.objects.filter(pk__in=[lead.pk for lead in part]).select_related("qualification"))
        with django_assert_max_num_queries(11) as captured, transaction.atomic():
            assert judge_many(judges, chosen, now) == len(part)
        # SQLite takes a hundred new rows in two statements, since it allows 999 parameters in each.
        counts.append(len([query for query in captured if not query["sql"].startswith("INSERT")]))

    assert len(set(counts)) == 1, counts
    assert Lead.objects.filter(level="mql", qualification__isnull=False).count() == 111
