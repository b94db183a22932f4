"""A business with somebody of every role and leads at every stage, whose offers are easily made."""

from collections.abc import Callable
from typing import Any

import pytest

from leads.domain.stages import Stage
from leads.models import Lead, Role
from leads.tenancy import Viewer
from playbook import services
from playbook.models import HandOff
from tests.leads.lifecycle.conftest import lead_at, team

__all__ = ["lead_at", "team"]


@pytest.fixture
def viewer(business, join) -> Viewer:
    return join(business, Role.VIEWER)


@pytest.fixture
def inside(team) -> Viewer:
    return team[Role.INSIDE_SALES]


@pytest.fixture
def offer(manager, now) -> Callable[..., HandOff]:
    """Offer a lead on behalf of the manager, to somebody by name or by rule."""

    def offered(lead: Lead, to: Viewer | None = None, **given: Any) -> HandOff:
        member = None if to is None else to.membership.pk
        return services.offer_hand_off(
            **{"by": manager, "now": now, "lead_id": lead.pk, "to_member_id": member, **given}
        )

    return offered


@pytest.fixture
def mql(lead_at) -> Lead:
    return lead_at(Stage.MQL)


@pytest.fixture
def sql(lead_at) -> Lead:
    return lead_at(Stage.SQL)
