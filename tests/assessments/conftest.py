"""A template that runs the worked example's figures, and a lead that is ready to be diagnosed."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from assessments import services
from assessments.domain.template import (
    Dimension,
    FormulaSpec,
    OfferSpec,
    OptionSpec,
    QuestionSpec,
    QuestionType,
    SectionSpec,
    StallRiskSpec,
    TemplateDocument,
    default_verdict,
)
from assessments.models import AssessmentTemplate, Diagnosis, TemplateVersion
from leads import services as lead_services
from leads.domain.rules import Range
from leads.domain.stages import Stage
from leads.domain.values import AttributeSpec, ValueType
from leads.models import Business, Door, Lead
from leads.tenancy import Viewer, system


def scale(key: str, **more) -> QuestionSpec:
    return QuestionSpec(
        key, f"{key}?", QuestionType.SCALE, minimum=Decimal(0), maximum=Decimal(10), scored=True, required=True, **more
    )


def small_template(**changes) -> TemplateDocument:
    parts = {
        "key": "orders",
        "name": "Orders",
        "attributes": (AttributeSpec("hours_lost", "Hours lost", ValueType.NUMBER, unit="hours"),),
        "urgency_question": "How urgent is it for you?",
        "offer": OfferSpec("Automation", Decimal(10000), Decimal(70), Decimal(2)),
        "sections": (
            SectionSpec(
                Dimension.PROBLEM,
                "Problem",
                (
                    scale("severity", why_we_ask="To see how bad it is.", listen_for="The last time it hurt."),
                    QuestionSpec(
                        "kind",
                        "What sort of orders?",
                        QuestionType.SINGLE_CHOICE,
                        options=(OptionSpec("mail", "Mail", Decimal(2)), OptionSpec("edi", "EDI", Decimal(0))),
                    ),
                ),
            ),
            SectionSpec(
                Dimension.CAUSE,
                "Cause",
                (
                    scale("proven"),
                    QuestionSpec(
                        "which_mail", "Which mailbox?", QuestionType.TEXT, show_when='kind == "mail"', if_hidden="none"
                    ),
                ),
            ),
            SectionSpec(
                Dimension.COST,
                "Cost",
                (
                    QuestionSpec(
                        "hours",
                        "How many hours a week?",
                        QuestionType.NUMBER,
                        unit="hours",
                        minimum=Decimal(0),
                        maximum=Decimal(168),
                        attribute="hours_lost",
                        required=True,
                    ),
                    QuestionSpec("hourly", "What does an hour cost?", QuestionType.MONEY, required=True),
                    QuestionSpec("cost_confirmed", "Is that right?", QuestionType.YES_NO, required=True),
                ),
            ),
            SectionSpec(Dimension.URGENCY, "Urgency", (scale("pressure"),)),
            SectionSpec(
                Dimension.FIT,
                "Fit",
                (scale("fitting"), QuestionSpec("sponsor", "A sponsor?", QuestionType.YES_NO, required=True)),
            ),
        ),
        "formulas": (FormulaSpec("typing", "Typing", "hours * hourly * 46", cost_item=True),),
        "verdict": default_verdict(Decimal(20000)),
        "stall_risks": (StallRiskSpec("no_sponsor", "No sponsor", "not sponsor", blocking=True),),
    }
    return TemplateDocument(**(parts | changes))


ANSWERS = {
    "urgency_before": Decimal(6),
    "severity": Decimal(8),
    "kind": "mail",
    "proven": Decimal(7),
    "which_mail": "orders@",
    "hours": Range(Decimal(20), Decimal(25), Decimal(30)),
    "hourly": Decimal(40),
    "cost_confirmed": True,
    "pressure": Decimal(9),
    "fitting": Decimal(9),
    "sponsor": True,
    "urgency_after": Decimal(9),
}


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
