"""A brief on one lead: what is known, what it means, and what not to ask again."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from assessments.domain.answers import decode_answers
from assessments.domain.asking import next_question
from assessments.domain.cost import Cost
from assessments.domain.engine import Evaluation, Standing
from assessments.domain.plan import TemplatePlan
from assessments.domain.template import Dimension
from assessments.domain.wording import spec_of
from assessments.models import UNFINISHED, Answer, Diagnosis, Finding, FindingKind, NewToProspect
from assessments.services.evaluating import evaluations_of
from leads import selectors
from leads.domain import explanation
from leads.domain.qualification import next_to_ask
from leads.domain.rules import Range, Reason, Unknown
from leads.domain.snapshot import current_value, fact
from leads.domain.values import AttributeSpec, ValueType, display
from leads.domain.wording import UNKNOWN, shown
from leads.models import Attribute, BuyingRole, Contact, EvidenceSource, Lead, Qualification
from leads.services.judging import plan_of
from leads.tenancy import Viewer
from playbook.domain.brief import (
    SOLUTION_QUESTIONS,
    Brief,
    Dissatisfaction,
    KnownValue,
    NotToAsk,
    Person,
    Touch,
)
from playbook.services.stalling import latest_diagnoses

SHOWN = 20  # of touches, of what was found and of answers: a brief is read within minutes
WANTED_ROLES = (BuyingRole.ECONOMIC_BUYER, BuyingRole.CHAMPION, BuyingRole.DECISION_MAKER, BuyingRole.USER)
"""Buying roles without which a sale is hard to bring to its end."""

FOUND = {
    FindingKind.SYMPTOM: "Symptom",
    FindingKind.PROBLEM: "Problem",
    FindingKind.CAUSE: "Cause",
}


def brief_of(lead_id: int | None, by: Viewer, now: datetime) -> Brief:
    """Return what somebody should know before they speak with this prospect; raise NotFound.

    The number of queries is fixed, however much is known.
    """
    leads = Lead.objects.visible_to(by).select_related("organization", "qualification__version")
    lead = leads.filter(pk=lead_id or 0).first()
    if lead is None:
        raise selectors.NotFound("There is no such lead.", field="lead")
    lead.business = by.business
    attributes = [found for found in selectors.attributes_of(by).values() if not found.is_derived]
    currency = by.business.currency
    diagnosis = next(iter(latest_diagnoses([lead.pk])), None)
    if diagnosis is not None:
        diagnosis.business = by.business
    plan, evaluation = evaluations_of([diagnosis], now)[0] if diagnosis else (None, None)
    people = list(lead.stakeholders.select_related("contact"))
    held = {role for part in people for role in part.buying_roles}
    cost = evaluation.cost if evaluation and _cost_is_known(evaluation.cost) else None
    return Brief(
        title=f"{lead.organization}: {lead.title}" if lead.title else str(lead.organization),
        at=now,
        known=tuple(_known(lead, attributes, currency, now)),
        not_known=tuple(_not_known(lead, attributes, now)),
        read_and_attended=tuple(_touches(lead, now)),
        dissatisfaction=tuple(_dissatisfaction(diagnosis, plan)),
        cost=cost,
        cost_text=_cost_text(cost, currency) if cost else "",
        people=tuple(
            Person(
                part.contact.name,
                part.contact.job_title,
                tuple(BuyingRole(role).label for role in part.buying_roles),
            )
            for part in people
        ),
        missing_roles=tuple(role.label for role in WANTED_ROLES if role.value not in held),
        not_to_ask=(
            *_known_already(lead, attributes, currency, now),
            *(_answered(diagnosis, plan, evaluation, currency) if diagnosis and plan and evaluation else ()),
            *(NotToAsk(question, because) for question, because in SOLUTION_QUESTIONS),
        ),
        to_ask=tuple(dict.fromkeys(_to_ask(lead.qualification, diagnosis, plan, evaluation))),
    )


# --- What is known -------------------------------------------------------------------------------


def _known(lead: Lead, attributes: Iterable[Attribute], currency: str, now: datetime) -> Iterator[KnownValue]:
    """Yield what was learned, stale or not, learned last first."""
    found = []
    for attribute in attributes:
        spec = attribute.spec
        entry = lead.snapshot.get(spec.key)
        value = current_value(spec, entry)
        if entry is not None and value is not None:
            counts, _ = fact(spec, entry, now, spec.freshness_days)
            source = EvidenceSource(entry["src"]).label
            learned = datetime.fromisoformat(entry["at"])
            found.append(
                KnownValue(spec.label, display(spec, value, currency), source, learned, not isinstance(counts, Unknown))
            )
    yield from sorted(found, key=lambda value: value.learned_at, reverse=True)


def _not_known(lead: Lead, attributes: Iterable[Attribute], now: datetime) -> Iterator[str]:
    for attribute in attributes:
        spec = attribute.spec
        counts, _ = fact(spec, lead.snapshot.get(spec.key), now, spec.freshness_days)
        if isinstance(counts, Unknown):
            yield f"{spec.label}: {UNKNOWN[counts.reason].lower()}"


def _known_already(lead: Lead, attributes: Iterable[Attribute], currency: str, now: datetime) -> Iterator[NotToAsk]:
    for attribute in attributes:
        spec = attribute.spec
        entry = lead.snapshot.get(spec.key)
        if entry is None or not attribute.question:
            continue
        counts, _ = fact(spec, entry, now, spec.freshness_days)
        if not isinstance(counts, Unknown):
            yield NotToAsk(attribute.question, f"It is known: {shown(spec, counts, currency)}.")
        elif counts.reason == Reason.DOES_NOT_KNOW:
            yield NotToAsk(attribute.question, "They said that they do not know.")


def _touches(lead: Lead, now: datetime) -> Iterator[Touch]:
    rows = lead.engagements.filter(happened_at__lte=now).select_related("contact")
    for row in rows.order_by("-happened_at", "-pk")[:SHOWN]:
        what = f"{row.get_kind_display()}: {row.title}" if row.title else row.get_kind_display()
        yield Touch(what, row.happened_at, _name(row.contact))


def _name(contact: Contact | None) -> str:
    return contact.name if contact else ""


# --- What a diagnosis found ----------------------------------------------------------------------


def _dissatisfaction(diagnosis: Diagnosis | None, plan: TemplatePlan | None) -> Iterator[Dissatisfaction]:
    """Yield symptoms, problems and causes as they were found, then what they said in answers about the problem."""
    if diagnosis is None or plan is None:
        return
    findings = Finding.objects.filter(diagnosis=diagnosis, removed_at__isnull=True, kind__in=list(FOUND))
    for row in findings.select_related("said_by").order_by("pk")[:SHOWN]:
        new = row.new_to_prospect == NewToProspect.YES
        yield Dissatisfaction(FOUND[FindingKind(row.kind)], row.text, _name(row.said_by), row.at, new)
    about = [key for key, question in plan.questions.items() if question.dimension is Dimension.PROBLEM]
    answers = Answer.objects.filter(diagnosis=diagnosis, question__in=about).exclude(note="")
    for answer in answers.select_related("said_by").order_by("pk")[:SHOWN]:
        question = plan.questions[answer.question].spec.text
        yield Dissatisfaction(question, answer.note, _name(answer.said_by), answer.at)


def _cost_is_known(cost: Cost) -> bool:
    return bool(cost.low or cost.likely or cost.high)


def _cost_text(cost: Cost, currency: str) -> str:
    money = AttributeSpec("cost", "Cost", ValueType.MONEY)
    if cost.high is None:
        return f"At least {display(money, cost.low, currency)} a year; part of it is not known yet."
    if cost.low == cost.high:
        return f"{display(money, cost.likely, currency)} a year."
    return f"{display(money, Range(cost.low, cost.likely, cost.high), currency)} a year (low, likely, high)."


def _answered(diagnosis: Diagnosis, plan: TemplatePlan, evaluation: Evaluation, currency: str) -> Iterator[NotToAsk]:
    answers = decode_answers(plan, diagnosis.answers)
    for key, question in plan.questions.items():
        standing = evaluation.standing[key]
        if standing is Standing.ANSWERED:
            said = shown(spec_of(plan, key), answers[key], currency)
            yield NotToAsk(question.spec.text, f"They answered: {said}.")
        elif standing is Standing.DOES_NOT_KNOW:
            yield NotToAsk(question.spec.text, "They said that they do not know.")


# --- What to ask ---------------------------------------------------------------------------------


def _to_ask(
    qualification: Qualification | None,
    diagnosis: Diagnosis | None,
    plan: TemplatePlan | None,
    evaluation: Evaluation | None,
) -> Iterator[str]:
    """Yield the next question of a diagnosis that is not finished, then what would decide open criteria."""
    if diagnosis is not None and plan is not None and evaluation is not None and diagnosis.status in UNFINISHED:
        section = Dimension(diagnosis.section) if diagnosis.section else None
        question = next_question(plan, evaluation, diagnosis.skipped, section)
        if question is not None:
            yield question.spec.text
    if qualification is not None:
        judged_by = plan_of(qualification.version_id, qualification.version.checksum)
        judgement = explanation.unpack(judged_by, qualification.explanation, qualification.order_ready)
        for ask in next_to_ask(judged_by, judgement.results):
            yield ask.criterion.question
