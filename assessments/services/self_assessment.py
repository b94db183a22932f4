"""What a prospect does with its link: read its questions, answer them, send the answers."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from assessments.domain.answers import check_value, decode_answers, encode_answer
from assessments.domain.engine import evaluate
from assessments.domain.self_assessment import CORRECTIONS_AT_MOST, OwnPart, own_answers, own_evidence, own_part
from assessments.models import LinkKind, ProspectAnswer, ProspectLink
from assessments.services.evaluating import facts_of, kept_facts, plan_of
from assessments.services.links import LinkNotValid, mark_opened, opens, with_all
from leads import live, selectors
from leads.domain.errors import DomainError
from leads.domain.rules import Fact, Reason, Unknown, Value
from leads.domain.snapshot import DOES_NOT_KNOW
from leads.domain.values import ValueType, decode
from leads.models import Door, Event, EvidenceSource
from leads.permissions import NotAllowed
from leads.services.evidence import Given, record_evidence
from leads.tenancy import Viewer, system

SUBMITTED = "self_assessment_submitted"


class AlreadySubmitted(DomainError):
    code = "already_submitted"


class AnswersMissing(DomainError):
    code = "questions_open"


class NothingAnswered(DomainError):
    code = "nothing_answered"


class TooManyCorrections(DomainError):
    code = "too_many_corrections"


@dataclass(frozen=True, slots=True)
class SelfAssessment:
    """A link with the part of the diagnosis that it opens, as it stands now."""

    link: ProspectLink
    part: OwnPart


class SelfAssessmentChanged(selectors.StaleRevision):
    """Somebody else used the link meanwhile; `now_at` is how it stands."""

    def __init__(self, now_at: SelfAssessment) -> None:
        super().__init__(
            "These answers were changed meanwhile, perhaps on another device. Here is how they stand now.",
            field="expectedRevision",
        )
        self.now_at = now_at


def read_self_assessment(*, by: Viewer, now: datetime) -> SelfAssessment:
    """Return the questions with the prospect's own answers; the first time is kept on the link."""
    link = _find(by, now)
    mark_opened(link, now)
    return SelfAssessment(link, part_of(link, now))


@transaction.atomic
def answer_self_assessment(
    *,
    question: str,
    value: Value | None,
    expected_revision: int,
    by: Viewer,
    now: datetime,
    fits: Callable[[ValueType], None] | None = None,
) -> SelfAssessment:
    """Keep one answer on the link, or correct one; None says that the prospect does not know.

    The diagnosis stays as it is. A door that knows in which form the value was given refuses it in `fits`,
    which is told what the question takes.
    """
    link, part = _writable(by, expected_revision, now)
    asked = part.ask(question)
    if fits is not None:
        fits(asked.value.type)
    if link.revision > CORRECTIONS_AT_MOST:
        raise TooManyCorrections("These answers were changed too often. Send them as they are.", field="question")
    given: Fact = Unknown(Reason.DOES_NOT_KNOW, (question,)) if value is None else check_value(asked, value)
    stored = encode_answer(given)
    link.answers = {**link.answers, question: stored}
    link.revision += 1
    link.opened_at = link.opened_at or now
    link.save(update_fields=("answers", "revision", "opened_at"))
    ProspectAnswer.objects.create(
        business=by.business, link=link, revision=link.revision, question=question, value=stored, at=now
    )
    return SelfAssessment(link, part_of(link, now))


@transaction.atomic
def submit_self_assessment(*, expected_revision: int, by: Viewer, now: datetime) -> SelfAssessment:
    """Send the answers: those about attributes are evidence from now on, and the lead is judged anew.

    All answers stay on the link, for whoever leads the diagnosis to confirm.
    """
    # A prospect may record nothing by itself: its answers are recorded on the business's behalf.
    recording = system(by.business, Door.PROSPECT)
    link, part = _writable(by, expected_revision, now, lead_for=recording)
    if not part.answered:
        raise NothingAnswered("Answer at least one question before you send your answers.")
    if not part.complete:
        missing = "; ".join(question.spec.text for question in part.still_required)
        raise AnswersMissing(f"These questions still need an answer, or “I do not know”: {missing}")
    link.submitted_at = now
    link.revision += 1
    link.save(update_fields=("submitted_at", "revision"))
    lead_id = link.diagnosis.lead_id
    data = {"link": link.pk, "diagnosis": link.diagnosis_id, "contact": link.contact_id}
    Event.objects.create(business=by.business, lead_id=lead_id, kind=SUBMITTED, at=now, data=data)
    for observed_at, learned in _learned(link, part, recording, now):
        record_evidence(
            lead_id=lead_id,
            values=learned,
            source=EvidenceSource.PROSPECT,
            said_by_id=link.contact_id,
            observed_at=observed_at,
            by=recording,
            now=now,
        )
    return SelfAssessment(link, part)


def part_of(link: ProspectLink, now: datetime) -> OwnPart:
    """Return the prospect's part: the diagnosis's answers overlaid by its own decide what is asked."""
    diagnosis = link.diagnosis
    diagnosis.lead.business = link.business
    plan = plan_of(diagnosis.version)
    own = own_answers(plan, link.answers)
    facts = kept_facts(plan, diagnosis) if diagnosis.completed_at else facts_of(plan, diagnosis.lead, now)
    today = selectors.local_day(link.business, diagnosis.completed_at or now)
    return own_part(plan, evaluate(plan, decode_answers(plan, diagnosis.answers) | own, facts, today), own)


def _find(by: Viewer, now: datetime, *, lock: bool = False) -> ProspectLink:
    """Return the viewer's own link; raise NotAllowed for anybody who has none, LinkNotValid if it opens no more."""
    if by.link is None:
        raise NotAllowed("A self-assessment is answered by a prospect, with a link.")
    links = ProspectLink.objects.filter(business=by.business, pk=by.link, kind=LinkKind.SELF_ASSESSMENT)
    if lock:  # first alone: what is joined to a row that was waited for is not read again
        list(links.select_for_update(of=("self",)).values_list("pk"))
    link = with_all(links).first()
    if link is None or not opens(link, now):
        raise LinkNotValid
    return link


def _writable(
    by: Viewer, expected: int, now: datetime, *, lead_for: Viewer | None = None
) -> tuple[ProspectLink, OwnPart]:
    """Return the viewer's link, locked, and its part; with `lead_for` the lead is locked for that viewer too.

    Who writes of the lead locks it before the first row that points to it, and looks again whether the link
    opens: while it waited, the lead may have been closed.
    """
    link = _find(by, now, lock=True)
    if lead_for is not None:
        link.diagnosis.lead = selectors.locked_lead(link.diagnosis.lead_id, lead_for)
        if not opens(link, now):
            raise LinkNotValid
    live.tell(live.topic("diagnosis", link.diagnosis_id))
    part = part_of(link, now)
    if link.revision != expected:
        raise SelfAssessmentChanged(SelfAssessment(link, part))
    if link.submitted_at is not None:
        raise AlreadySubmitted("You have sent your answers; they stay as they are.")
    return link, part


def _learned(link: ProspectLink, part: OwnPart, by: Viewer, now: datetime) -> list[tuple[datetime, dict[str, Given]]]:
    """Return what can be recorded, by when it was answered: attributes in use, with values they still take."""
    answered = {row.question: row.at for row in ProspectAnswer.objects.filter(link=link).order_by("id")}
    found = own_evidence(part)
    recordings: dict[datetime, dict[str, Given]] = {}
    for key, attribute in selectors.attributes_of(by, found).items():
        question, stored = found[key]
        value: Any = None if stored == DOES_NOT_KNOW else decode(attribute.spec, stored)
        if attribute.is_derived or (value is None and stored != DOES_NOT_KNOW):
            continue
        # Another machine's clock may have been ahead of this one's.
        recordings.setdefault(min(answered[question], now), {})[key] = value
    return sorted(recordings.items())
