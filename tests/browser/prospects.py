"""Begins a diagnosis of which a prospect answers a part, or completes it; writes the link's address to a file.

Run as `python -m tests.browser.prospects begin|again|revoke|complete FILE`, with DATABASE_URL naming the database.
"""

import json
import os
import sys
from decimal import Decimal
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from assessments import services  # noqa: E402
from assessments.models import AssessmentTemplate, Diagnosis, Finding, LinkKind, ProspectLink  # noqa: E402
from assessments.services.links import invite_prospect, revoke_prospect_link  # noqa: E402
from leads import services as lead_services  # noqa: E402
from leads.models import Business, Contact, Evidence, Lead, Membership, Role  # noqa: E402
from leads.tenancy import Viewer  # noqa: E402
from tests.assessments.prospect.conftest import prospect_template  # noqa: E402
from tests.assessments.samples import ANSWERS  # noqa: E402

WHO = "Ann Prospect"


def manager() -> Viewer:
    business = Business.objects.get(slug="acme")
    return Viewer(business, Membership.objects.filter(business=business, role=Role.MANAGER).first())


def invited(diagnosis: Diagnosis, kind: LinkKind, by: Viewer) -> dict[str, str]:
    contact = Contact.objects.get(business=by.business, name=WHO)
    made = invite_prospect(
        diagnosis_id=diagnosis.pk, contact_id=contact.pk, kind=kind, by=by, now=timezone.now(), days=2
    )
    return {"address": reverse("prospect", args=[made.token])}


def begin(by: Viewer) -> dict[str, str]:
    """Start a diagnosis and invite a contact to its part of it."""
    now = timezone.now()
    draft = services.template_from_document(document=prospect_template(key="prospects"), by=by)
    version = services.publish_template(version_id=draft.pk, by=by, now=now)
    lead = lead_services.create_lead(by=by, now=now, organization_name="Prospect & Sons")
    Lead.objects.filter(pk=lead.pk).update(stage="sql")
    Contact.objects.create(business=by.business, organization=lead.organization, name=WHO)
    started = services.start_diagnosis(lead_id=lead.pk, template_id=version.template_id, by=by, now=now)
    return invited(started, LinkKind.SELF_ASSESSMENT, by)


def again(by: Viewer) -> dict[str, str]:
    """Invite the contact to a diagnosis of another lead."""
    now = timezone.now()
    if not AssessmentTemplate.objects.filter(business=by.business, key="prospects").exists():
        begin(by)
    template = AssessmentTemplate.objects.get(business=by.business, key="prospects")
    home = Contact.objects.get(business=by.business, name=WHO).organization
    lead = Lead.objects.create(
        business=by.business, organization=home, stage="sql", stage_since=now, created_at=now, title="Again"
    )
    started = services.start_diagnosis(lead_id=lead.pk, template_id=template.pk, by=by, now=now)
    return invited(started, LinkKind.SELF_ASSESSMENT, by)


def revoke(by: Viewer) -> dict[str, str]:
    """Take the newest link back."""
    newest = ProspectLink.objects.filter(business=by.business).first()
    revoke_prospect_link(link_id=newest.pk, by=by, now=timezone.now())
    return {}


def complete(by: Viewer) -> dict[str, object]:
    """Finish that diagnosis, invite the contact to its summary, and tell what the prospect's answers became."""
    now = timezone.now()
    found = Diagnosis.objects.get(business=by.business, lead__organization__name="Prospect & Sons")
    evidence = Evidence.objects.get(lead=found.lead, source="prospect")
    for question, value in (ANSWERS | {"hourly": Decimal("42.50")}).items():
        found = services.answer_question(
            diagnosis_id=found.pk,
            question=question,
            value=value,
            expected_revision=found.revision,
            by=by,
            now=now,
            note="Every Monday we type in what came over the weekend." if question == "severity" else "",
        )
    tree = {"business": by.business, "diagnosis": found, "at": now}
    late = Finding.objects.create(kind="symptom", text="Customers call and ask where their order is.", **tree)
    typed = Finding.objects.create(kind="problem", text="Orders wait in a mailbox until Monday.", parent=late, **tree)
    Finding.objects.create(kind="cause", text="They are typed by one person.", parent=typed, **tree)
    Finding.objects.create(kind="driver", text="Twice as many orders by next year.", **tree)
    Finding.objects.create(kind="criterion", text="It must run before the season begins.", **tree)
    services.complete_diagnosis(diagnosis_id=found.pk, expected_revision=found.revision, by=by, now=now)
    return {**invited(found, LinkKind.SUMMARY, by), "evidence": evidence.values, "said_by": str(evidence.said_by)}


if __name__ == "__main__":
    result = {"begin": begin, "again": again, "revoke": revoke, "complete": complete}[sys.argv[1]](manager())
    Path(sys.argv[2]).write_text(json.dumps(result))
