"""The time that leads spend in stages and phases, written with the change itself."""

from collections.abc import Sequence
from datetime import datetime

from leads import bulk
from leads.models import Lead, Stay, StayKind


def enter(lead: Lead, kind: StayKind, key: str, now: datetime) -> Stay | None:
    """End the lead's stay of this kind and begin one there; return the one that goes on.

    Where it is already, nothing changes; an empty key only ends. The lead's row must be locked, or new.
    """
    going_on = Stay.objects.filter(lead=lead, kind=kind, ended_at__isnull=True).first()
    if going_on is not None:
        if going_on.key == key:
            return going_on
        going_on.ended_at = max(going_on.began_at, now)
        going_on.save(update_fields=("ended_at",))
    if not key:
        return None
    return Stay.objects.create(business_id=lead.business_id, lead=lead, kind=kind, key=key, began_at=now)


def enter_stages(arrived: Sequence[Lead], moved: Sequence[Lead]) -> None:
    """Do so for the stages of many leads, new ones and such that moved; three statements at most.

    Each is where its `stage` says, since its `stage_since`.
    """
    since = {lead.pk: lead.stage_since for lead in moved}
    going_on = list(Stay.objects.filter(lead__in=since, kind=StayKind.STAGE, ended_at__isnull=True)) if since else []
    for stay in going_on:
        stay.ended_at = max(stay.began_at, since[stay.lead_id])
    bulk.update(Stay, going_on, ("ended_at",))
    begun = [
        (lead.business_id, lead.pk, StayKind.STAGE.value, lead.stage, lead.stage_since) for lead in [*arrived, *moved]
    ]
    bulk.insert(Stay, ("business", "lead", "kind", "key", "began_at"), begun)
