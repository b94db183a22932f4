"""What becomes of what is to be done on a lead that is merged into another one."""

from collections.abc import Sequence

from leads.domain.merging import Moved
from leads.models import Lead
from leads.ports import MergeStep, Merging
from playbook.domain.steps import StepStatus
from playbook.models import NextStep, QueuePlace
from playbook.services.hand_offs import withdraw_open
from playbook.services.ranking import rank_leads


def move(merging: Merging) -> Sequence[Moved]:
    """Let open next steps follow, and withdraw the hand-off that is open; what is done or decided stays."""
    if not isinstance(merging.kept, Lead) or not isinstance(merging.gone, Lead):
        return ()
    withdraw_open(merging.gone, f"The lead was merged into “{merging.kept}”.", merging.by, merging.now)
    steps = NextStep.objects.filter(lead=merging.gone.pk, status=StepStatus.OPEN)
    moved = steps.update(lead=merging.kept)
    QueuePlace.objects.filter(lead=merging.gone.pk).delete()
    rank_leads(merging.by.business, [merging.kept.pk], merging.now)
    return [Moved("next step", "next steps", moved)]


step = MergeStep(
    keys=frozenset(
        {
            *("playbook.NextStep.lead", "playbook.HandOff.lead", "playbook.PlayRun.lead", "playbook.PhaseMove.lead"),
            *("playbook.Delivery.lead", "playbook.QueuePlace.lead", "playbook.LossReview.lead"),
        }
    ),
    move=move,
)
