"""Keeping a real lead as a test case of a draft."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from leads import permissions, selectors
from leads.domain.cases import judge_case
from leads.domain.errors import DomainError
from leads.domain.plan import Plan
from leads.domain.qualification import Judgement
from leads.domain.rules import Unknown
from leads.domain.schema_document import TestCase
from leads.domain.snapshot import DOES_NOT_KNOW, Snapshot
from leads.domain.values import decode
from leads.models import QualificationCase, QualificationVersion
from leads.services import versions
from leads.services.previewing import try_on_lead
from leads.tenancy import Viewer

NAME_AT_MOST = 200


class JudgedByAnother(DomainError):
    code = "judged_by_another"


class CaseDiffers(DomainError):
    code = "case_differs"


@transaction.atomic
def keep_as_case(*, version_id: int, lead_id: int | None, by: Viewer, now: datetime) -> QualificationCase:
    """Return a new test case of a draft: what it reads of a lead, as known today, and the level it comes to.

    The lead may change later; the case stays. Raises JudgedByAnother where the draft would not judge the
    lead, CaseDiffers where the lead's level rests on what a case cannot say.
    """
    permissions.require(by, "author")
    version = versions.locked(QualificationVersion, version_id, by, of="schema")
    versions.check_draft(version)
    trial = try_on_lead(version_id=version.pk, lead_id=lead_id, by=by, now=now)
    if trial.plan is None or trial.judgement is None or not trial.by_this:
        raise JudgedByAnother(
            f"{version} would not judge this lead, so the lead is no test of it. Choose another lead.", field="lead"
        )
    case = TestCase(
        name=(trial.lead.title or trial.lead.organization.name)[:NAME_AT_MOST],
        values=tuple(sorted(_values(trial.plan, trial.judgement, trial.lead.snapshot).items())),
        level=trial.judgement.level,
        on=selectors.local_day(by.business, now),
    )
    kept = judge_case(trial.plan, case)
    if kept.level != case.level:
        raise CaseDiffers(
            f"This lead is {case.level.name} because of how old its evidence is, and a test case has no age: it would "
            f"be {kept.level.name}. Write the case by hand.",
            field="lead",
        )
    last = version.test_cases.aggregate(last=Max("position"))["last"]
    return QualificationCase.objects.create(
        business_id=version.business_id,
        version=version,
        position=0 if last is None else last + 1,
        name=case.name,
        values=dict(case.values),
        level=case.level.value,
        on=case.on,
    )


def _values(plan: Plan, judgement: Judgement, snapshot: Snapshot) -> dict[str, Any]:
    """Return the stored values of what the plan reads; what is not known any more is what nobody knows.

    What was never asked is left out, so that what the attribute assumes then counts in the case too.
    """
    values: dict[str, Any] = {}
    for key, spec in plan.attributes.items():
        fact, entry = judgement.facts[key], snapshot.get(key)
        if spec.counts_days is not None:
            values[key] = f"{fact:f}"
        elif entry is not None:
            stale = isinstance(fact, Unknown) or decode(spec, entry["v"]) is None
            values[key] = DOES_NOT_KNOW if stale else entry["v"]
    return values
