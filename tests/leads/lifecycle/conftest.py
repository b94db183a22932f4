"""A business with somebody of every role, and leads on their way."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from leads import services
from leads.domain.stages import MOVES, Stage
from leads.models import Door, Lead, Role
from leads.tenancy import Viewer, system
from tests.causes import cause

SQL_VALUES = {"has_pain": True, "employees": Decimal(500), "decision": date(2026, 4, 1)}
AHEAD = date(2099, 1, 31)
CAUSES = {Stage.DISQUALIFIED: "problem_too_small", Stage.LOST: "competitor_or_price"}
WAYS: dict[Stage, tuple[Stage, ...]] = {
    Stage.INQUIRY: (),
    Stage.MQL: (Stage.MQL,),
    Stage.SAL: (Stage.MQL, Stage.SAL),
    Stage.SQL: (Stage.SQL,),
    Stage.OPPORTUNITY: (Stage.SQL, Stage.OPPORTUNITY),
    Stage.CUSTOMER: (Stage.SQL, Stage.OPPORTUNITY, Stage.CUSTOMER),
    Stage.NURTURE: (Stage.NURTURE,),
    Stage.DISQUALIFIED: (Stage.DISQUALIFIED,),
    Stage.LOST: (Stage.SQL, Stage.OPPORTUNITY, Stage.LOST),
}


def asked_of(business: Any, start: Stage, to: Stage) -> dict[str, Any]:
    """Return all that a move asks for besides the level; of an illegal one, what would be sensible."""
    move = MOVES[start].get(to)
    asked: dict[str, Any] = {}
    if to in CAUSES:
        asked["cause_id"] = cause(business, CAUSES[to])
    if to == Stage.LOST:
        asked["competitor"] = "Umbrella"
    if to == Stage.NURTURE:
        asked["nurture_until"] = AHEAD
    if to == Stage.OPPORTUNITY and start != Stage.CUSTOMER:
        asked["override_reason"] = "They signed already"
    if move is None or move.reason:
        asked["reason"] = "They said so"
    return asked


@pytest.fixture
def team(business, join, manager, rep, viewer) -> dict[Role | None, Viewer]:
    """One member of every role, and under None the system."""
    return {
        Role.MANAGER: manager,
        Role.SALES: rep,
        Role.INSIDE_SALES: join(business, Role.INSIDE_SALES),
        Role.MARKETING: join(business, Role.MARKETING),
        Role.VIEWER: viewer,
        None: system(business, Door.PLAY),
    }


@pytest.fixture
def lead_at(business, publish, make_lead, manager, now) -> Callable[..., Lead]:
    """Bring a new lead, of which all is known that makes an SQL, to a stage."""
    publish(business)

    def brought(stage: Stage, **given: Any) -> Lead:
        lead = make_lead(manager, title="Orders", values=SQL_VALUES, **given)
        for to in WAYS[stage]:
            lead.refresh_from_db()
            services.move_lead(
                lead_id=lead.pk,
                to=to,
                expected_revision=lead.revision,
                by=system(business, Door.PLAY),
                now=now,
                **asked_of(business, Stage(lead.stage), to),
            )
        return Lead.objects.get(pk=lead.pk)

    return brought
