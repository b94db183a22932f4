"""What who rejects a lead as not ready to buy is told of it."""

from leads.domain import explanation
from leads.domain.qualification import Outcome
from leads.models import Lead
from leads.services.judges import plan_of
from playbook.domain.sql_meaning import answer_to_not_ready


def answer_for(lead: Lead) -> str:
    """Return the definition of an SQL, and which criteria of which schema the lead meets as it was judged last."""
    qualification = lead.qualification
    if qualification is None:
        return answer_to_not_ready("", (), (), ())
    plan = plan_of(qualification.version_id, qualification.version.checksum)
    judgement = explanation.unpack(plan, qualification.explanation, qualification.order_ready)
    said: dict[Outcome, list[str]] = {outcome: [] for outcome in Outcome}
    for result in judgement.results:
        said[result.outcome].append(result.spec.label)
    return answer_to_not_ready(plan.document.name, said[Outcome.MET], said[Outcome.NOT_MET], said[Outcome.UNKNOWN])
