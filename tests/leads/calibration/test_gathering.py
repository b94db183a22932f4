"""Decided leads as they stood when their outcome came."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leads import services
from leads.domain.calibration.observations import Timing, stand
from leads.domain.plan import compile_plan
from leads.domain.schema_document import Axis, BandSpec, CriterionSpec, LevelSpec, read
from leads.domain.values import AttributeSpec, ValueType
from leads.models import Attribute, EngagementKind, Lead, QualificationVersion
from leads.services.calibration import gathering
from leads.services.calibration.gathering import gather
from tests.leads.calibration.deals import ATTRIBUTES, by_size

MAPPING = """
[file]
not_given = [""]
[lead]
reference = "Id"
created_at = "Began"
[outcome]
column = "Result"
won = ["won"]
lost = ["lost"]
open = ["open"]
at = "Ended"
[organization]
name = "Id"
[attributes]
employees = "Staff"
city = "City"
"""

LOW = LevelSpec(score=Decimal(10))


def values(observation) -> dict:
    return {key: entry["v"] for key, entry in observation.snapshot.items() if "v" in entry}


def test_only_decided_leads_are_observed_each_with_its_outcome(gathered, decide, make_lead, manager, now, ended):
    decide(True, has_pain=True)
    decide(False, has_pain=False)
    make_lead(manager)

    found = gathered().observations

    assert [(one.won, values(one), one.at.now, one.began) for one in found] == [
        (True, {"has_pain": True}, ended, now),
        (False, {"has_pain": False}, ended, now),
    ]


def test_what_was_recorded_after_the_outcome_changes_nothing(gathered, decide, learn, ended):
    lead = decide(True, has_pain=False, employees=Decimal(10))
    before = gathered().observations

    learn(lead, ended + timedelta(days=1), has_pain=True)
    learn(lead, ended + timedelta(days=2), observed_at=ended - timedelta(days=1), employees=Decimal(9_000))

    assert gathered().observations == before
    assert values(before[0]) == {"has_pain": False, "employees": "10"}


def test_what_was_recorded_until_the_outcome_counts_to_the_moment(gathered, decide, learn, ended):
    lead = decide(True, has_pain=False)

    learn(lead, ended, has_pain=True)

    assert values(gathered().observations[0]) == {"has_pain": True}


def test_of_what_was_observed_before_the_outcome_the_latest_counts(gathered, decide, learn, now, ended):
    lead = decide(True, employees=Decimal(10))

    learn(lead, ended - timedelta(days=1), observed_at=now - timedelta(days=5), employees=Decimal(20))

    assert values(gathered().observations[0]) == {"employees": "10"}


def test_a_lead_that_was_reopened_counts_as_it_ended_last(gathered, decide, learn, manager, now, ended):
    lead = decide(False, at=now + timedelta(days=1), has_pain=False)
    learn(lead, now + timedelta(days=2), has_pain=True)
    again = decide(True)
    receipt = again.transitions.order_by("id").last()
    receipt.lead_id = lead.pk
    receipt.pk = None
    receipt.save(force_insert=True)
    Lead.objects.filter(pk=lead.pk).update(outcome="won", stage="customer")

    first = gathered().observations[0]

    assert (first.won, values(first), first.at.now) == (True, {"has_pain": True}, ended)


def test_a_decided_lead_without_a_receipt_ended_when_it_came_to_its_stage(gathered, decide, learn, ended):
    lead = decide(True, has_pain=True)
    lead.transitions.filter(to_stage="customer").delete()
    learn(lead, ended + timedelta(days=1), has_pain=False)

    assert (gathered().observations[0].at.now, values(gathered().observations[0])) == (ended, {"has_pain": True})


def test_leads_of_others_are_not_observed(gathered, decide, stranger, make_lead):
    decide(True)
    theirs = make_lead(stranger)
    Lead.objects.filter(pk=theirs.pk).update(outcome="won", stage="customer")

    assert len(gathered().observations) == 1


# --- Judged at that moment -----------------------------------------------------------------------


def test_days_and_freshness_are_those_of_the_outcome(business, manager, publish, decide, now, ended):
    decision = AttributeSpec("decision", "Decision", ValueType.DATE)
    soon = CriterionSpec(
        "soon", Axis.TIMEFRAME, "Soon", "When?", (BandSpec("days_until_decision <= 5", Decimal(10), True),)
    )
    fresh = replace(by_size().criteria[1], freshness_days=20)
    version = publish(business, by_size(attributes=(*ATTRIBUTES, decision), criteria=(soon, fresh), sql=LOW))
    decide(True, decision=date(2026, 4, 5), has_pain=True)
    decide(True, at=now + timedelta(days=10), decision=date(2026, 4, 5), has_pain=True)

    standings = stand(compile_plan(read(version.document)), gather(version, manager).observations)

    assert [one.outcomes for one in standings] == [("met", "unknown"), ("not_met", "met")]


def test_engagements_are_counted_up_to_the_outcome(business, manager, publish, decide, now, ended):
    calls = AttributeSpec("calls", "Calls", ValueType.NUMBER, counts_kinds=("call",), counts_days=7)
    often = CriterionSpec("often", Axis.ENGAGEMENT, "Often", "How often?", (BandSpec("calls >= 2", Decimal(10), True),))
    version = publish(business, by_size(attributes=(*ATTRIBUTES, calls), criteria=(often,), sql=LOW))
    lead = decide(True)

    def call(happened_at, recorded_at):
        services.record_engagement(
            lead_id=lead.pk, kind=EngagementKind.CALL, by=manager, now=recorded_at, happened_at=happened_at
        )

    call(ended - timedelta(days=10), ended - timedelta(days=10))  # before the window
    call(ended - timedelta(days=2), ended - timedelta(days=2))
    call(ended - timedelta(days=1), ended - timedelta(days=1))
    call(ended - timedelta(days=1), ended + timedelta(days=1))  # not known yet
    call(ended + timedelta(hours=1), ended + timedelta(hours=1))

    (observation,) = gather(version, manager).observations

    assert observation.at.engagements == {(("call",), 7): 2}


# --- Imported leads ------------------------------------------------------------------------------


@pytest.fixture
def bring(business, version, tmp_path):
    def brought(*lines: str) -> None:
        file, mapping = tmp_path / "leads.csv", tmp_path / "mapping.toml"
        file.write_text("Id,Began,Result,Ended,Staff,City\n" + "\n".join(lines) + "\n")
        mapping.write_text(MAPPING)
        options = ("--business", business.slug, "--mapping", str(mapping))
        call_command("import_leads", str(file), *options, stdout=StringIO(), stderr=StringIO())

    return brought


@pytest.mark.parametrize("began", ["", "2025-01-01"])
@pytest.mark.parametrize("ended", ["", "2025-03-01"])
def test_a_lead_that_arrived_decided_is_known_by_what_it_arrived_with(gathered, bring, began, ended):
    bring(f"1,{began},won,{ended},200,Rome")

    (observation,) = gathered().observations

    assert (observation.won, values(observation)) == (True, {"employees": "200", "city": "Rome"})


def test_what_a_later_import_says_of_a_decided_lead_came_after_the_outcome(gathered, bring):
    bring("1,2025-01-01,won,2025-03-01,200,")

    bring("1,2025-01-01,won,2025-03-01,999,Rome")

    found = gathered()
    assert values(found.observations[0]) == {"employees": "200"}
    assert found.timings == {}


def test_what_a_later_import_says_first_came_after_the_outcome_as_well(gathered, bring):
    bring("1,2025-01-01,won,2025-03-01,,")

    bring("1,2025-01-01,won,2025-03-01,999,Rome")

    assert values(gathered().observations[0]) == {}


def test_what_an_import_says_along_with_the_outcome_of_a_known_lead_came_with_it(gathered, bring):
    bring("1,2025-01-01,open,,200,")

    bring("1,2025-01-01,won,,200,Rome")

    found = gathered()
    assert values(found.observations[0]) == {"employees": "200"}
    assert found.timings == {"employees": Timing(1, 0), "city": Timing(0, 1)}


def test_timings_say_when_each_attribute_was_first_known(gathered, decide, learn, ended):
    early, late, both = decide(city="Rome"), decide(), decide(city="Rome")
    learn(late, ended + timedelta(days=1), city="Oslo", has_pain=None)
    learn(both, ended + timedelta(days=1), city="Oslo")

    assert early.pk < late.pk < both.pk
    assert gathered().timings == {"city": Timing(2, 1)}


# --- Which leads ---------------------------------------------------------------------------------


def test_leads_that_another_schema_judges_are_left_out_and_counted(business, publish, manager, version, decide):
    banks = by_size(key="banks", name="Banks", applies_when='industry == "bank"')
    first = publish(business, banks)
    decide(True, industry="bank")
    decide(True, industry="farm")
    decide(False)

    rest = gather(QualificationVersion.objects.get(pk=version.pk), manager)
    only = gather(first, manager)

    assert [values(one) for one in rest.observations] == [{"industry": "farm"}, {}]
    assert rest.notes == ["1 more decided leads are judged by other schemas, or by none."]
    assert [values(one) for one in only.observations] == [{"industry": "bank"}]


def test_of_very_many_leads_some_are_taken_evenly(gathered, decide, monkeypatch):
    for number in range(9):
        decide(True, employees=Decimal(number))
    monkeypatch.setattr(gathering, "LEADS_AT_MOST", 3)

    found = gathered()

    assert [values(one)["employees"] for one in found.observations] == ["0", "3", "6"]
    assert found.notes == ["3 of 9 decided leads were looked at, taken evenly by age."]


def test_an_archived_attribute_is_none_that_a_card_may_read(gathered, now):
    Attribute.objects.filter(key="color").update(archived_at=now)

    assert [spec.key for spec in gathered().attributes] == [spec.key for spec in ATTRIBUTES if spec.key != "color"]


@pytest.mark.parametrize("leads", [1, 10])
def test_a_batch_costs_a_fixed_number_of_queries(gathered, decide, leads):
    gathered()  # compiles the plan
    for _ in range(leads):
        decide(True, has_pain=True)

    with CaptureQueriesContext(
        connection,
    ) as queries:
        gathered()

    assert len(queries) == 8
