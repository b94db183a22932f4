"""When something was last done with leads."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Max

from assessments.models import Answer
from leads.models import Engagement, Evidence, Lead, Transition
from playbook.domain.steps import StepStatus
from playbook.models import NextStep


def last_activity(lead_ids: Sequence[int], *, without_move: int = 0) -> dict[int, datetime]:
    """Return when something was last done with each lead: a touch, evidence, an answer, a move or a done step.

    Where nothing was, when it began. Six queries for any number of leads. One move may be left out, by its key.
    """
    last: dict[int, datetime] = dict(Lead.objects.filter(pk__in=lead_ids).values_list("pk", "created_at"))
    done = NextStep.objects.filter(status=StepStatus.DONE)
    for rows, lead, at in (
        (Engagement.objects.all(), "lead_id", "recorded_at"),
        (Evidence.objects.all(), "lead_id", "recorded_at"),
        (Answer.objects.all(), "diagnosis__lead_id", "at"),
        (Transition.objects.exclude(pk=without_move), "lead_id", "at"),
        (done, "lead_id", "closed_at"),
    ):
        latest = rows.filter(**{f"{lead}__in": lead_ids}).order_by().values_list(lead).annotate(last=Max(at))
        for lead_id, moment in latest:
            last[lead_id] = max(moment, last[lead_id])
    return last
