"""A template that runs the worked example's figures, and a lead that is ready to be diagnosed."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from assessments import services
from assessments.domain.template import TemplateDocument
from assessments.models import AssessmentTemplate, Diagnosis, TemplateVersion
from leads import services as lead_services
from leads.domain.stages import Stage
from leads.models import Business, Door, Lead
from leads.tenancy import Viewer, system
from tests.assessments.samples import ANSWERS, small_template


@pytest.fixture
def template() -> Callable[..., TemplateDocument]:
    return small_template


@pytest.fixture
def publish_template(now) -> Callable[..., TemplateVersion]:
    def published(business: Business, document: TemplateDocument | None = None) -> TemplateVersion:
        by = system(business, Door.COMMAND)
        draft = services.template_from_document(document=document or small_template(), by=by)
        return services.publish_template(version_id=draft.pk, by=by, now=now)

    return published


@pytest.fixture
def sql_lead(now, publish, make_lead) -> Callable[[Viewer], Lead]:
    """A lead that was moved to SQL by a viewer's business's own criteria."""

    def ready(viewer: Viewer, name: str = "Initech") -> Lead:
        if not viewer.business.pk or not Lead.objects.filter(business=viewer.business).exists():
            publish(viewer.business)
        lead = make_lead(viewer, name, values={"has_pain": True, "employees": Decimal(500)})
        lead_services.move_lead(lead_id=lead.pk, to=Stage.SQL, expected_revision=lead.revision, by=viewer, now=now)
        lead.refresh_from_db()
        return lead

    return ready


@pytest.fixture
def start(now, publish_template, sql_lead) -> Callable[..., Diagnosis]:
    def started(viewer: Viewer, document: TemplateDocument | None = None) -> Diagnosis:
        lead = sql_lead(viewer)
        template = AssessmentTemplate.objects.filter(business=viewer.business).first()
        template_id = template.pk if template else publish_template(viewer.business, document).template_id
        return services.start_diagnosis(lead_id=lead.pk, template_id=template_id, by=viewer, now=now)

    return started


@pytest.fixture
def answer(now) -> Callable[..., Diagnosis]:
    """Answer several questions one after the other, as they were asked."""

    def answered(diagnosis: Diagnosis, by: Viewer, **values) -> Diagnosis:
        for question, value in values.items():
            diagnosis = services.answer_question(
                diagnosis_id=diagnosis.pk,
                question=question,
                value=value,
                expected_revision=diagnosis.revision,
                by=by,
                now=now,
            )
        return diagnosis

    return answered


@pytest.fixture
def answers() -> dict:
    return dict(ANSWERS)
