"""What a business makes of stall risks: with what it begins, and what its managers change."""

from dataclasses import dataclass

from django.db import transaction

from leads import permissions, selectors
from leads.domain.errors import DomainError
from leads.domain.reasons import ReasonKind
from leads.models import Business, Reason
from leads.services.lines import line
from leads.services.reasons import find_reason
from leads.tenancy import Viewer
from playbook.domain.stalling import DEFAULT_RISKS, RiskSeverity, StallKind
from playbook.models import StallRiskSetting


class RiskSettingRefused(DomainError):
    code = "stall_risk_setting_refused"


@dataclass(frozen=True, slots=True)
class RiskChanges:
    """What to change of a risk's setting; None leaves it as it is. A reason's key of 0 is that of no reason."""

    name: str | None = None
    active: bool | None = None
    days: int | None = None
    severity: RiskSeverity | None = None
    predicts_id: int | None = None
    predicts_nothing: bool = False


def begin_risks(business: Business) -> None:
    """Give a business the stall risks that every one begins with; its reasons must be there."""
    reasons = dict(Reason.objects.filter(business=business, kind=ReasonKind.LOST.value).values_list("key", "pk"))
    StallRiskSetting.objects.bulk_create(
        StallRiskSetting(
            business=business,
            key=default.key,
            name=default.name,
            severity=default.severity.value,
            days=default.days,
            predicts_id=reasons.get(default.predicts),
            position=position,
        )
        for position, default in enumerate(DEFAULT_RISKS)
    )


@transaction.atomic
def change_stall_risk(*, setting_id: int | None, changes: RiskChanges, by: Viewer) -> StallRiskSetting:
    """Change what a business makes of a risk; its key stays. Reviews of lost leads stay as they are."""
    permissions.require(by, "author")
    found = StallRiskSetting.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=setting_id or 0).first()
    if found is None:
        raise selectors.NotFound("There is no such stall risk.", field="risk")
    if changes.name is not None:
        found.name = line("name", changes.name, 200, required=True)
    if changes.active is not None:
        found.active = changes.active
    if changes.severity is not None:
        found.severity = changes.severity.value
    if changes.days is not None:
        if found.key != StallKind.NO_ACTIVITY.value:
            raise RiskSettingRefused("Days count for “no activity” only.", field="days")
        if not 1 <= changes.days <= 250:
            raise RiskSettingRefused("Give from 1 to 250 working days.", field="days")
        found.days = changes.days
    if changes.predicts_nothing:
        found.predicts = None
    elif changes.predicts_id is not None:
        found.predicts = _lost_for(changes.predicts_id, by)
    found.save()
    return found


def _lost_for(reason_id: int, by: Viewer) -> Reason | None:
    reason = find_reason(reason_id, by, field="predicts")
    if reason is not None and reason.kind != ReasonKind.LOST.value:
        raise RiskSettingRefused("Choose one of the reasons for which leads are lost.", field="predicts")
    return reason
