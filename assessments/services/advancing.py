"""What a diagnosis has to say when its lead is moved."""

from datetime import datetime

from assessments.domain.template import Advice
from assessments.models import Diagnosis, DiagnosisStatus
from leads import ports
from leads.domain.stages import MOVES, Stage
from leads.global_ids import global_id
from leads.models import Lead
from leads.tenancy import Viewer


def advising_verdict(lead: Lead, to: Stage, by: Viewer, now: datetime) -> ports.Verdict | None:
    """Return the verdict of the lead's last completed diagnosis if it advises to advance.

    Asked only where a move needs one; a later diagnosis counts instead of an earlier one.
    """
    move = MOVES[Stage(lead.stage)].get(to)
    if move is None or not move.verdict:
        return None
    completed = Diagnosis.objects.filter(lead=lead, status=DiagnosisStatus.COMPLETED)
    last = completed.select_related("version__template").order_by("-completed_at", "-id").first()
    if last is None or last.advice != Advice.ADVANCE:
        return None
    cost = f"cost of the problem likely {last.cost_likely:,.0f} a year" if last.cost_likely else "cost not complete"
    return ports.Verdict(
        kind="diagnosis",
        global_id=global_id("Diagnosis", last.pk),
        reason=f"{last.version.template}: advance; {cost}; outlook {last.outlook.replace('_', ' ')}.",
    )
