"""A diagnosis's row: found and locked, checked before it is written, and the figures kept on it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Max

from assessments import ports
from assessments.domain.template import Dimension
from assessments.models import UNFINISHED, Conversation, Diagnosis, DiagnosisStatus
from assessments.services.evaluating import evaluation_of
from leads import live, selectors
from leads.domain.errors import DomainError
from leads.domain.stages import CLOSED, Stage
from leads.models import Event, Lead
from leads.services.lines import words
from leads.services.moves import LeadIsClosed
from leads.tenancy import Viewer

STARTED, COMPLETED = "diagnosis_started", "diagnosis_completed"
ABANDONED, AMENDED = "diagnosis_abandoned", "diagnosis_amended"
VERDICT_CHANGED = "verdict_changed"


class DiagnosisRunning(DomainError):
    code = "diagnosis_running"


class DiagnosisPaused(DomainError):
    code = "diagnosis_paused"


class DiagnosisCompleted(DomainError):
    code = "diagnosis_completed"


class DiagnosisAbandoned(DomainError):
    code = "diagnosis_abandoned"


class ReasonMissing(DomainError):
    code = "reason_missing"


class DiagnosisChanged(selectors.StaleRevision):
    """Somebody was faster; `diagnosis` is how it stands now."""

    def __init__(self, diagnosis: Diagnosis, expected: int) -> None:
        super().__init__(
            f"Somebody answered meanwhile: the diagnosis is at revision {diagnosis.revision}, "
            f"you expected {expected}. Here is how it stands now.",
            field="expectedRevision",
        )
        self.diagnosis = diagnosis


def locked_diagnosis(diagnosis_id: int | None, by: Viewer) -> Diagnosis:
    """Return the diagnosis, its row locked until the transaction ends; raise NotFound.

    Who watches it or its lead is told when the transaction is committed.
    """
    wanted = (
        Diagnosis.objects.visible_to(by)
        .select_for_update(of=("self",))
        .select_related("version", "lead")
        .defer("version__document")
        .filter(pk=diagnosis_id or 0)
    )
    # PostgreSQL leaves a row out that got another lead while it was waited for: it is there when asked again.
    found = wanted.first() or wanted.first()
    if found is None:
        raise selectors.NotFound("There is no such diagnosis.", field="diagnosis")
    found.business = found.lead.business = by.business
    tell_watchers(found)
    return found


def tell_watchers(diagnosis: Diagnosis) -> None:
    """Tell who watches this diagnosis or its lead, when the transaction is committed."""
    live.tell(live.topic("diagnosis", diagnosis.pk), live.topic("lead", diagnosis.lead_id))


def check_expected(diagnosis: Diagnosis, expected: int) -> None:
    """Raise DiagnosisChanged with the current state if somebody was faster."""
    if diagnosis.revision != expected:
        raise DiagnosisChanged(diagnosis, expected)


def check_unfinished(diagnosis: Diagnosis) -> None:
    """Raise DiagnosisCompleted or DiagnosisAbandoned: what is over stays as it is."""
    if diagnosis.status == DiagnosisStatus.COMPLETED:
        raise DiagnosisCompleted(
            "This diagnosis is completed; its answers stay as they are. Amend it to change them.", field="diagnosis"
        )
    if diagnosis.status == DiagnosisStatus.ABANDONED:
        raise DiagnosisAbandoned("This diagnosis was abandoned. Begin a new one.", field="diagnosis")


def check_running(diagnosis: Diagnosis) -> None:
    """Raise unless the diagnosis runs."""
    check_unfinished(diagnosis)
    if diagnosis.status == DiagnosisStatus.PAUSED:
        raise DiagnosisPaused("This diagnosis is paused. Resume it first.", field="diagnosis")


def check_open(lead: Lead, field: str = "diagnosis") -> None:
    """Raise LeadIsClosed."""
    if Stage(lead.stage) in CLOSED:
        raise LeadIsClosed(f"This lead is closed ({lead.stage}). Reopen it first.", field=field)


def check_writable(diagnosis: Diagnosis, expected: int) -> None:
    """Raise DiagnosisChanged with the current state, LeadIsClosed, or that the diagnosis does not run."""
    check_expected(diagnosis, expected)
    check_running(diagnosis)
    check_open(diagnosis.lead)


def check_none_under_way(lead: Lead, template_id: int, name: object) -> None:
    """Raise DiagnosisRunning if one with this template is running or paused."""
    if Diagnosis.objects.filter(lead=lead, version__template=template_id, status__in=UNFINISHED).exists():
        raise DiagnosisRunning(f"A diagnosis with {name} is under way for this lead: go on with it.", field="lead")


def given_reason(reason: str) -> str:
    """Return the reason without blanks around it; raise ReasonMissing, or FieldRefused if it is too long."""
    given = words("reason", reason)
    if not given:
        raise ReasonMissing("Say why.", field="reason")
    return given


# --- Conversations -------------------------------------------------------------------------------


def begin_conversation(diagnosis: Diagnosis, by: Viewer, now: datetime) -> None:
    """Open the next conversation of a saved diagnosis; the caller saves `conversation`."""
    last = Conversation.objects.filter(diagnosis=diagnosis).aggregate(last=Max("number"))["last"] or 0
    diagnosis.conversation = Conversation.objects.create(
        business=by.business, diagnosis=diagnosis, number=last + 1, started_at=now, started_by=by.membership
    )


def end_conversation(diagnosis: Diagnosis, now: datetime) -> None:
    """Close the conversation under way, if there is one; the caller saves `conversation`."""
    if diagnosis.conversation_id is not None:
        Conversation.objects.filter(pk=diagnosis.conversation_id).update(ended_at=now)
    diagnosis.conversation = None


# --- What is kept on the row ---------------------------------------------------------------------

RESULTS = (
    "good_problem",
    "will_act",
    "justifies",
    "outlook",
    "advice",
    "nurture_until",
    "urgency",
    "cost_low",
    "cost_likely",
    "cost_high",
)


VERDICT = ("good_problem", "will_act", "justifies", "outlook", "advice")


def verdict_of(diagnosis: Diagnosis) -> dict[str, str]:
    """Return the four answers and the advice as they are kept on the row."""
    return {name: str(getattr(diagnosis, name)) for name in VERDICT}


def keep_results(diagnosis: Diagnosis, now: datetime) -> None:
    """Set the figures that lists and reports read."""
    _, evaluation = evaluation_of(diagnosis, now)
    verdict, cost = evaluation.verdict, evaluation.cost
    for answer in ("good_problem", "will_act", "justifies"):
        setattr(diagnosis, answer, getattr(verdict, answer).decision.value)
    diagnosis.outlook, diagnosis.advice = verdict.outlook.value, verdict.advice.value
    diagnosis.nurture_until = verdict.nurture_until
    urgency = evaluation.scores.get(Dimension.URGENCY)
    diagnosis.urgency = None if urgency is None else urgency.value
    diagnosis.cost_low, diagnosis.cost_likely, diagnosis.cost_high = cost.low, cost.likely, cost.high


def follow(diagnosis: Diagnosis, now: datetime) -> None:
    """Let other apps keep in step with a saved diagnosis whose figures or status changed."""
    for follower in ports.when_diagnosis_changed:
        follower(diagnosis, now)


def tell(diagnosis: Diagnosis, kind: str, now: datetime) -> None:
    """Write the event that something became of this diagnosis."""
    data: dict[str, Any] = {"diagnosis": diagnosis.pk, "advice": diagnosis.advice, "revision": diagnosis.revision}
    Event.objects.create(business_id=diagnosis.business_id, lead_id=diagnosis.lead_id, kind=kind, at=now, data=data)


def tell_changed_verdict(diagnosis: Diagnosis, before: Mapping[str, str], now: datetime, *, locked: bool) -> None:
    """Write the event that the verdict says something else than before; nothing if it says the same.

    Who has not locked the lead's row yet locks it here, since a lead's events are written in their order.
    """
    after = verdict_of(diagnosis)
    changed = [name for name in VERDICT if before[name] != after[name]]
    if not changed:
        return
    if not locked:
        Lead.objects.select_for_update(of=("self",)).values_list("pk").get(pk=diagnosis.lead_id)
    data = {"diagnosis": diagnosis.pk, "from": before["advice"], "to": after["advice"], "changed": changed}
    Event.objects.create(
        business_id=diagnosis.business_id, lead_id=diagnosis.lead_id, kind=VERDICT_CHANGED, at=now, data=data
    )
