"""What every test may ask for: two businesses, their people, a moment, and what the database is."""

from datetime import UTC, datetime

import pytest
from django.db import connection

from leads.models import Business, Membership, Role, User
from leads.tenancy import Viewer

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if connection.vendor == "postgresql":
        return
    only_there = pytest.mark.skip(reason="shows itself on PostgreSQL only")
    for item in items:
        if item.get_closest_marker("postgres"):
            item.add_marker(only_there)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def business(db) -> Business:
    return Business.objects.create(slug="acme", name="Acme", currency="EUR", time_zone="Europe/Berlin")


@pytest.fixture
def other_business(db) -> Business:
    return Business.objects.create(slug="globex", name="Globex", currency="USD", time_zone="America/New_York")


def member(business: Business, role: Role, email: str = "") -> Membership:
    email = email or f"{role.value}@{business.slug}.example"
    user = User.objects.filter(email=email).first() or User.objects.create_user(email, name=email.split("@")[0])
    return Membership.objects.create(business=business, user=user, role=role)


@pytest.fixture
def manager(business) -> Viewer:
    return Viewer(business, member(business, Role.MANAGER))


@pytest.fixture
def rep(business) -> Viewer:
    return Viewer(business, member(business, Role.SALES))


@pytest.fixture
def stranger(other_business) -> Viewer:
    return Viewer(other_business, member(other_business, Role.MANAGER))
