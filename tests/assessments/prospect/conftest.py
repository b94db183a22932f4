"""A diagnosis with questions for the prospect, and secret words wherever a prospect must not look."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from assessments.domain.template import (
    Dimension,
    FormulaSpec,
    OfferSpec,
    OptionSpec,
    QuestionSpec,
    QuestionType,
    StallRiskSpec,
    TemplateDocument,
)
from assessments.models import Diagnosis, LinkKind, ProspectLink
from assessments.services.links import Invitation, invite_prospect
from leads.models import Contact
from leads.tenancy import Viewer, prospect
from tests.assessments.samples import small_template

# In everything that a prospect must never read.
SECRETS = ("Zorblatt", "why-secret", "listen-secret", "guide-secret", "benchmark-shown", "risk-secret", "todo-secret")


def prospect_template(**changes: Any) -> TemplateDocument:
    """The small template with questions for the prospect, one of which another brings up."""
    document = small_template()
    asked = {
        "kind": {"for_prospect": True, "required": True},
        "which_mail": {"for_prospect": True, "required": True},
        "hours": {"for_prospect": True, "why_we_ask": "why-secret", "listen_for": "listen-secret"},
        "severity": {"for_prospect": True, "required": False},
    }
    sections = tuple(
        replace(
            section,
            guidance="guide-secret",
            questions=tuple(replace(one, **asked.get(one.key, {})) for one in section.questions),
        )
        for section in document.sections
    )
    more = (
        QuestionSpec("notes", "What else should we know?", QuestionType.TEXT, for_prospect=True),
        QuestionSpec(
            "systems",
            "Which systems do you use?",
            QuestionType.MULTIPLE_CHOICE,
            options=(OptionSpec("sap", "SAP"), OptionSpec("crm", "A CRM")),
            for_prospect=True,
        ),
        QuestionSpec("inside", "Do we like them, between ourselves?", QuestionType.YES_NO, why_we_ask="why-secret"),
    )
    sections = (replace(sections[0], questions=(*sections[0].questions, *more)), *sections[1:])
    parts = {
        "name": "Zorblatt template",
        "offer": OfferSpec("Zorblatt", Decimal(10000), Decimal(70), Decimal(2)),
        "sections": sections,
        "formulas": (
            FormulaSpec("typing", "Typing", "hours * hourly * 46", cost_item=True, benchmark="benchmark-shown"),
        ),
        "stall_risks": (StallRiskSpec("no_sponsor", "risk-secret", "not sponsor", True, "todo-secret"),),
    }
    return replace(document, **(parts | changes))


def section_of(document: TemplateDocument, dimension: Dimension) -> Any:
    return next(section for section in document.sections if section.dimension is dimension)


@pytest.fixture
def diagnosis(start, rep) -> Diagnosis:
    return start(rep, prospect_template())


@pytest.fixture
def contact(diagnosis) -> Contact:
    return contact_of(diagnosis, "Ann Prospect")


def contact_of(diagnosis: Diagnosis, name: str) -> Contact:
    return Contact.objects.create(
        business=diagnosis.business, organization=diagnosis.lead.organization, name=name, email="ann@initech.example"
    )


@pytest.fixture
def invite(now, rep) -> Callable[..., Invitation]:
    def invited(
        diagnosis: Diagnosis, contact: Contact, kind: LinkKind = LinkKind.SELF_ASSESSMENT, **given: Any
    ) -> Invitation:
        given = {"by": rep, "now": now} | given
        return invite_prospect(diagnosis_id=diagnosis.pk, contact_id=contact.pk, kind=kind, **given)

    return invited


@pytest.fixture
def link(invite, diagnosis, contact) -> ProspectLink:
    return invite(diagnosis, contact).link


@pytest.fixture
def ann(business, link) -> Viewer:
    """The prospect that the link was made for."""
    return prospect(business, link.pk)


@pytest.fixture
def complete(now, rep, answer, answers) -> Callable[[Diagnosis], Diagnosis]:
    """Answer everything and complete."""
    from assessments import services

    def completed(diagnosis: Diagnosis, **more: Any) -> Diagnosis:
        given = answers | more
        diagnosis = answer(diagnosis, rep, **given)
        return services.complete_diagnosis(
            diagnosis_id=diagnosis.pk, expected_revision=diagnosis.revision, by=rep, now=now
        )

    return completed


@dataclass
class Page:
    """What a prospect's browser sends: a token, and no session unless a client has one."""

    token: str
    client: Client = field(default_factory=Client)
    path: str = "/graphql/"
    body: bytes = b""
    status: int = 0

    def __call__(self, query: str, **variables: Any) -> dict[str, Any]:
        response = self.client.post(
            self.path,
            json.dumps({"query": query, "variables": variables}),
            content_type="application/json",
            headers={"X-Prospect": self.token},
        )
        self.body, self.status = response.content, response.status_code
        return json.loads(response.content)


@pytest.fixture
def page() -> type[Page]:
    return Page


@pytest.fixture
def soon(monkeypatch, now) -> None:
    """Let requests happen at the moment that tests take for now."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
