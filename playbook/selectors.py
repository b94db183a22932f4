"""Reads of next steps that several doors share."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from leads.models import Business, Lead, Membership, Role
from leads.selectors import next_midnight
from leads.tenancy import Viewer
from playbook.domain.ranking_work import DIAGNOSED
from playbook.domain.steps import StepStatus
from playbook.models import NextStep


def leads_without_next_step(viewer: Viewer | None) -> QuerySet[Lead]:
    """Return the open SQLs and opportunities for which nothing is planned: every one should have a dated next step."""
    return without_next_step(Lead.objects.visible_to(viewer))


def without_next_step(leads: QuerySet[Lead]) -> QuerySet[Lead]:
    planned = NextStep.objects.filter(lead=OuterRef("pk"), status=StepStatus.OPEN)
    return leads.filter(~Exists(planned), stage__in=[stage.value for stage in DIAGNOSED])


def due_steps(business: Business, now: datetime) -> QuerySet[NextStep]:
    """Return the open steps that are overdue or due today by the business's clocks, and not snoozed."""
    awake = Q(snoozed_until__isnull=True) | Q(snoozed_until__lte=now)
    return NextStep.objects.filter(
        awake, business=business, status=StepStatus.OPEN, due_at__lt=next_midnight(business, now)
    )


def steps_for(members: Collection[Membership], role: Role | None) -> Q:
    """Return the condition that a step is one of these members', or whoever's of the role."""
    found = Q(assigned_to__in=[member.pk for member in members])
    return found | Q(assigned_to__isnull=True, role=role.value) if role is not None else found
