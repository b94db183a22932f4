"""What becomes of leads when the process changes under them."""

from collections.abc import Sequence
from datetime import datetime

from leads import bulk
from leads.domain.stages import Stage
from leads.models import Lead, Stay, StayKind
from leads.tenancy import Viewer
from playbook.domain.process import ORDER, phase_of
from playbook.models import Phase, PhaseMove
from playbook.services.phases import specs_of

AT_ONCE = 2_000


def settle_leads(phases: Sequence[Phase], by: Viewer, now: datetime) -> int:
    """Let leads whose phase the process does not have for their stage enter the one that it has; return how many.

    Each gets a receipt and a new stay. Nothing else follows: no play answers that a manager arranged the process anew,
    and exit criteria are not asked.
    """
    specs = specs_of(phases)
    there = Lead.objects.filter(business=by.business, stage__in=[stage.value for stage in ORDER])
    moved = 0
    for stage, phase in sorted(there.order_by().values_list("stage", "phase").distinct()):
        target = phase_of(specs, Stage(stage), phase)
        to = target.key if target else ""
        while to != phase:
            rows = there.filter(stage=stage, phase=phase).order_by("pk")
            leads = list(rows.select_for_update(of=("self",), no_key=True)[:AT_ONCE])
            if not leads:
                break
            _enter(leads, phase, to, by, now)
            moved += len(leads)
    return moved


def _enter(leads: Sequence[Lead], before: str, to: str, by: Viewer, now: datetime) -> None:
    for lead in leads:
        lead.phase = to
    bulk.update(Lead, leads, ("phase",))
    ids = [lead.pk for lead in leads]
    going_on = list(Stay.objects.filter(lead__in=ids, kind=StayKind.PHASE, ended_at__isnull=True))
    for stay in going_on:
        stay.ended_at = max(stay.began_at, now)
    bulk.update(Stay, going_on, ("ended_at",))
    if to:
        rows = [(lead.business_id, lead.pk, StayKind.PHASE.value, to, now) for lead in leads]
        bulk.insert(Stay, ("business", "lead", "kind", "key", "began_at"), rows)
    PhaseMove.objects.bulk_create(
        PhaseMove(
            business_id=lead.business_id,
            lead=lead,
            from_phase=before,
            to_phase=to,
            at=now,
            author=by.membership,
            door=by.door,
        )
        for lead in leads
    )
