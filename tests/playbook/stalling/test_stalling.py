"""The stall risks of leads, and what was foreseen of those that are lost."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments import services as assessments
from leads.domain.errors import DomainError
from leads.domain.stages import Stage
from leads.models import Business, Contact, Engagement, Lead, LeadOutcome, Reason, Stakeholder, Stay, StayKind
from leads.permissions import NotAllowed
from leads.services import move_lead
from playbook.domain.stalling import DEFAULT_RISKS, RiskSeverity
from playbook.models import LossReview, NextStep, StallRiskSetting
from playbook.services.risk_settings import RiskChanges, change_stall_risk
from playbook.services.stalling import risks_of


def present(business, lead, now):
    lead = Lead.objects.get(pk=lead.pk)
    return {risk.key: risk.present.value for risk in risks_of(business, [lead], now)[lead.pk]}


@pytest.fixture
def lose(manager, now):
    def lost(lead, reason, at=now):
        lead.refresh_from_db()
        cause = Reason.objects.get(business=manager.business, kind="lost", key=reason)
        move_lead(
            lead_id=lead.pk,
            to=Stage.LOST,
            expected_revision=lead.revision,
            cause_id=cause.pk,
            competitor="Hooli" if cause.names_competitor else "",
            reason="They said so.",
            by=manager,
            now=at,
        )
        return LossReview.objects.get(lead=lead)

    return lost


def test_a_new_business_begins_with_every_default_and_its_reason(business):
    rows = StallRiskSetting.objects.filter(business=business).order_by("position")

    assert [(row.key, row.severity, row.predicts.key, row.days) for row in rows] == [
        (default.key, default.severity.value, default.predicts, default.days) for default in DEFAULT_RISKS
    ]
    assert {row.predicts.key for row in rows} == {
        "budget",
        "changed_priority",
        "unclear_decision",
        "competitor_or_price",
        "no_decision",
    }


def test_a_lead_with_which_nothing_was_agreed_is_at_risk(business, rep, sql_lead, now):
    lead = sql_lead(rep)

    assert present(business, lead, now) == {
        "no_activity": "no",
        "single_contact": "yes",
        "no_economic_buyer": "yes",
        "next_step_overdue": "no",
        "no_next_step": "yes",
        "slow_phase": "unknown",
    }


def test_ten_working_days_are_counted_by_the_calendar(business, rep, sql_lead, now):
    lead = sql_lead(rep)  # on Monday 2 March, 10:30 in Berlin

    assert present(business, lead, now + timedelta(days=14, seconds=-1))["no_activity"] == "no"
    assert present(business, lead, now + timedelta(days=14))["no_activity"] == "yes"


def test_a_touch_ends_the_silence(business, rep, sql_lead, now):
    lead = sql_lead(rep)
    later = now + timedelta(days=15)
    Engagement.objects.create(business=business, lead=lead, kind="call", happened_at=later, recorded_at=later)

    assert present(business, lead, later)["no_activity"] == "no"


def test_people_and_steps_are_looked_at(business, rep, sql_lead, now):
    lead = sql_lead(rep)
    for name, roles in (("Ann", ["economic_buyer"]), ("Bob", ["user"])):
        contact = Contact.objects.create(business=business, organization=lead.organization, name=name)
        Stakeholder.objects.create(business=business, lead=lead, contact=contact, buying_roles=roles)
    NextStep.objects.create(
        business=business,
        lead=lead,
        kind="call",
        title="Call",
        due_at=now - timedelta(hours=1),
        role="sales",
        created_at=now,
        door="api",
    )

    found = present(business, lead, now)

    assert (found["single_contact"], found["no_economic_buyer"]) == ("no", "no")
    assert (found["next_step_overdue"], found["no_next_step"]) == ("yes", "no")


@pytest.mark.parametrize(("deals", "expected"), [(7, "unknown"), (8, "yes")])
def test_a_phase_is_compared_with_that_of_won_deals(business, manager, rep, sql_lead, make_lead, now, deals, expected):
    lead = sql_lead(rep)
    Stay.objects.filter(lead=lead, kind=StayKind.PHASE).delete()
    Stay.objects.create(
        business=business, lead=lead, kind=StayKind.PHASE, key="diagnosis", began_at=now - timedelta(days=30)
    )
    for number in range(deals + 3):
        other = make_lead(manager, f"Won {number}")
        Lead.objects.filter(pk=other.pk).update(outcome=LeadOutcome.WON if number < deals else LeadOutcome.LOST)
        Stay.objects.create(
            business=business,
            lead=other,
            kind=StayKind.PHASE,
            key="diagnosis",
            began_at=now - timedelta(days=20),
            ended_at=now - timedelta(days=10 if number < deals else 0),
        )

    assert present(business, lead, now)["slow_phase"] == expected


def test_the_risks_of_the_latest_diagnosis_follow(business, rep, start, answer, now):
    diagnosis = answer(start(rep), rep, sponsor=False)

    [*_, found] = risks_of(business, [diagnosis.lead], now)[diagnosis.lead_id]

    assert (found.key, found.name, found.present.value) == ("no_sponsor", "No sponsor", "yes")
    assert (found.severity, found.predicts) == (RiskSeverity.BLOCKING, "unclear_decision")
    assert (found.predicts_label, found.from_diagnosis) == ("Unclear internal decision", diagnosis.pk)


def test_a_diagnosis_that_was_given_up_says_nothing(business, rep, start, now):
    diagnosis = start(rep)
    assert "no_sponsor" in present(business, diagnosis.lead, now)

    assessments.abandon_diagnosis(
        diagnosis_id=diagnosis.pk, reason="No time.", expected_revision=diagnosis.revision, by=rep, now=now
    )

    assert "no_sponsor" not in present(business, diagnosis.lead, now)


def test_what_a_business_does_not_look_for_is_left_out(business, rep, start, now):
    diagnosis = start(rep)
    StallRiskSetting.objects.filter(key__in=["no_sponsor", "no_next_step"]).update(active=False)

    assert present(business, diagnosis.lead, now).keys() == {
        *("no_activity", "single_contact", "no_economic_buyer", "next_step_overdue", "slow_phase")
    }


def test_a_closed_lead_has_no_risks(business, rep, sql_lead, lose, now):
    lead = sql_lead(rep)
    lose(lead, "budget")

    assert present(business, lead, now) == {}


def test_the_number_of_queries_is_the_same_for_any_number_of_leads(business, rep, start, make_lead, now):
    first = start(rep).lead
    leads = [first]

    def cost():
        with CaptureQueriesContext(connection) as queries:
            risks_of(business, leads, now)
        return len(queries)

    one = cost()
    leads += [make_lead(rep, f"Other {number}") for number in range(9)]

    assert cost() == one


# --- What was foreseen ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reason", "foreseen"),
    [("no_decision", "yes"), ("budget", "yes"), ("competitor_or_price", "no"), ("changed_priority", "no")],
)
def test_the_reason_of_a_lost_lead_is_held_against_what_was_predicted(business, rep, sql_lead, lose, reason, foreseen):
    review = lose(sql_lead(rep), reason)

    assert (review.cause.key, review.foreseen) == (reason, foreseen)
    assert [(each["key"], each["predicts"]) for each in review.predicted] == [
        ("single_contact", "unclear_decision"),
        ("no_economic_buyer", "budget"),
        ("no_next_step", "no_decision"),
    ]


def test_losing_it_is_no_activity(business, rep, sql_lead, lose, now):
    review = lose(sql_lead(rep), "no_decision", now + timedelta(days=30))

    assert "no_activity" in [each["key"] for each in review.predicted]


def test_with_nothing_predicted_nothing_could_be_foreseen(business, rep, sql_lead, lose):
    StallRiskSetting.objects.update(active=False)

    assert lose(sql_lead(rep), "budget").foreseen == "nothing_predicted"


def test_other_moves_are_not_reviewed(business, manager, rep, sql_lead, now):
    sql_lead(rep)

    assert LossReview.objects.count() == 0


# --- What managers change ------------------------------------------------------------------------


def setting(business, key):
    return StallRiskSetting.objects.get(business=business, key=key)


def test_a_manager_changes_when_silence_counts_and_what_it_predicts(business, manager, rep, sql_lead, now):
    found = setting(business, "no_activity")
    budget = Reason.objects.get(business=business, kind="lost", key="budget")
    changes = RiskChanges(name="Silence", days=3, severity=RiskSeverity.BLOCKING, predicts_id=budget.pk)

    change_stall_risk(setting_id=found.pk, changes=changes, by=manager)

    found.refresh_from_db()
    assert (found.name, found.days, found.severity, found.predicts) == ("Silence", 3, "blocking", budget)
    lead = sql_lead(rep)
    assert present(business, lead, now + timedelta(days=3))["no_activity"] == "yes"


@pytest.mark.parametrize(
    ("key", "changes", "code"),
    [
        ("no_activity", {"days": 0}, "stall_risk_setting_refused"),
        ("no_activity", {"days": 251}, "stall_risk_setting_refused"),
        ("single_contact", {"days": 5}, "stall_risk_setting_refused"),
        ("no_activity", {"predicts_id": 0}, "not_found"),
        ("no_activity", {"name": " "}, "field_refused"),
    ],
)
def test_a_setting_that_makes_no_sense_is_refused(business, manager, key, changes, code):
    found = setting(business, key)
    before = StallRiskSetting.objects.filter(pk=found.pk).values().get()

    with pytest.raises(DomainError) as refused:
        change_stall_risk(setting_id=found.pk, changes=RiskChanges(**changes), by=manager)

    assert refused.value.code == code
    assert StallRiskSetting.objects.filter(pk=found.pk).values().get() == before


def test_a_reason_of_another_kind_is_refused(business, manager):
    other = Reason.objects.filter(business=business, kind="disqualified").first()
    found = setting(business, "no_activity")

    with pytest.raises(DomainError, match="for which leads are lost"):
        change_stall_risk(setting_id=found.pk, changes=RiskChanges(predicts_id=other.pk), by=manager)


def test_only_managers_of_the_business_change_settings(business, rep, stranger):
    found = setting(business, "no_activity")

    with pytest.raises(NotAllowed):
        change_stall_risk(setting_id=found.pk, changes=RiskChanges(active=False), by=rep)
    with pytest.raises(DomainError, match="There is no such stall risk"):
        change_stall_risk(setting_id=found.pk, changes=RiskChanges(active=False), by=stranger)

    found.refresh_from_db()
    assert found.active


def test_businesses_that_were_there_before_got_the_same(business):
    from importlib import import_module

    from django.apps import apps

    StallRiskSetting.objects.all().delete()
    import_module("playbook.migrations.0006_stall_risks_of_businesses").begin_risks(apps, None)

    assert StallRiskSetting.objects.count() == Business.objects.count() * len(DEFAULT_RISKS)
