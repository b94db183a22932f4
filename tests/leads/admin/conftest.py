"""Two businesses with something in every list of the admin, and somebody at a desk."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from leads import services
from leads.domain.stages import Level, Stage
from leads.models import BuyingRole, EngagementKind, Lead, User
from leads.tenancy import Viewer
from tests.leads.admin.browser import FOREIGN, PASSWORD, Desk, Filled, sign_in


@pytest.fixture
def desk() -> Callable[[Viewer], Desk]:
    """Let a member sit down at the admin, as staff if their role is a manager's."""

    def sat_down(viewer: Viewer) -> Desk:
        membership = viewer.membership
        assert membership is not None
        membership.user.is_staff = membership.role == "manager"
        membership.user.save(update_fields=["is_staff"])
        return Desk(sign_in(membership.user), viewer)

    return sat_down


@pytest.fixture
def at_work(desk, manager) -> Desk:
    """The manager of the first business at work."""
    return desk(manager)


@pytest.fixture
def superuser(db) -> User:
    return User.objects.create_superuser("root@example.com", PASSWORD, name="Root")


@pytest.fixture
def fill(publish, document, make_lead, now) -> Callable[..., Filled]:
    """Put a row into every list for a business, with a word in all of its texts."""

    def filled(viewer: Viewer, word: str) -> Filled:
        content = document()
        worded = replace(
            content,
            key=f"{word}_schema",
            name=f"{word} schema",
            attributes=tuple(
                replace(a, label=f"{word} {a.label}", question=f"{word} asks") for a in content.attributes
            ),
            criteria=tuple(
                replace(c, label=f"{word} {c.label}", question=f"{word} {c.question}") for c in content.criteria
            ),
        )
        published = publish(viewer.business, worded)
        lead = make_lead(
            viewer,
            f"{word} Ltd",
            title=f"{word} lead",
            source=f"{word} fair",
            owner_id=viewer.membership.pk,
            stakeholders=[
                services.Part(name=f"{word} person", email=f"x@{word}.example", buying_roles=(BuyingRole.CHAMPION,))
            ],
            values={"has_pain": True, "employees": Decimal(120)},
        )
        services.record_engagement(lead_id=lead.pk, kind=EngagementKind.CALL, title=f"{word} call", by=viewer, now=now)
        services.override_level(
            lead_id=lead.pk,
            level=Level.SQL,
            reason=f"{word} reason",
            expires_at=now + timedelta(days=9),
            expected_revision=Lead.objects.get(pk=lead.pk).revision,
            by=viewer,
            now=now,
        )
        services.move_lead(
            lead_id=lead.pk,
            to=Stage.DISQUALIFIED,
            reason=f"{word} is no more",
            expected_revision=Lead.objects.get(pk=lead.pk).revision,
            by=viewer,
            now=now,
        )
        draft = services.copy_to_draft(version_id=published.pk, by=viewer)
        return Filled(viewer.business, Lead.objects.get(pk=lead.pk), published, draft, viewer.membership)

    return filled


@pytest.fixture
def ours(fill, manager) -> Filled:
    return fill(manager, "ours")


@pytest.fixture
def theirs(fill, join, other_business) -> Filled:
    """The other business at work, in which everything and everybody is called by one word."""
    other_business.name = f"{FOREIGN} Corporation"
    other_business.save()
    viewer = join(other_business, "manager", f"{FOREIGN}@{FOREIGN}.example")
    return fill(viewer, FOREIGN)
