"""A business whose leads were decided one by one, as people do it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from leads import services
from leads.domain.stages import Stage
from leads.models import EvidenceSource, Lead, Transition
from leads.services.calibration.gathering import Gathered, gather
from tests.leads.calibration.deals import by_size


@pytest.fixture
def version(business, publish):
    return publish(business, by_size())


@pytest.fixture
def ended(now) -> datetime:
    """When the leads below are decided."""
    return now + timedelta(days=30)


@pytest.fixture
def decide(manager, make_lead, now, ended) -> Callable[..., Lead]:
    """Begin a lead now, record what is known of it, and end it: a receipt as a move leaves it."""

    def decided(won: bool = True, at: datetime | None = None, **values: Any) -> Lead:
        lead = make_lead(manager)
        if values:
            services.record_evidence(lead_id=lead.pk, values=values, by=manager, now=now)
        close(lead, won, at or ended)
        return lead

    def close(lead: Lead, won: bool, at: datetime) -> None:
        stage = Stage.CUSTOMER if won else Stage.LOST
        outcome = "won" if won else "lost"
        Lead.objects.filter(pk=lead.pk).update(stage=stage.value, stage_since=at, outcome=outcome)
        Transition.objects.create(
            business=manager.business,
            lead=lead,
            from_stage=Stage.OPPORTUNITY.value,
            to_stage=stage.value,
            at=at,
            door="api",
            level_in_force="sql",
        )

    return decided


@pytest.fixture
def learn(manager) -> Callable[..., None]:
    """Record something of a lead at a time, whatever has become of it."""

    def learned(lead: Lead, now: datetime, observed_at: datetime | None = None, **values: Any) -> None:
        services.record_evidence(
            lead_id=lead.pk,
            values=values,
            by=manager,
            now=now,
            observed_at=observed_at,
            source=EvidenceSource.SALES,
        )

    return learned


@pytest.fixture
def gathered(version, manager) -> Callable[[], Gathered]:
    return lambda: gather(version, manager)
