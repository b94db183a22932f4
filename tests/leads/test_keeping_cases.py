"""Keeping a real lead as a test case of a draft: what it says of the lead, and when there is none."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from leads import services
from leads.domain.schema_document import LevelSpec
from leads.models import Attribute, EngagementKind, Lead, QualificationSchema, Role
from leads.services.cases import keep_as_case
from leads.services.drafting import results_of

KNOWN = {"has_pain": True, "employees": Decimal(250), "decision": date(2026, 4, 1)}


@pytest.fixture
def draft(publish, business, manager):
    return services.copy_to_draft(version_id=publish(business).pk, by=manager)


def test_a_case_has_what_the_draft_reads_of_the_lead_and_the_day(draft, manager, make_lead, now):
    lead = make_lead(manager, title="Orders by hand", values={**KNOWN, "industry": "bank"})
    case = keep_as_case(version_id=draft.pk, lead_id=lead.pk, by=manager, now=now)
    assert (case.name, case.level, case.possible_level, case.position) == ("Orders by hand", "sql", "", 0)
    assert case.values == {"decision": "2026-04-01", "employees": "250", "has_pain": True}
    assert case.on == date(2026, 3, 2)
    assert [result.problems for result in results_of(draft)] == [()]


def test_a_case_of_a_lead_without_a_title_is_called_by_its_organization(draft, manager, make_lead, now):
    lead = make_lead(manager, "Initech")
    cases = [keep_as_case(version_id=draft.pk, lead_id=lead.pk, by=manager, now=now) for _ in range(2)]
    assert [(case.name, case.level, case.values, case.position) for case in cases] == [
        ("Initech", "none", {}, 0),
        ("Initech", "none", {}, 1),
    ]


def test_the_day_is_that_of_the_business(draft, manager, make_lead):
    late = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)  # after midnight in Berlin
    case = keep_as_case(version_id=draft.pk, lead_id=make_lead(manager).pk, by=manager, now=late)
    assert case.on == date(2026, 3, 3)


def test_what_went_stale_is_kept_as_not_known(draft, manager, make_lead, now):
    Attribute.objects.filter(key="employees").update(freshness_days=30, not_given="10")
    lead = make_lead(manager, values=KNOWN)
    later = now + timedelta(days=31)
    case = keep_as_case(version_id=draft.pk, lead_id=lead.pk, by=manager, now=later)
    assert case.values["employees"] == {"unknown": "does_not_know"}
    assert case.level == "mql"
    assert [result.problems for result in results_of(draft)] == [()]


def test_engagements_are_kept_as_counts(publish, business, manager, make_lead, now, with_interest):
    draft = services.copy_to_draft(version_id=publish(business, with_interest()).pk, by=manager)
    lead = make_lead(manager, values={"has_pain": True})
    for title in ("One", "Two"):
        services.record_engagement(lead_id=lead.pk, kind=EngagementKind.WEBINAR, title=title, by=manager, now=now)
    case = keep_as_case(version_id=draft.pk, lead_id=lead.pk, by=manager, now=now)
    assert (case.values, case.level) == ({"has_pain": True, "webinars": "2"}, "mql")
    assert [result.problems for result in results_of(draft)] == [()]


def test_a_closed_lead_is_kept_too(draft, manager, make_lead, now):
    lead = make_lead(manager, values=KNOWN)
    Lead.objects.filter(pk=lead.pk).update(stage="lost")
    assert keep_as_case(version_id=draft.pk, lead_id=lead.pk, by=manager, now=now).level == "sql"


def test_a_lead_whose_level_rests_on_the_age_of_its_evidence_is_no_case(draft, manager, make_lead, now, refused):
    draft.criteria.filter(key="fit").update(freshness_days=10)
    lead = make_lead(manager, values=KNOWN)
    later = now + timedelta(days=11)
    with refused("case_differs", "lead") as caught:
        keep_as_case(version_id=draft.pk, lead_id=lead.pk, by=manager, now=later)
    assert caught.value.message == (
        "This lead is MQL because of how old its evidence is, and a test case has no age: it would be SQL. "
        "Write the case by hand."
    )


def test_a_lead_that_the_draft_would_not_judge_is_no_case(draft, manager, make_lead, now, refused, document):
    other = document(key="banks", name="Banks", applies_when='industry == "bank"', mql=LevelSpec(score=Decimal(1)))
    banks = services.draft_from_document(document=other, by=manager)
    assert [schema.key for schema in QualificationSchema.objects.all()] == ["banks", "standard"]
    lead = make_lead(manager, values={"has_pain": True})
    with refused("judged_by_another", "lead"):
        keep_as_case(version_id=banks.pk, lead_id=lead.pk, by=manager, now=now)


def test_only_drafts_take_cases(publish, business, manager, make_lead, now, refused):
    published = publish(business)
    lead = make_lead(manager)
    with refused("not_a_draft"):
        keep_as_case(version_id=published.pk, lead_id=lead.pk, by=manager, now=now)


def test_who_does_not_manage_keeps_no_case(draft, business, join, manager, make_lead, now, refused):
    lead, marketing = make_lead(manager), join(business, Role.MARKETING)
    with refused("not_allowed"):
        keep_as_case(version_id=draft.pk, lead_id=lead.pk, by=marketing, now=now)


def test_a_lead_or_a_draft_of_another_business_is_not_there(draft, manager, stranger, make_lead, now, refused):
    lead = make_lead(manager)
    with refused("not_found", "version"):
        keep_as_case(version_id=draft.pk, lead_id=lead.pk, by=stranger, now=now)
    foreign = make_lead(stranger)
    with refused("not_found", "lead"):
        keep_as_case(version_id=draft.pk, lead_id=foreign.pk, by=manager, now=now)
