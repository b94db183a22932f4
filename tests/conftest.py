"""What every test may ask for: two businesses, their people, a moment, and a frontend's view of the API."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from leads import services
from leads.domain.schema_document import Axis, BandSpec, CriterionSpec, LevelSpec, SchemaDocument
from leads.domain.values import AttributeSpec, Choice, ValueType
from leads.models import Business, Door, Lead, Membership, Organization, QualificationVersion, Role, User
from leads.tenancy import Viewer, system

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


# --- Businesses and people -----------------------------------------------------------------------


@pytest.fixture
def business(db) -> Business:
    return Business.objects.create(slug="acme", name="Acme", currency="EUR", time_zone="Europe/Berlin")


@pytest.fixture
def other_business(db) -> Business:
    return Business.objects.create(slug="globex", name="Globex", currency="USD", time_zone="America/New_York")


@pytest.fixture
def join(db) -> Callable[..., Viewer]:
    """Make somebody a member of a business and return them as a viewer."""

    def joined(business: Business, role: Role, email: str = "") -> Viewer:
        email = email or f"{role.value}@{business.slug}.example"
        user = User.objects.filter(email=email).first()
        user = user or User.objects.create_user(email, name=email.split("@")[0])
        return Viewer(business, Membership.objects.create(business=business, user=user, role=role))

    return joined


@pytest.fixture
def manager(business, join) -> Viewer:
    return join(business, Role.MANAGER)


@pytest.fixture
def rep(business, join) -> Viewer:
    return join(business, Role.SALES)


@pytest.fixture
def stranger(other_business, join) -> Viewer:
    """A manager of the other business."""
    return join(other_business, Role.MANAGER)


# --- Schemas -------------------------------------------------------------------------------------


def worked_example(**changes: Any) -> SchemaDocument:
    """Pain 30, fit by employees, timeframe 15; MQL from 20, SQL from 50 with pain and fit as knock-outs."""
    parts: dict[str, Any] = {
        "key": "standard",
        "name": "Standard",
        "attributes": (
            AttributeSpec("has_pain", "Has the pain", ValueType.YES_NO, question="What goes wrong today?"),
            AttributeSpec("employees", "Employees", ValueType.NUMBER, unit="people"),
            AttributeSpec("decision", "Decision date", ValueType.DATE),
            AttributeSpec(
                "industry",
                "Industry",
                ValueType.CHOICE,
                choices=(Choice("saas", "SaaS"), Choice("bank", "Bank")),
            ),
        ),
        "criteria": (
            CriterionSpec(
                "pain",
                Axis.PAIN,
                "Pain",
                "What goes wrong today?",
                (BandSpec("has_pain", Decimal(30), True, "Has it"),),
            ),
            CriterionSpec(
                "fit",
                Axis.FIT,
                "Fit",
                "How many people work there?",
                (
                    BandSpec("employees >= 200", Decimal(20), True, "Large"),
                    BandSpec("employees >= 50", Decimal(10), True, "Middle"),
                ),
                otherwise_points=Decimal(-10),
            ),
            CriterionSpec(
                "timeframe",
                Axis.TIMEFRAME,
                "Timeframe",
                "By when must it be gone?",
                (BandSpec("days_until_decision <= 90", Decimal(15), True, "This quarter"),),
            ),
        ),
        "mql": LevelSpec(score=Decimal(20)),
        "sql": LevelSpec(score=Decimal(50), knock_outs=("pain", "fit")),
    }
    return SchemaDocument(**(parts | changes))


@pytest.fixture
def document() -> Callable[..., SchemaDocument]:
    return worked_example


@pytest.fixture
def publish(now) -> Callable[..., QualificationVersion]:
    """Publish a schema for a business on behalf of the system."""

    def published(business: Business, content: SchemaDocument | None = None) -> QualificationVersion:
        by = system(business, Door.COMMAND)
        draft = services.draft_from_document(document=content or worked_example(), by=by)
        return services.publish(version_id=draft.pk, by=by, now=now)

    return published


# --- Leads ---------------------------------------------------------------------------------------


@pytest.fixture
def make_lead(now) -> Callable[..., Lead]:
    def made(viewer: Viewer, name: str = "Initech", **given: Any) -> Lead:
        return services.create_lead(by=viewer, now=now, organization_name=name, **given)

    return made


@pytest.fixture
def make_organization() -> Callable[..., Organization]:
    def made(business: Business, name: str = "Initech", **given: Any) -> Organization:
        return Organization.objects.create(business=business, name=name, **given)

    return made


# --- The API -------------------------------------------------------------------------------------


@dataclass
class Frontend:
    """A frontend that somebody is signed in to; calling it sends a query and returns the body."""

    viewer: Viewer | None = None
    headers: dict[str, str] = field(default_factory=dict)
    path: str = "/graphql/"
    client: Client = field(default_factory=Client)
    status: int = 0

    def __post_init__(self) -> None:
        if self.viewer is not None and self.viewer.membership is not None:
            backend = "allauth.account.auth_backends.AuthenticationBackend"
            self.client.force_login(self.viewer.membership.user, backend=backend)
            self.headers = {"X-Business": self.viewer.business.slug, **self.headers}

    def __call__(self, query: str, **variables: Any) -> dict[str, Any]:
        response = self.client.post(
            self.path,
            json.dumps({"query": query, "variables": variables}),
            content_type="application/json",
            headers=self.headers,
        )
        self.status = response.status_code
        return json.loads(response.content)


@pytest.fixture
def frontend() -> Callable[..., Frontend]:
    return Frontend


@pytest.fixture
def graphql(rep) -> Frontend:
    """What a salesperson of the first business sees."""
    return Frontend(rep)
