"""Two leads of one organization that are the same, and what merging them comes to."""

from collections.abc import Callable
from typing import Any

import pytest

from leads import services
from leads.models import Lead, Merge
from leads.tenancy import Viewer


@pytest.fixture
def pair(business, publish, make_lead, manager) -> tuple[Lead, Lead]:
    """A lead to keep, and another one of the same organization."""
    publish(business)
    kept = make_lead(manager, title="Orders", values={"has_pain": True})
    return kept, make_lead(manager, organization_id=kept.organization_id, name="")


@pytest.fixture
def merge(now, manager) -> Callable[..., Lead]:
    """Merge one lead into another, both as they are now."""

    def merged(kept: Lead, gone: Lead, by: Viewer | None = None, **given: Any) -> Lead:
        revision = Lead.everything.get(pk=kept.pk).revision
        asked = {"kept_id": kept.pk, "gone_id": gone.pk, "expected_revision": revision, "by": by or manager, "now": now}
        return services.merge_leads(**(asked | given))

    return merged


@pytest.fixture
def moved() -> Callable[[], dict[str, int]]:
    """What the last merge moved, by its name for several."""

    def found() -> dict[str, int]:
        return {many: count for _, many, count in Merge.objects.latest("pk").moved}

    return found
