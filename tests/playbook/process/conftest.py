"""A process with exit criteria, and leads in its phases."""

from collections.abc import Callable
from typing import Any

import pytest

from leads.models import Business
from playbook.models import ExitCriterion, Phase, SalesProcess
from tests.leads.lifecycle.conftest import lead_at


@pytest.fixture
def phase(business) -> Callable[[str], Phase]:
    def found(key: str) -> Phase:
        return Phase.objects.get(business=business, key=key)

    return found


@pytest.fixture
def revision(business) -> Callable[[], int]:
    """Return the revision at which the process is."""
    return lambda: SalesProcess.objects.get(business=business).revision


@pytest.fixture
def ask_for() -> Callable[..., ExitCriterion]:
    """Add an exit criterion to a phase as if somebody had written it."""

    def asked(business: Business, phase: str, rule: str, severity: str = "warns", **given: Any) -> ExitCriterion:
        row = Phase.objects.get(business=business, key=phase)
        number = row.exit_criteria.count()
        columns = {"key": f"criterion_{number}", "name": f"It holds: {rule}", "position": number} | given
        return ExitCriterion.objects.create(business=business, phase=row, rule=rule, severity=severity, **columns)

    return asked


__all__ = ["lead_at"]
