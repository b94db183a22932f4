"""What the rows of the playbook are searched by: one definition for every door."""

from typing import Any

import django_filters as filters
from django.db.models import Q, QuerySet

from leads.filters import AnyOf, IdFilter, LeadFilterSet, TenantFilterSet
from leads.models import Absence, Door, Lead, Role
from playbook.domain.steps import HandOffStatus, StepStatus
from playbook.models import EventFailure, HandOff, NextStep, PhaseMove, PlayRun
from playbook.models.hand_offs import KINDS, STATUSES
from playbook.models.plays import HAPPENINGS, RUN_STATUSES, STEP_KINDS
from playbook.models.steps import STEP_STATUSES
from playbook.selectors import without_next_step


class HandOffFilterSet(TenantFilterSet):
    status = filters.MultipleChoiceFilter(choices=STATUSES, distinct=False, help_text="What became of them.")
    kind = filters.MultipleChoiceFilter(choices=KINDS, distinct=False, help_text="To inside sales, or to sales.")
    mine = filters.BooleanFilter(
        method="by_me",
        help_text="True: offered to you, to all of your role, or to somebody for whom you stand in. False: to others.",
    )
    open = filters.BooleanFilter(method="by_open", help_text="True: those that wait for an answer. False: the others.")
    overdue = filters.BooleanFilter(
        method="by_overdue", help_text="True: those that wait for an answer past their time. False: the others."
    )
    lead = IdFilter(field_name="lead_id", of="Lead", help_text="Of this lead.")
    offered_to = IdFilter(field_name="offered_to_id", of="Membership", help_text="Offered to this member.")
    offered_by = IdFilter(field_name="offered_by_id", of="Membership", help_text="Offered by this member.")
    rule = IdFilter(field_name="rule_id", of="HandOffRule", help_text="Offered by this rule.")
    reason = IdFilter(field_name="reason_id", of="Reason", help_text="Rejected for this reason.")
    offered_from = filters.IsoDateTimeFilter(
        field_name="offered_at", lookup_expr="gte", help_text="Offered then or later."
    )
    offered_before = filters.IsoDateTimeFilter(
        field_name="offered_at", lookup_expr="lt", help_text="Offered before then."
    )
    due_before = filters.IsoDateTimeFilter(
        field_name="due_at", lookup_expr="lt", help_text="To be answered before then."
    )

    class Meta:
        model = HandOff
        fields: list[str] = []

    def by_me(self, queryset: QuerySet[HandOff], name: str, wanted: bool) -> QuerySet[HandOff]:
        member = self.viewer.membership
        if member is None:
            return queryset.none() if wanted else queryset
        mine = Q(offered_to__in=[member.pk, *self._stood_in_for(member.pk)])
        mine |= Q(offered_to__isnull=True, role=member.role)
        return queryset.filter(mine if wanted else ~mine)

    def by_open(self, queryset: QuerySet[HandOff], name: str, wanted: bool) -> QuerySet[HandOff]:
        waiting = Q(status=HandOffStatus.OFFERED)
        return queryset.filter(waiting if wanted else ~waiting)

    def by_overdue(self, queryset: QuerySet[HandOff], name: str, wanted: bool) -> QuerySet[HandOff]:
        overdue = Q(status=HandOffStatus.OFFERED, due_at__lte=self.now)
        return queryset.filter(overdue if wanted else ~overdue)

    def _stood_in_for(self, member: int) -> list[int]:
        """Return whose work a member does now, also where their stand-ins are away too."""
        lasting = Q(ends_at__isnull=True) | Q(ends_at__gt=self.now)
        rows = Absence.objects.visible_to(self.viewer).filter(lasting, starts_at__lte=self.now).order_by("id")
        away: dict[int, Any] = dict(rows.values_list("member_id", "stand_in_id"))
        found = []
        for gone in away:
            doing, passed = away[gone], {gone}
            while doing in away and doing not in passed:
                passed.add(doing)
                doing = away[doing]
            if doing == member and doing not in away:
                found.append(gone)
        return found


class NextStepFilterSet(TenantFilterSet):
    status = filters.MultipleChoiceFilter(choices=STEP_STATUSES, distinct=False, help_text="Open, done or skipped.")
    kind = filters.MultipleChoiceFilter(choices=STEP_KINDS, distinct=False, help_text="Of one of these kinds.")
    lead = IdFilter(field_name="lead_id", of="Lead", help_text="On this lead.")
    assigned_to = IdFilter(field_name="assigned_to_id", of="Membership", help_text="This member's.")
    role = filters.MultipleChoiceFilter(
        choices=Role.choices, method="by_role", help_text="For whoever of one of these roles; nobody is named."
    )
    overdue = filters.BooleanFilter(
        method="by_overdue", help_text="True: open and due before now, snoozed ones too. False: all others."
    )
    due_from = filters.IsoDateTimeFilter(field_name="due_at", lookup_expr="gte", help_text="Due then or later.")
    due_before = filters.IsoDateTimeFilter(field_name="due_at", lookup_expr="lt", help_text="Due before then.")
    closed_from = filters.IsoDateTimeFilter(
        field_name="closed_at", lookup_expr="gte", help_text="Done or skipped then or later."
    )
    closed_before = filters.IsoDateTimeFilter(
        field_name="closed_at", lookup_expr="lt", help_text="Done or skipped before then."
    )

    class Meta:
        model = NextStep
        fields: list[str] = []

    def by_role(self, queryset: QuerySet[NextStep], name: str, roles: list[str]) -> QuerySet[NextStep]:
        return queryset.filter(assigned_to__isnull=True, role__in=roles) if roles else queryset

    def by_overdue(self, queryset: QuerySet[NextStep], name: str, overdue: Any) -> QuerySet[NextStep]:
        late = Q(status=StepStatus.OPEN, due_at__lt=self.now)
        return queryset.filter(late if overdue else ~late)


class IdleLeadFilterSet(LeadFilterSet):
    """Leads, limited to open SQLs and opportunities for which nothing is planned."""

    class Meta:
        model = Lead
        fields: list[str] = []

    @property
    def qs(self) -> QuerySet[Any]:
        return without_next_step(super().qs)


class PhaseMoveFilterSet(TenantFilterSet):
    lead = IdFilter(field_name="lead_id", of="Lead", help_text="Of this lead.")
    author = IdFilter(field_name="author_id", of="Membership", help_text="By this member.")
    from_phase = AnyOf(
        field_name="from_phase", lookup_expr="in", help_text="Out of one of these phases, by their keys."
    )
    to_phase = AnyOf(field_name="to_phase", lookup_expr="in", help_text="Into one of these, by their keys.")
    door = filters.MultipleChoiceFilter(choices=Door.choices, distinct=False, help_text="By one of these doors.")
    overridden = filters.BooleanFilter(
        method="by_override", help_text="True: though something did not hold. False: the others."
    )
    at_from = filters.IsoDateTimeFilter(field_name="at", lookup_expr="gte", help_text="Then or later.")
    at_before = filters.IsoDateTimeFilter(field_name="at", lookup_expr="lt", help_text="Before then.")

    class Meta:
        model = PhaseMove
        fields: list[str] = []

    def by_override(self, queryset: QuerySet[PhaseMove], name: str, wanted: bool) -> QuerySet[PhaseMove]:
        return queryset.exclude(override_reason="") if wanted else queryset.filter(override_reason="")


class PlayRunFilterSet(TenantFilterSet):
    play = IdFilter(field_name="play_id", of="Play", help_text="Of this play.")
    lead = IdFilter(field_name="lead_id", of="Lead", help_text="For this lead.")
    status = filters.MultipleChoiceFilter(choices=RUN_STATUSES, distinct=False, help_text="What became of them.")
    at_from = filters.IsoDateTimeFilter(field_name="at", lookup_expr="gte", help_text="Then or later.")
    at_before = filters.IsoDateTimeFilter(field_name="at", lookup_expr="lt", help_text="Before then.")

    class Meta:
        model = PlayRun
        fields: list[str] = []


class EventFailureFilterSet(TenantFilterSet):
    happening = filters.MultipleChoiceFilter(
        field_name="event__kind", choices=HAPPENINGS, distinct=False, help_text="Of one of these happenings."
    )
    lead = IdFilter(field_name="event__lead_id", of="Lead", help_text="Of this lead.")
    open = filters.BooleanFilter(
        field_name="solved_at", lookup_expr="isnull", help_text="True: those that are not solved. False: the others."
    )
    given_up = filters.BooleanFilter(
        method="by_given_up", help_text="True: those that wait until somebody asks. False: the others."
    )

    class Meta:
        model = EventFailure
        fields: list[str] = []

    def by_given_up(self, queryset: QuerySet[EventFailure], name: str, wanted: bool) -> QuerySet[EventFailure]:
        gone = Q(try_again_at__isnull=True, solved_at__isnull=True)
        return queryset.filter(gone if wanted else ~gone)
