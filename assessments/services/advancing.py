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
    """Return the verdict of the last diagnosis that was completed in this stage, if it advises to advance.

    Asked only where a move needs one. A lead that was reopened, or came back, needs a new diagnosis.
    """
    move = MOVES[Stage(lead.stage)].get(to)
    if move is None or not move.verdict:
        return None
    completed = Diagnosis.objects.filter(
        lead=lead, status=DiagnosisStatus.COMPLETED, completed_at__gte=lead.stage_since
    )
    last = completed.select_related("version__template").order_by("-completed_at", "-id").first()
    if last is None or last.advice != Advice.ADVANCE:
        return None
    likely = f"cost of the problem likely {by.business.currency} {last.cost_likely:,.0f} a year"
    cost = f"{likely}, not all of it known" if last.cost_high is None else likely
    return ports.Verdict(
        kind="diagnosis",
        global_id=global_id("Diagnosis", last.pk),
        reason=f"{last.version.template}: advance; {cost}; outlook {last.outlook.replace('_', ' ')}.",
        cost_low=last.cost_low,
        cost_likely=last.cost_likely,
        cost_high=last.cost_high,
        currency=by.business.currency,
    )
