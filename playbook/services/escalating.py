"""Hand-offs that nobody answered in time."""

import logging
from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from leads import bulk, live
from leads.models import Business, Door, Event, Flag, FlagKind, Lead, Membership, Role
from leads.services.absences import stand_in_for
from leads.tenancy import Viewer, system, within
from playbook.domain.happenings import Happening
from playbook.domain.steps import HandOffStatus
from playbook.models import HandOff
from playbook.services.assigning import away_among
from playbook.services.hand_offs import withdraw_open

AT_ONCE = 500

logger = logging.getLogger(__name__)


def escalate_overdue(now: datetime, at_most: int = AT_ONCE) -> int:
    """Escalate open hand-offs that are past due, the longest due first; return how many were.

    Each is escalated once: twice at the same time, and late, is as good as once in time. Those whose lead somebody
    works on at this moment are left for the next time. One whose lead moved on by a way that nobody was told of is
    withdrawn instead. What goes wrong in one business is raised in the end, when the others are done.
    """
    escalated = 0
    broken: dict[int, Exception] = {}
    while True:
        found = list(
            overdue_hand_offs(now).exclude(business__in=broken).values_list("business_id", "lead_id")[:at_most]
        )
        leads: dict[int, list[int]] = defaultdict(list)
        for business_id, lead_id in found:
            leads[business_id].append(lead_id)
        done = 0
        for business in Business.objects.filter(pk__in=leads).order_by("pk"):
            try:
                done += _escalate(business, leads[business.pk], now)
            except Exception as error:
                logger.exception("The hand-offs of %s that are overdue could not be escalated.", business.slug)
                broken[business.pk] = error
        escalated += done
        if len(found) < at_most or not (done or broken.keys() & leads.keys()):
            break
    if broken:
        raise next(iter(broken.values()))
    return escalated


def overdue_hand_offs(now: datetime) -> QuerySet[HandOff]:
    """Return what nobody answered in time and nobody was told of, of all businesses, the longest due first."""
    waiting = HandOff.objects.filter(status=HandOffStatus.OFFERED, overdue_at__isnull=True, due_at__lte=now)
    return waiting.order_by("due_at", "pk")


def _escalate(business: Business, lead_ids: list[int], now: datetime) -> int:
    by = system(business, Door.COMMAND)
    with within(by), transaction.atomic():
        locked = Lead.objects.filter(pk__in=lead_ids).select_for_update(of=("self",), skip_locked=True).order_by("pk")
        leads = {lead.pk: lead for lead in locked}
        found = list(
            overdue_hand_offs(now)
            .filter(lead__in=leads)
            .select_for_update(of=("self",))
            .select_related("offered_to__user", "rule__escalate_to__user")
            .order_by("lead_id")
        )
        late = [hand_off for hand_off in found if hand_off.stage == leads[hand_off.lead_id].stage]
        for hand_off in found:
            if hand_off not in late:
                withdraw_open(leads[hand_off.lead_id], "The lead moved on.", by, now)
        managers = _managers(by, now) if late else []
        for hand_off in late:
            hand_off.overdue_at, hand_off.escalated_to = now, _whom(hand_off, managers, now)
        bulk.update(HandOff, late, ("overdue_at", "escalated_to"))
        Event.objects.bulk_create(_event(hand_off, now) for hand_off in late)
        Flag.objects.bulk_create(_flag(hand_off, leads, business, now) for hand_off in late)
        live.tell_of_leads(business.pk, [hand_off.lead_id for hand_off in late])
    return len(late)


def _managers(by: Viewer, now: datetime) -> list[Membership]:
    """Return the managers in the order of their beginning, those who are there before those who are away."""
    found = list(
        Membership.objects.visible_to(by)
        .filter(role=Role.MANAGER, is_active=True)
        .select_related("user")
        .order_by("pk")
    )
    away = away_among({member.pk for member in found}, by, now)
    return sorted(found, key=lambda member: (member.pk in away, member.pk))


def _whom(hand_off: HandOff, managers: list[Membership], now: datetime) -> Membership | None:
    """Return who must see to it: whom the rule names or who stands in for them, else a manager."""
    named = hand_off.rule.escalate_to if hand_off.rule else None
    found = stand_in_for(named, now) if named is not None else None
    return found or next(iter(managers), None)


def _event(hand_off: HandOff, now: datetime) -> Event:
    return Event(
        business_id=hand_off.business_id,
        lead_id=hand_off.lead_id,
        kind=Happening.HAND_OFF_OVERDUE.value,
        key=f"hand_off:{hand_off.pk}",
        at=now,
        data={"hand_off": hand_off.pk, "kind": hand_off.kind},
    )


def _flag(hand_off: HandOff, leads: Mapping[int, Lead], business: Business, now: datetime) -> Flag:
    whom = hand_off.offered_to.user if hand_off.offered_to else f"all of {hand_off.get_role_display().lower()}"
    to = f" {hand_off.escalated_to.user} must see to it." if hand_off.escalated_to else ""
    at = hand_off.due_at.astimezone(business.zone)
    return Flag(
        business_id=hand_off.business_id,
        lead_id=hand_off.lead_id,
        kind=FlagKind.RAISED.value,
        reason=f"Offered to {whom}, to be answered by {at:%Y-%m-%d %H:%M}, and was not.{to}",
        raised_at=now,
    )
