"""Calibrating by service and by command, and making a draft of what comes of it."""

import json
import sys
from dataclasses import replace
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from leads import services
from leads.domain.calibration.observations import Timing
from leads.domain.calibration.report_json import report_in
from leads.domain.stages import Stage
from leads.models import Attribute, Lead, LeadOutcome, Organization, QualificationVersion, Transition
from leads.models import Evidence as Recording
from leads.services.calibration import calibrate, propose
from leads.services.publishing import document_of_rows
from tests.leads.calibration.deals import by_size, coins, planted


@pytest.fixture
def decide_all(business, now):
    """Write these observations as decided leads, each known by one recording."""

    def written(observations) -> None:
        organization = Organization.objects.create(business=business, name="Many")
        leads = Lead.objects.bulk_create(
            Lead(
                business=business,
                organization=organization,
                stage=Stage.CUSTOMER.value if one.won else Stage.LOST.value,
                stage_since=now,
                outcome=LeadOutcome.WON if one.won else LeadOutcome.LOST,
                created_at=now,
            )
            for one in observations
        )
        pairs = list(zip(leads, observations, strict=True))
        Recording.objects.bulk_create(
            Recording(
                business=business,
                lead=lead,
                source="sales",
                observed_at=now,
                recorded_at=now,
                values={key: entry["v"] for key, entry in one.snapshot.items()},
            )
            for lead, one in pairs
        )
        Transition.objects.bulk_create(
            Transition(business=business, lead=lead, from_stage="sql", to_stage=lead.stage, at=now, door="api")
            for lead, _ in pairs
        )

    return written


@pytest.fixture
def version(business, publish):
    return publish(business, by_size())


def run(*arguments: str) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("calibrate", *arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


# --- The service ---------------------------------------------------------------------------------


def test_a_calibration_reports_and_writes_nothing(version, manager, decide_all, now):
    decide_all(planted(800))
    before = (QualificationVersion.objects.values().get(), list(Lead.objects.order_by("pk").values()))

    report = calibrate(version_id=version.pk, by=manager, now=now)

    assert (report.schema, report.schema_name, report.version, report.at) == ("deals", "Deals", 1, now)
    assert report.verdict == "better_card"
    assert {spec.key for spec in report.proposal.document.attributes} >= {"has_pain", "seconds"}
    assert (QualificationVersion.objects.values().get(), list(Lead.objects.order_by("pk").values())) == before


def test_what_was_learned_after_the_outcome_changes_no_figure_and_is_suspicious(
    version, business, manager, decide_all, now
):
    Attribute.objects.create(business=business, key="reason", label="Reason", type="text")
    decide_all(planted(400))
    before = calibrate(version_id=version.pk, by=manager, now=now)
    later = now + timedelta(days=1)
    Recording.objects.bulk_create(
        Recording(
            business=business,
            lead_id=pk,
            source="sales",
            observed_at=later,
            recorded_at=later,
            values={"has_pain": outcome == "won", "reason": f"Was {outcome}"},
        )
        for pk, outcome in Lead.objects.order_by("pk").values_list("pk", "outcome")
    )

    after = calibrate(version_id=version.pk, by=manager, now=now)

    assert before.suspicious == ()
    assert [(one.key, one.cause) for one in after.suspicious] == [("reason", "after_outcome")]
    assert (after.suspicious[0].timing, after.suspicious[0].filled.leads) == (Timing(0, 400), 0)
    assert replace(after, suspicious=()) == before


def test_a_retired_version_can_be_calibrated_and_a_draft_cannot(version, manager, decide_all, now, refused):
    draft = services.copy_to_draft(version_id=version.pk, by=manager)
    services.publish(version_id=draft.pk, by=manager, now=now)
    newest = services.copy_to_draft(version_id=draft.pk, by=manager)

    assert calibrate(version_id=version.pk, by=manager, now=now).version == 1
    with refused("not_published"):
        calibrate(version_id=newest.pk, by=manager, now=now)


def test_only_managers_may_calibrate(version, rep, now, refused):
    with refused("not_allowed"):
        calibrate(version_id=version.pk, by=rep, now=now)


def test_a_version_of_others_is_not_there(version, stranger, now, refused):
    with refused("not_found", "version"):
        calibrate(version_id=version.pk, by=stranger, now=now)


def test_without_scikit_learn_there_is_no_report(version, manager, now, refused, monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn", None)

    with refused("calibration_unavailable"):
        calibrate(version_id=version.pk, by=manager, now=now)


# --- Proposing -----------------------------------------------------------------------------------


@pytest.fixture
def report(version, manager, decide_all, now):
    decide_all(planted(800))
    return calibrate(version_id=version.pk, by=manager, now=now)


def test_a_proposal_becomes_a_draft_and_the_published_version_stays(report, version, manager):
    before = QualificationVersion.objects.filter(pk=version.pk).values().get()

    draft = propose(report=report, by=manager)

    assert (draft.schema_id, draft.number, draft.status) == (version.schema_id, 2, "draft")
    rows, proposed = document_of_rows(draft), report.proposal.document
    assert (rows.criteria, rows.mql, rows.sql) == (proposed.criteria, proposed.mql, proposed.sql)
    assert QualificationVersion.objects.filter(pk=version.pk).values().get() == before


def test_a_proposed_draft_can_be_published(report, manager, now):
    draft = propose(report=report, by=manager)

    published = services.publish(version_id=draft.pk, by=manager, now=now)

    assert published.status == "published"


def test_a_draft_that_somebody_works_on_is_not_overwritten(report, version, manager, refused):
    services.copy_to_draft(version_id=version.pk, by=manager)

    with refused("draft_exists") as refusal:
        propose(report=report, by=manager)

    assert refusal.value.message == (
        "Deals has a draft already, which would be lost. Publish or delete that draft, then propose again."
    )


def test_without_a_better_card_there_is_nothing_to_propose(version, manager, decide_all, now, refused):
    decide_all(coins(300))
    report = calibrate(version_id=version.pk, by=manager, now=now)

    with refused("nothing_to_propose"):
        propose(report=report, by=manager)


def test_only_managers_may_propose(report, rep, refused):
    with refused("not_allowed"):
        propose(report=report, by=rep)


# --- The command ---------------------------------------------------------------------------------


def test_the_command_prints_tables(version, business, decide_all):
    decide_all(planted(800))

    out, err = run(business.slug)

    lines = out.splitlines()
    assert lines[0] == "Deals, version 1: better card"
    assert lines[2].startswith("Decided leads: 800 (")
    assert "Criterion                            Leads     Won  Conversion            95 %   Lift" in lines
    assert "Points                              as they are    as fitted" in lines
    assert "The schema as it is:" in lines
    assert "The best fitted card, on leads that it had not seen:" in lines
    assert "The proposed card; what is not known counts 0 points:" in lines
    assert any(line.startswith("  MQL from ") for line in lines)
    assert err == ""
    assert not QualificationVersion.objects.filter(status="draft").exists()


def test_the_command_prints_json_and_proposes(version, business, decide_all):
    decide_all(planted(800))

    out, err = run(business.slug, "--schema", "deals", "--format", "json", "--propose")

    assert report_in(out.rstrip("\n")).verdict == "better_card"
    assert json.loads(out)["kind"] == "calibration_report"
    assert err == "Draft made: Deals 2. Read it, change it, publish it in the admin.\n"
    assert QualificationVersion.objects.get(status="draft").number == 2


def test_the_report_is_given_even_if_there_is_a_draft_already(version, business, manager, decide_all):
    decide_all(planted(800))
    draft = services.copy_to_draft(version_id=version.pk, by=manager)
    before = document_of_rows(draft)
    out = StringIO()

    with pytest.raises(CommandError) as refusal:
        call_command("calibrate", business.slug, "--propose", stdout=out)

    assert out.getvalue().startswith("Deals, version 1: better card\n")
    assert str(refusal.value).startswith("Deals has a draft already")
    assert document_of_rows(draft) == before


def test_without_decided_leads_the_command_says_that_there_is_not_enough_data(version, business):
    out, _ = run(business.slug)

    assert out.splitlines()[:3] == [
        "Deals, version 1: not enough data",
        "0 leads were won and 0 lost. Calibration needs at least 40 of each; "
        "the shares below are what these few leads show.",
        "Decided leads: 0 (0 won, 0 lost)",
    ]


def test_the_command_says_what_there_is_if_it_does_not_know_what_is_meant(business, publish):
    assert failure("acne") == 'There is no business "acne". Did you mean "acme"?'
    assert failure("acme") == "Acme has published no schema yet, so nothing judges its leads."
    publish(business, by_size())
    publish(business, by_size(key="banks", name="Banks", applies_when='industry == "bank"'))
    assert failure("acme") == "Say which schema with --schema: banks, deals."
    assert failure("acme", "--schema", "deal") == 'There is no published schema "deal". Did you mean "deals"?'


def failure(*arguments: str) -> str:
    with pytest.raises(CommandError) as caught:
        run(*arguments)
    return str(caught.value)
