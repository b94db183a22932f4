"""Judging all leads in one pass: seen or written, it comes to what judging each of them does."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from threading import Event as Signal
from threading import Thread

import pytest
from django.db import connection, transaction

from leads import services
from leads.domain.explanation import pack
from leads.domain.movement import Movement, level_above, missing_for
from leads.domain.stages import Level
from leads.models import EngagementKind, Event, Lead, Qualification
from leads.services import streaming
from leads.services.judging import judge_many, judges_of
from leads.services.streaming import BatchResult, judged_leads, rejudge_batch

DAY = timedelta(days=1)
BANKS = 'industry == "bank"'
KNOWN = (
    {},
    {"has_pain": True},
    {"has_pain": True, "employees": Decimal("120.5"), "decision": date(2026, 4, 1)},
    {"industry": "bank", "decision": date(2026, 6, 2), "has_pain": None},
    {"has_pain": False, "employees": Decimal(20)},
)


@pytest.fixture
def leads(business, rep, publish, document, with_interest, make_lead, now):
    """Ten leads that a schema judged which is replaced by now, and another for banks that comes first."""
    publish(business)
    made = [make_lead(rep, f"Lead {number}", values=KNOWN[number % 5]) for number in range(10)]
    for lead in made[::3]:
        services.record_engagement(lead_id=lead.pk, kind=EngagementKind.WEBINAR, by=rep, now=now)
    publish(business, with_interest(key="standard"))
    publish(business, document(key="banks", applies_when=BANKS))
    return Lead.objects.filter(business=business)


def figures():
    fields = ("pk", "level", "possible_level", "score", "worst", "best", "judge_again_at", "revision")
    kept = ("version", "explanation", "order_ready", "judged_at", "score", "worst", "best", "level", "possible_level")
    found = Lead.objects.order_by("pk").values_list(*fields, *(f"qualification__{name}" for name in kept))
    told = Event.objects.filter(kind="level_changed").order_by("lead", "id")
    return list(found), list(told.values_list("lead", "business", "at", "data"))


def written_by(act):
    """Return what an act leaves in the database, and what it returned; the act is undone."""
    undo = transaction.savepoint()
    result = act()
    left = figures()
    transaction.savepoint_rollback(undo)
    return left, result


def pass_over(judges, leads, now, at_most):
    results = [BatchResult(0, 0, 0, Counter())]
    while results[-1].last is not None:
        results.append(rejudge_batch(judges, leads, now, after=results[-1].last, at_most=at_most))
    return results[1:]


def test_a_pass_in_batches_leaves_what_judging_each_leaves(business, rep, leads, now):
    judges, later = judges_of(business), now + 2 * DAY
    keys = list(leads.values_list("pk", flat=True))

    one_by_one, _ = written_by(lambda: [services.qualify_lead(lead_id=pk, by=rep, now=later) for pk in keys])
    together, changed = written_by(
        lambda: judge_many(judges, list(leads.select_related("qualification").order_by("pk")), later)
    )
    in_batches, results = written_by(lambda: pass_over(judges, leads, later, 4))

    assert one_by_one == together == in_batches != figures()
    assert changed == 10
    assert [(result.last, result.judged, result.changed) for result in results] == [
        (keys[3], 4, 4),
        (keys[7], 4, 4),
        (keys[9], 2, 2),
        (None, 0, 0),
    ]


def test_a_second_pass_changes_nothing(business, leads, now):
    judges = judges_of(business)
    pass_over(judges, leads, now, 4)
    before = figures()

    results = pass_over(judges, leads, now, 100)

    assert [result.changed for result in results] == [0, 0]
    assert figures() == before
    assert Qualification.objects.count() == 20


def test_a_row_that_somebody_spoilt_is_mended_without_another_judgement(business, leads, now):
    judges = judges_of(business)
    pass_over(judges, leads, now, 100)
    before, kept = figures()[0], Qualification.objects.count()
    Lead.objects.filter(pk=leads.first().pk).update(score=Decimal("1.23"), judge_again_at=None)

    result = rejudge_batch(judges, leads, now)

    assert (result.judged, result.changed, result.moves) == (10, 1, Counter({Movement.STAYS: 10}))
    assert (figures()[0], Qualification.objects.count()) == (before, kept)


def test_what_a_pass_raises_and_lowers_is_counted(business, leads, now):
    judges = judges_of(business)
    told = Event.objects.filter(kind="level_changed").count()
    seen = Counter(outcome.movement for outcome in judged_leads(judges, leads, now, with_explanation=False))

    result = rejudge_batch(judges, leads, now)

    assert result.moves == seen == Counter({Movement.STAYS: 6, Movement.RISES: 2, Movement.FALLS: 2})
    assert Event.objects.filter(kind="level_changed").count() == told + 4


def test_looking_finds_what_a_pass_would_write_and_writes_nothing(business, leads, now, monkeypatch):
    monkeypatch.setattr(streaming, "LEADS_AT_ONCE", 3)
    judges, before = judges_of(business), figures()

    seen = list(judged_leads(judges, leads, now, with_explanation=True))
    left, _ = written_by(lambda: pass_over(judges, leads, now, 4))

    assert figures() == before
    assert [(one.lead_id, *one.figures(None)[:5]) for one in seen] == [row[:6] for row in left[0]]
    assert [one.published.version_id for one in seen] == [row[8] for row in left[0]]
    assert [one.news() for one in seen] == [row[9] for row in left[0]]
    assert [pack(one.judgement()) for one in seen] == [row[9] for row in left[0]]
    assert [one.judgement().score for one in seen] == [one.reckoning.score for one in seen]
    assert {one.before.stage for one in seen} == {"inquiry"}


def test_what_a_level_lacks_is_what_the_whole_judgement_says(business, leads, now):
    seen = list(judged_leads(judges_of(business), leads, now, with_explanation=False))

    for outcome in seen:
        for level in (Level.MQL, Level.SQL, level_above(outcome.level)):
            wanted = missing_for(outcome.published.plan, outcome.judgement().results, level)
            assert outcome.lacking(level) == wanted
    assert [outcome.lacking(Level.SQL) for outcome in seen][:1] != [[]]


def test_looking_again_finds_no_news(business, leads, now):
    judges = judges_of(business)
    pass_over(judges, leads, now, 100)

    seen = list(judged_leads(judges, leads, now, with_explanation=True))

    assert [one.news() for one in seen] == [None] * 10
    assert {one.rise for one in seen} == {0}


def test_looking_begins_behind_a_lead(business, leads, now):
    keys = list(leads.order_by("pk").values_list("pk", flat=True))

    seen = judged_leads(judges_of(business), leads, now, with_explanation=False, after=keys[6])

    assert [one.lead_id for one in seen] == keys[7:]


def test_without_a_schema_every_lead_loses_its_level(business, manager, rep, publish, make_lead, now):
    version = publish(business)
    make_lead(rep, values={"has_pain": True})
    services.retire(version_id=version.pk, by=manager, now=now)
    judges = judges_of(business)

    [seen] = judged_leads(judges, Lead.objects.all(), now, with_explanation=True)
    result = rejudge_batch(judges, Lead.objects.all(), now)

    assert (seen.level, seen.published, seen.judgement(), seen.news(), seen.rise) == (Level.NONE, None, None, None, -1)
    assert (result.changed, result.moves) == (1, Counter({Movement.FALLS: 1}))
    lead = Lead.objects.get()
    assert (lead.level, lead.score, lead.qualification, lead.judge_again_at) == ("none", 0, None, None)
    assert Event.objects.last().data == {"from": "mql", "to": "none"}


@pytest.mark.parametrize("leads_made", [1, 10, 60])
def test_a_batch_takes_a_fixed_number_of_statements(
    business, rep, publish, with_interest, make_lead, now, django_assert_num_queries, leads_made
):
    publish(business)
    for number in range(leads_made):
        make_lead(rep, f"Lead {number}", values={"has_pain": True})
    Lead.objects.update(qualification=None, level="none", score=0)
    publish(business, with_interest())
    judges = judges_of(business)
    statements = {"sqlite": 7, "postgresql": 10}[connection.vendor]

    with django_assert_num_queries(statements):
        result = rejudge_batch(judges, Lead.objects.filter(business=business), now)

    assert (result.judged, result.changed) == (leads_made, leads_made)
    assert result.moves == Counter({Movement.RISES: leads_made})


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_judgement_that_was_written_while_a_pass_waited_is_not_repeated(business, rep, publish, make_lead, now):
    publish(business)
    lead = make_lead(rep, values={"has_pain": True})
    holds, waits = Signal(), Signal()

    def record():
        try:
            with transaction.atomic():
                services.record_evidence(lead_id=lead.pk, values={"employees": Decimal(50)}, by=rep, now=now)
                holds.set()
                waits.wait(timeout=1)  # by then the pass asks for the row
        finally:
            connection.close()

    recorder = Thread(target=record)
    recorder.start()
    holds.wait(timeout=10)
    with transaction.atomic():
        result = rejudge_batch(judges_of(business), Lead.objects.filter(business=business), now)
    recorder.join(timeout=10)

    assert (result.judged, result.changed) == (1, 0)
    assert list(Qualification.objects.order_by("id").values_list("score", flat=True)) == [30, 40]
