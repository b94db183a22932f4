"""What a completed diagnosis leaves behind as evidence."""

from datetime import datetime
from typing import Any

from assessments.domain.answers import evidence_of
from assessments.domain.engine import Evaluation, Standing
from assessments.domain.plan import TemplatePlan
from assessments.models import Diagnosis
from assessments.services.editions import earlier_completed, given_rows
from assessments.services.evaluating import evaluation_of
from assessments.services.taking_back import in_force, recordings_to_leave_out
from leads import selectors
from leads.domain.snapshot import DOES_NOT_KNOW
from leads.domain.values import decode
from leads.models import EvidenceSource
from leads.services.evidence import Given, record_evidence
from leads.tenancy import Viewer


def write_evidence(diagnosis: Diagnosis, plan: TemplatePlan, evaluation: Evaluation, by: Viewer, now: datetime) -> None:
    """Record what was learned, each value as of when it was said and by whom, so that newer evidence stands.

    An amendment records only what it found otherwise than the edition that it amends. What it no longer says, while the
    lead is judged by it, it records as not known, and what others said stands again.
    """
    learned = evidence_of(plan, evaluation)
    earlier = earlier_completed(diagnosis)
    own: dict[str, datetime] = {}
    if earlier is not None:
        before = evidence_of(*evaluation_of(earlier, now))
        own = in_force(diagnosis, {key: stored for key, stored in before.items() if learned.get(key) != stored})
        learned = {key: stored for key, stored in learned.items() if before.get(key) != stored}
        learned |= {key: dict(DOES_NOT_KNOW) for key in own if key not in learned}
    values = _evidence(learned, by)
    if not values:
        return
    given = given_rows(diagnosis)
    recordings: dict[tuple[datetime, int | None], dict[str, Given]] = {}
    for key, value in values.items():
        wanted = Standing.DOES_NOT_KNOW if value is None else Standing.ANSWERED
        asked = [
            given[question.key]
            for question in plan.questions.values()
            if question.attribute == key and evaluation.standing[question.key] is wanted
        ]
        at, said_by_id = (asked[-1].at, asked[-1].said_by_id) if asked else (now, None)  # hidden: nobody said it
        recordings.setdefault((at, said_by_id), {})[key] = value
    for (at, said_by_id), recorded in sorted(recordings.items(), key=lambda entry: entry[0][0]):
        record_evidence(
            lead_id=diagnosis.lead_id,
            values=recorded,
            source=EvidenceSource.DIAGNOSIS,
            observed_at=at,
            said_by_id=said_by_id,
            taken_back={
                key: recordings_to_leave_out(diagnosis, key, now)
                for key, value in recorded.items()
                if key in own and (value is None or at < own[key])
            },
            by=by,
            now=now,
        )


def _evidence(learned: dict[str, Any], by: Viewer) -> dict[str, Given]:
    """Return what can be recorded of what was learned: attributes in use, with values they still take."""
    values: dict[str, Given] = {}
    for key, attribute in selectors.attributes_of(by, learned).items() if learned else ():
        if learned[key] == DOES_NOT_KNOW:
            values[key] = None
            continue
        value = decode(attribute.spec, learned[key])
        if value is not None and not attribute.is_derived:
            values[key] = value
    return values
