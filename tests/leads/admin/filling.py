"""A business at work: something in every list of the admin, with one word in all of its texts."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from assessments import services as diagnosing
from assessments.domain.template import TemplateDocument
from assessments.models import Diagnosis
from leads import services
from leads.domain.calibration.report_json import report_out
from leads.domain.schema_document import SchemaDocument
from leads.domain.stages import Level, Stage
from leads.models import (
    BuyingRole,
    Calibration,
    Door,
    EngagementKind,
    Flag,
    FlagKind,
    Lead,
    Membership,
    Opportunity,
    OpportunityContact,
    QualificationVersion,
    Role,
    WorkStatus,
)
from leads.services.absences import set_absence
from leads.tenancy import Viewer, system
from playbook import services as playbook
from playbook.domain.steps import HandOffKind
from playbook.models import (
    EventFailure,
    HandOff,
    LossReview,
    NextStep,
    Phase,
    Play,
    PlayRun,
    PlayStep,
    StallRiskSetting,
)
from playbook.services.process import CriterionSpec, PhaseChanges, change_phase, change_process
from playbook.services.webhooks import create_webhook, try_webhook
from tests.assessments.samples import ANSWERS, small_template
from tests.causes import cause
from tests.conftest import worked_example
from tests.leads.admin.browser import PASSWORD, Filled
from tests.leads.admin.reports import report_of


def fill_lists(viewer: Viewer, word: str, now: datetime) -> Filled:
    """Qualify and diagnose a lead, then give it up; leave a draft of all that has versions."""
    published = _published_schema(viewer, word, now)
    lead = services.create_lead(
        by=viewer,
        now=now,
        organization_name=f"{word} Ltd",
        title=f"{word} lead",
        source=f"{word} fair",
        owner_id=viewer.membership.pk,
        stakeholders=[
            services.Part(name=f"{word} person", email=f"x@{word}.example", buying_roles=(BuyingRole.CHAMPION,))
        ],
        values={"has_pain": True, "employees": Decimal(120)},
    )
    services.record_engagement(lead_id=lead.pk, kind=EngagementKind.CALL, title=f"{word} call", by=viewer, now=now)
    services.override_level(
        lead_id=lead.pk,
        level=Level.SQL,
        reason=f"{word} reason",
        expires_at=now + timedelta(days=9),
        expected_revision=_revision(lead),
        by=viewer,
        now=now,
    )
    _write_process(viewer, word, now)
    webhook = create_webhook(name=f"{word} webhook", url=f"https://hooks.{word}.example/", by=viewer, now=now).webhook
    try_webhook(webhook_id=webhook.pk, by=viewer, now=now)
    services.make_inquiry_form(name=f"{word} form", source=f"{word} site", by=viewer, now=now)
    services.move_lead(lead_id=lead.pk, to=Stage.SQL, expected_revision=_revision(lead), by=viewer, now=now)
    _diagnose(lead, viewer, word, now)
    services.move_lead(
        lead_id=lead.pk,
        to=Stage.DISQUALIFIED,
        reason=f"{word} is no more",
        cause_id=cause(viewer.business),
        expected_revision=_revision(lead),
        by=viewer,
        now=now,
    )
    _opportunity(lead, viewer, word, now)
    _follow_up(lead, published, viewer, word, now)
    _hand_off(lead, viewer, word, now)
    _next_step(lead, viewer, word, now)
    _loss_review(lead, viewer, word, now)
    _play(lead, viewer, word, now)
    draft = services.copy_to_draft(version_id=published.pk, by=viewer)
    return Filled(viewer.business, Lead.objects.get(pk=lead.pk), published, draft, viewer.membership)


def _opportunity(lead: Lead, viewer: Viewer, word: str, now: datetime) -> None:
    """Leave an opportunity that the lead was part of."""
    opportunity = Opportunity.objects.create(
        business=viewer.business,
        organization=lead.organization,
        owner=viewer.membership,
        title=f"{word} opportunity",
        status="returned",
        opened_at=now,
        closed_at=now,
        currency="EUR",
        override_reason=f"{word} signed",
    )
    contact = lead.stakeholders.get().contact
    OpportunityContact.objects.create(
        business=viewer.business, opportunity=opportunity, contact=contact, buying_roles=["champion"]
    )


def _follow_up(lead: Lead, published: QualificationVersion, viewer: Viewer, word: str, now: datetime) -> None:
    """Leave an open flag, and a calibration that proposes a card."""
    Flag.objects.create(
        business=viewer.business,
        lead=lead,
        kind=FlagKind.LEVEL_LOWERED,
        from_level=Level.SQL.value,
        to_level=Level.MQL.value,
        reason=f"{word} Was SQL, is MQL now.",
        raised_at=now,
    )
    services.add_member(
        email=f"away@{word}.example", role=Role.SALES, by=viewer, name=f"{word} colleague", password=PASSWORD
    )
    set_absence(
        by=viewer,
        now=now,
        starts_at=now,
        stand_in_id=Membership.objects.get(user__email=f"away@{word}.example").pk,
        note=f"{word} leave",
    )
    Calibration.objects.create(
        business=viewer.business,
        version=published,
        status=WorkStatus.DONE,
        requested_at=now,
        requested_by=viewer.membership,
        finished_at=now,
        report=report_out(report_of(worded_schema(word), now)),
    )


def _write_process(viewer: Viewer, word: str, now: datetime) -> None:
    """Give the first phase words and an exit criterion, and the process a name."""
    change_process(name=f"{word} process", expected_revision=1, by=viewer)
    changes = PhaseChanges(
        name=f"{word} discovery",
        guidance=f"{word} guidance",
        criteria=[CriterionSpec(name=f"{word} people", rule="stakeholder_count > 0")],
    )
    first = Phase.objects.get(business=viewer.business, key="discovery")
    change_phase(phase_id=first.pk, changes=changes, expected_revision=2, by=viewer, now=now)


def _hand_off(lead: Lead, viewer: Viewer, word: str, now: datetime) -> None:
    """Leave a rule, and a hand-off that was rejected."""
    rule = playbook.add_hand_off_rule(kind=HandOffKind.TO_SALES, name=f"{word} territory", by=viewer)
    HandOff.objects.create(
        business=viewer.business,
        lead=lead,
        kind=HandOffKind.TO_SALES.value,
        status="rejected",
        stage="sql",
        role=Role.SALES.value,
        offered_at=now,
        offered_by=viewer.membership,
        offered_to=viewer.membership,
        rule=rule,
        note=f"{word} offer",
        due_at=now,
        decided_at=now,
        decided_by=viewer.membership,
        reason_id=cause(viewer.business, "no_time"),
        decision_note=f"{word} is busy",
    )


def _next_step(lead: Lead, viewer: Viewer, word: str, now: datetime) -> None:
    """Leave a step that was skipped."""
    NextStep.objects.create(
        business=viewer.business,
        lead=lead,
        kind="call",
        title=f"{word} step",
        talk_track=f"{word} says",
        due_at=now,
        assigned_to=viewer.membership,
        status="skipped",
        created_at=now,
        created_by=viewer.membership,
        door=Door.ADMIN,
        closed_at=now,
        closed_by=viewer.membership,
        outcome=f"{word} was out",
    )


def _loss_review(lead: Lead, viewer: Viewer, word: str, now: datetime) -> None:
    """Leave what was foreseen of a loss, and the settings of stall risks with the word in their names."""
    for setting in StallRiskSetting.objects.filter(business=viewer.business):
        setting.name = f"{word} {setting.name}"
        setting.save()
    risk = {"key": "no_time", "name": f"{word} risk", "because": f"{word} waits", "since": now.isoformat()}
    LossReview.objects.create(
        business=viewer.business,
        lead=lead,
        transition=lead.transitions.first(),
        cause_id=cause(viewer.business, "no_decision"),
        predicted=[risk | {"severity": "watch", "predicts": "budget", "predicts_label": f"{word} budget"}],
        foreseen="no",
        at=now,
    )


def _play(lead: Lead, viewer: Viewer, word: str, now: datetime) -> None:
    """Leave a play with a step, a run of it, and an event that could not be worked off."""
    play = Play.objects.create(
        business=viewer.business, key=word, name=f"{word} play", happening="lead_created", switched_on_at=now
    )
    PlayStep.objects.create(
        business=viewer.business, play=play, action="next_step", step_kind="call", title=f"{word} step"
    )
    event = lead.events.all()[0]
    shared = {"business": viewer.business, "event": event}
    PlayRun.objects.create(**shared, play=play, lead=lead, status="refused", at=now, problem=f"{word} refusal")
    EventFailure.objects.create(**shared, problem=f"{word} problem", changed_at=now)


def _revision(lead: Lead) -> int:
    return Lead.objects.get(pk=lead.pk).revision


def _published_schema(viewer: Viewer, word: str, now: datetime) -> QualificationVersion:
    by = system(viewer.business, Door.COMMAND)
    draft = services.draft_from_document(document=worded_schema(word), by=by)
    return services.publish(version_id=draft.pk, by=by, now=now)


def _diagnose(lead: Lead, viewer: Viewer, word: str, now: datetime) -> Diagnosis:
    """Answer all questions but one, the urgency twice."""
    draft = diagnosing.template_from_document(document=worded_template(word), by=viewer)
    version = diagnosing.publish_template(version_id=draft.pk, by=viewer, now=now)
    diagnosis = diagnosing.start_diagnosis(lead_id=lead.pk, template_id=version.template_id, by=viewer, now=now)
    values = {**ANSWERS, "which_mail": f"{word}@{word}.example", "hourly": None}
    for question, value in [("urgency_before", Decimal(4)), *values.items()]:
        if question != "fitting":
            diagnosis = diagnosing.answer_question(
                diagnosis_id=diagnosis.pk,
                question=question,
                value=value,
                expected_revision=diagnosis.revision,
                by=viewer,
                now=now,
                note=f"{word} note",
            )
    diagnosing.copy_template_to_draft(version_id=version.pk, by=viewer)
    return diagnosis


def worded_schema(word: str) -> SchemaDocument:
    content = worked_example()
    return replace(
        content,
        key=f"{word}_schema",
        name=f"{word} schema",
        attributes=tuple(
            replace(spec, label=f"{word} {spec.label}", question=f"{word} asks") for spec in content.attributes
        ),
        criteria=tuple(
            replace(spec, label=f"{word} {spec.label}", question=f"{word} {spec.question}") for spec in content.criteria
        ),
    )


def worded_template(word: str) -> TemplateDocument:
    content = small_template()
    return replace(
        content,
        key=f"{word}_template",
        name=f"{word} template",
        offer=replace(content.offer, name=f"{word} offer"),
        urgency_question=f"{word} {content.urgency_question}",
        attributes=tuple(replace(spec, label=f"{word} {spec.label}") for spec in content.attributes),
        sections=tuple(
            replace(
                section,
                title=f"{word} {section.title}",
                guidance=f"{word} guidance",
                questions=tuple(replace(spec, text=f"{word} {spec.text}") for spec in section.questions),
            )
            for section in content.sections
        ),
        formulas=tuple(
            replace(spec, label=f"{word} {spec.label}", benchmark=f"{word} benchmark") for spec in content.formulas
        ),
        stall_risks=tuple(
            replace(risk, label=f"{word} {risk.label}", what_to_do=f"{word} to do") for risk in content.stall_risks
        ),
    )
