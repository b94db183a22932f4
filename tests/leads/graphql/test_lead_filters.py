"""What a list can be searched by, compared with the same wish asked of every row in Python."""

import random
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from leads.domain.rules import Range
from leads.global_ids import global_id
from leads.models import Attribute, Lead, LevelOverride, Organization, Role
from leads.services import record_evidence
from tests.leads.graphql import walk

LEVELS = ("none", "mql", "sql")
STAGES = ("inquiry", "mql", "sql", "customer", "lost")
SOURCES = ("", "fair", "Fair, Berlin", "web")
DAYS = (date(2026, 3, 1), date(2026, 6, 30), date(2027, 1, 1))
TITLES = ("Slow quotes", "100% paper", "über_all", "slow \\ returns", "")


@pytest.fixture
def attributes(business):
    """Return filterable attributes of every type, and one that is not filterable."""
    choices = [{"code": code, "label": code.upper()} for code in ("saas", "bank", "retail")]
    specs: list[tuple[str, list[dict[str, str]]]] = [
        *[(name, []) for name in ("number", "money", "percent", "yes_no", "date", "text")],
        ("choice", choices),
        ("multi_choice", choices),
    ]
    for name, chosen in specs:
        Attribute.objects.create(
            business=business, key=f"a_{name}", label=name, type=name, choices=chosen, filterable=True
        )
    Attribute.objects.create(business=business, key="hidden", label="Hidden", type="number")


def some_values(chance: random.Random) -> dict[str, Any]:
    """Return values of some of the attributes."""
    numbers = [Decimal(n) for n in (-3, 0, 10, 120)]
    low, likely, high = sorted(chance.choices(numbers, k=3))
    values: dict[str, Any] = {
        "a_number": chance.choice([*numbers, Range(low, likely, high) if low < high else low]),
        "a_money": chance.choice([Decimal("0.50"), Decimal(1000)]),
        "a_percent": chance.choice([Decimal("12.5"), Decimal(50)]),
        "a_yes_no": chance.random() < 0.5,
        "a_date": chance.choice(DAYS),
        "a_text": chance.choice(["blue", "Blue", "red, or green"]),
        "a_choice": chance.choice(["saas", "bank"]),
        "a_multi_choice": frozenset(chance.sample(["saas", "bank", "retail"], chance.randint(0, 3))),
    }
    return {key: value for key, value in values.items() if chance.random() < 0.7}


@pytest.fixture
def leads(business, manager, join, attributes, now):
    """Return 60 leads, each with its values, generated but the same every time."""
    chance = random.Random(7)
    owners = [join(business, Role.SALES, f"{name}@acme.example").membership for name in "ab"]
    homes = [
        Organization.objects.create(business=business, name=name, domain=f"{name.lower()}.example")
        for name in ("Initech", "Hooli", "Umbrella")
    ]
    made = []
    for i in range(60):
        ends = chance.choice([None, timezone.now() + timedelta(days=9), timezone.now() - timedelta(days=9)])
        lead = Lead.objects.create(
            business=business,
            organization=chance.choice(homes),
            owner=chance.choice([None, *owners]),
            title=chance.choice(TITLES),
            source=chance.choice(SOURCES),
            reference=f"R-{i}",
            stage=chance.choice(STAGES),
            phase=["", "discovery", "diagnosis"][i % 3],
            outcome=chance.choice(["", "won", "lost"]),
            level=chance.choice(LEVELS),
            possible_level=chance.choice(LEVELS),
            score=chance.choice([Decimal("-5.25"), Decimal(0), Decimal("49.99"), Decimal(50)]),
            override_level=chance.choice(LEVELS) if ends else "",
            override_expires_at=ends,
            stage_since=now,
            created_at=now + timedelta(days=chance.randint(0, 5)),
        )
        figures = {name: getattr(lead, name) for name in ("level", "possible_level", "score")}
        lead.values_given = some_values(chance)
        if lead.values_given:
            record_evidence(lead_id=lead.pk, values=lead.values_given, by=manager, now=now, observed_at=now)
            Lead.objects.filter(pk=lead.pk).update(**figures)
        made.append(lead)
    assert LevelOverride.objects.count() == 0
    return made


@pytest.fixture
def found(graphql, leads) -> Callable[..., list[Lead]]:
    """Return the leads that a filter finds."""
    by_id = {global_id("Lead", lead.pk): lead for lead in leads}
    query = "query($f: LeadFilter) { leads(filter: $f, first: 100) { totalCount edges { node { id } } } }"

    def asked(wish: dict[str, Any]) -> list[Lead]:
        body = graphql(query, f=wish)
        assert "errors" not in body, body
        rows = [by_id[edge["node"]["id"]] for edge in body["data"]["leads"]["edges"]]
        assert body["data"]["leads"]["totalCount"] == len(rows)
        return rows

    return asked


def in_force(lead: Lead) -> str:
    return lead.override_level if lead.override_expires_at and lead.override_expires_at > timezone.now() else lead.level


def likely(value: Any) -> Any:
    return value.likely if isinstance(value, Range) else value


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


PLAIN: list[tuple[dict[str, Any], Callable[[Lead], bool]]] = [
    ({}, lambda lead: True),
    ({"stage": ["SQL"]}, lambda lead: lead.stage == "sql"),
    ({"stage": ["INQUIRY", "LOST"]}, lambda lead: lead.stage in ("inquiry", "lost")),
    ({"stage": []}, lambda lead: True),
    ({"phase": ["diagnosis", "nowhere"]}, lambda lead: lead.phase == "diagnosis"),
    ({"level": ["SQL"]}, lambda lead: in_force(lead) == "sql"),
    ({"level": ["NONE", "MQL"]}, lambda lead: in_force(lead) in ("none", "mql")),
    (
        {"levelAndStage": ["ABOVE"]},
        lambda lead: in_force(lead) in {"inquiry": ("mql", "sql"), "mql": ("sql",)}.get(lead.stage, ()),
    ),
    (
        {"levelAndStage": ["BELOW", "SAME"]},
        lambda lead: (
            in_force(lead)
            in {"inquiry": ("none",), "mql": ("none", "mql"), "sql": ("none", "mql", "sql")}.get(lead.stage, ())
        ),
    ),
    ({"levelAndStage": ["NOT_COMPARED"]}, lambda lead: lead.stage in ("customer", "lost")),
    ({"computedLevel": ["SQL"]}, lambda lead: lead.level == "sql"),
    ({"possibleLevel": ["MQL", "SQL"]}, lambda lead: lead.possible_level != "none"),
    ({"level": ["SQL"], "computedLevel": ["NONE"]}, lambda lead: in_force(lead) == "sql" and lead.level == "none"),
    ({"unassigned": True}, lambda lead: lead.owner is None),
    ({"unassigned": False}, lambda lead: lead.owner is not None),
    ({"flagged": True}, lambda lead: lead.flags.filter(cleared_at=None).exists()),
    ({"flagged": False}, lambda lead: not lead.flags.filter(cleared_at=None).exists()),
    ({"source": ["fair", "web"]}, lambda lead: lead.source in ("fair", "web")),
    ({"source": ["Fair, Berlin"]}, lambda lead: lead.source == "Fair, Berlin"),
    ({"source": ["", "web"]}, lambda lead: lead.source in ("", "web")),
    ({"source": ["Fair"]}, lambda lead: False),
    ({"outcome": ["WON"]}, lambda lead: lead.outcome == "won"),
    ({"scoreAtLeast": "49.99"}, lambda lead: lead.score >= Decimal("49.99")),
    ({"scoreBelow": 0}, lambda lead: lead.score < 0),
    ({"scoreAtLeast": "-5.25", "scoreBelow": "49.99"}, lambda lead: Decimal("-5.25") <= lead.score < Decimal("49.99")),
    ({"createdFrom": "2026-03-04T10:30:00+01:00"}, lambda lead: lead.created_at >= moment("2026-03-04T09:30:00+00:00")),
    ({"createdBefore": "2026-03-04T09:30:00Z"}, lambda lead: lead.created_at < moment("2026-03-04T09:30:00+00:00")),
    ({"search": "SLOW"}, lambda lead: "slow" in lead.title.lower()),
    ({"search": "100%"}, lambda lead: "100%" in lead.title),
    ({"search": "_"}, lambda lead: "_" in lead.title),
    ({"search": "\\"}, lambda lead: "\\" in lead.title),
    ({"search": "initech"}, lambda lead: lead.organization.name == "Initech"),
    ({"search": "r-1"}, lambda lead: lead.reference.startswith("R-1")),
    ({"search": ""}, lambda lead: True),
    ({"stage": None, "owner": None, "search": None, "values": None}, lambda lead: True),
    ({"stage": ["SQL"], "unassigned": True, "search": "i"}, lambda lead: False),
]


def wish(key: str, **asked: Any) -> dict[str, Any]:
    return {"values": [{"key": key, **asked}]}


def given(key: str, test: Callable[[Any], bool]) -> Callable[[Lead], bool]:
    return lambda lead: key in lead.values_given and test(lead.values_given[key])


BY_VALUE: list[tuple[dict[str, Any], Callable[[Lead], bool]]] = [
    (wish("a_number", atLeast=10), given("a_number", lambda value: likely(value) >= 10)),
    (wish("a_number", atMost="-3"), given("a_number", lambda value: likely(value) <= -3)),
    (wish("a_number", atLeast=0, atMost=10), given("a_number", lambda value: 0 <= likely(value) <= 10)),
    (wish("a_number"), given("a_number", lambda value: True)),
    (wish("a_number", given=True), given("a_number", lambda value: True)),
    (wish("a_number", given=False), lambda lead: "a_number" not in lead.values_given),
    (wish("a_money", atLeast="0.51"), given("a_money", lambda value: value >= Decimal("0.51"))),
    (wish("a_percent", atMost="12.5"), given("a_percent", lambda value: value <= Decimal("12.5"))),
    (wish("a_yes_no", anyOf=["yes"]), given("a_yes_no", lambda value: value)),
    (wish("a_yes_no", anyOf=["no"]), given("a_yes_no", lambda value: not value)),
    (wish("a_date", notBefore="2026-06-30"), given("a_date", lambda value: value >= DAYS[1])),
    (wish("a_date", notAfter="2026-06-29"), given("a_date", lambda value: value < DAYS[1])),
    (wish("a_text", anyOf=["blue"]), given("a_text", lambda value: value == "blue")),
    (wish("a_text", anyOf=["red, or green", "Blue"]), given("a_text", lambda value: value != "blue")),
    (wish("a_choice", anyOf=["bank"]), given("a_choice", lambda value: value == "bank")),
    (wish("a_choice", anyOf=["bank", "saas"]), given("a_choice", lambda value: True)),
    (wish("a_choice", anyOf=["nothing"]), lambda lead: False),
    (wish("a_choice", anyOf=[]), lambda lead: False),
    (wish("a_choice", anyOf=["bank"], given=False), lambda lead: lead.values_given.get("a_choice") != "bank"),
    (wish("a_multi_choice", anyOf=["bank"]), given("a_multi_choice", lambda value: "bank" in value)),
    (wish("a_multi_choice", anyOf=["bank", "retail"]), given("a_multi_choice", lambda v: bool(v & {"bank", "retail"}))),
    (
        {"values": [{"key": "a_choice", "anyOf": ["bank"]}, {"key": "a_number", "atLeast": 0}]},
        lambda lead: lead.values_given.get("a_choice") == "bank" and likely(lead.values_given.get("a_number", -1)) >= 0,
    ),
    (
        {"values": [{"key": "a_multi_choice", "anyOf": [code]} for code in ("bank", "saas")]},
        given("a_multi_choice", lambda value: {"bank", "saas"} <= value),
    ),
    ({"values": []}, lambda lead: True),
]


def test_a_filter_of_leads_finds_what_the_same_wish_finds_in_python(found, leads):
    for asked, holds in PLAIN + BY_VALUE:
        wanted = sorted((lead for lead in leads if holds(lead)), key=lambda lead: (-lead.score, lead.pk))

        assert found(asked) == wanted, asked


def test_leads_are_found_by_their_owner_and_their_organization(found, leads):
    for lead in leads[:10]:
        if lead.owner_id:
            mine = found({"owner": global_id("Membership", lead.owner_id)})
            assert {entry.pk for entry in mine} == {entry.pk for entry in leads if entry.owner_id == lead.owner_id}
        there = found({"organization": global_id("Organization", lead.organization_id)})
        assert {entry.pk for entry in there} == {
            entry.pk for entry in leads if entry.organization_id == lead.organization_id
        }


def test_every_filter_is_tried():
    fields = walk.SCHEMA.type_map["LeadFilter"].fields
    conditions = walk.SCHEMA.type_map["AttributeConditionInput"].fields

    assert set(fields) == {key for asked, _ in PLAIN for key in asked} | {
        "values",
        "owner",
        "organization",
        "opportunity",
    }
    assert set(conditions) == {key for asked, _ in BY_VALUE for condition in asked["values"] for key in condition}


def test_a_filterable_attribute_that_was_archived_finds_nothing_any_more(graphql, leads, now):
    Attribute.objects.filter(key="a_choice").update(archived_at=now)

    [error] = graphql('{ leads(filter: {values: [{key: "a_choice"}]}) { totalCount } }')["errors"]

    assert error["message"] == "Leads cannot be searched by `a_choice`: it is no filterable attribute."
