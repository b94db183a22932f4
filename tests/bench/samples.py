"""What is measured with: a business with its people and schemas, and prospects made up for it."""

import csv
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from leads import services
from leads.domain.schema_document import Axis, BandSpec, CriterionSpec, LevelSpec, SchemaDocument
from leads.domain.values import AttributeSpec, Choice, ValueType
from leads.models import Attribute, Business, Door, Membership, QualificationVersion, Role, User
from leads.tenancy import Viewer, system

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
ROOT = Path(__file__).resolve().parents[2]
REAL_FILE = ROOT.parent / "shared" / "data" / "xeducation" / "Leads.csv"


def business_with(document: SchemaDocument, slug: str = "acme") -> Viewer:
    """Make a business that judges by this schema, and return its salesperson."""
    business = Business.objects.create(slug=slug, name=slug.title(), currency="EUR", time_zone="Europe/Berlin")
    publish(business, document)
    user = User.objects.create_user(f"rep@{slug}.example", name="Rep")
    return Viewer(business, Membership.objects.create(business=business, user=user, role=Role.SALES))


def publish(business: Business, document: SchemaDocument) -> QualificationVersion:
    by = system(business, Door.COMMAND)
    draft = services.draft_from_document(document=document, by=by)
    return services.publish(version_id=draft.pk, by=by, now=NOW)


def _criterion(key: str, axis: Axis, *bands: tuple[str, int], otherwise: int = 0) -> CriterionSpec:
    specs = tuple(BandSpec(when, Decimal(points), points > 0) for when, points in bands)
    return CriterionSpec(key, axis, key.replace("_", " ").capitalize(), f"What about {key}?", specs, Decimal(otherwise))


def _attribute(key: str, type_: ValueType, *codes: str, **given: Any) -> AttributeSpec:
    choices = tuple(Choice(code, code.replace("_", " ").capitalize()) for code in codes)
    return AttributeSpec(key, key.replace("_", " ").capitalize(), type_, choices=choices, **given)


# --- A business that sells to companies: six criteria --------------------------------------------


def six_criteria() -> SchemaDocument:
    return SchemaDocument(
        key="standard",
        name="Standard",
        attributes=(
            _attribute("has_pain", ValueType.YES_NO),
            _attribute("employees", ValueType.NUMBER),
            _attribute("budget", ValueType.MONEY),
            _attribute("decision", ValueType.DATE),
            _attribute("industry", ValueType.CHOICE, "saas", "bank", "retail", "other"),
            _attribute("hours_lost", ValueType.NUMBER),
            _attribute("hourly_cost", ValueType.MONEY),
        ),
        criteria=(
            _criterion("pain", Axis.PAIN, ("has_pain", 30)),
            _criterion("cost", Axis.PAIN, ("hours_lost * hourly_cost * 46 >= 50000", 15)),
            _criterion("size", Axis.FIT, ("employees >= 200", 20), ("employees >= 50", 10), otherwise=-10),
            _criterion("market", Axis.FIT, ('industry in ["saas", "bank"]', 10)),
            _criterion("timeframe", Axis.TIMEFRAME, ("days_until_decision <= 90", 15)),
            _criterion("money", Axis.BUDGET, ("budget >= 25000", 10), ("budget >= 10000", 5)),
        ),
        mql=LevelSpec(score=Decimal(20)),
        sql=LevelSpec(score=Decimal(60), knock_outs=("pain", "size")),
    )


def prospect(chance: random.Random) -> dict[str, Any]:
    """Return what is known of a company, in stored form; each value is missing once in four times."""
    known = {
        "has_pain": chance.random() < 0.6,
        "employees": str(int(chance.lognormvariate(4.5, 1.2))),
        "budget": str(chance.randrange(2_000, 60_000)),
        "decision": (NOW.date() + timedelta(days=chance.randrange(5, 300))).isoformat(),
        "industry": chance.choice(["saas", "bank", "retail", "other"]),
        "hours_lost": str(chance.randrange(1, 60)),
        "hourly_cost": str(chance.randrange(20, 90)),
    }
    return {key: value for key, value in known.items() if chance.random() < 0.75}


# --- A business that sells courses: twelve criteria, and a file to import ------------------------

ORIGINS = {"Landing Page Submission": 53, "API": 39, "Lead Add Form": 8}
SOURCES = {
    "Google": 31,
    "Direct Traffic": 28,
    "Olark Chat": 19,
    "Organic Search": 12,
    "Reference": 6,
    "Welingak Website": 4,
}
ACTIVITIES = {
    "Email Opened": 37, "SMS Sent": 30, "Olark Chat Conversation": 11, "Page Visited on Website": 7,
    "Email Link Clicked": 3, "Email Bounced": 4, "": 8,
}  # fmt: skip
OCCUPATIONS = {"Unemployed": 61, "": 29, "Working Professional": 8, "Student": 2}
SPECIALIZATIONS = {
    "Select": 21,
    "": 16,
    "Finance Management": 21,
    "Marketing Management": 21,
    "Operations Management": 21,
}
CITIES = {"Mumbai": 35, "Select": 24, "": 15, "Thane & Outskirts": 8, "Other Cities": 18}
MATTERS = {"Better Career Prospects": 71, "": 29}

HEADER = [
    "Prospect ID", "Lead Number", "Lead Origin", "Lead Source", "Do Not Email", "Do Not Call", "Converted",
    "TotalVisits", "Total Time Spent on Website", "Page Views Per Visit", "Last Activity", "Specialization",
    "What is your current occupation", "What matters most to you in choosing a course", "City",
    "A free copy of Mastering The Interview",
]  # fmt: skip

# ruff: noqa: E501 - a table of replacements is one line
MAPPING = """
[file]
not_given = ["", "Select"]
ignore_others = true

[lead]
reference = "Lead Number"
title = "Applicant {Lead Number}"
source = ["Lead Origin", "Lead Source"]

[outcome]
column = "Converted"
won = ["1"]
lost = ["0"]

[organization]
name = "Applicant {Lead Number}"
reference = "Prospect ID"

[attributes]
specialization = "Specialization"
city = "City"
what_matters = "What matters most to you in choosing a course"
origin = "Lead Origin"
website_seconds = "Total Time Spent on Website"
visits = "TotalVisits"
page_views = "Page Views Per Visit"
do_not_email = "Do Not Email"
do_not_call = "Do Not Call"
free_copy = "A free copy of Mastering The Interview"

[attributes.occupation]
column = "What is your current occupation"
otherwise = "other"
values = { "Working Professional" = "working" }

[attributes.lead_source]
column = "Lead Source"
otherwise = "other"
values = { "Welingak Website" = "welingak", "Organic Search" = "organic", "Olark Chat" = "chat", "Direct Traffic" = "direct" }

[attributes.last_activity]
column = "Last Activity"
otherwise = "other"
values = { "SMS Sent" = "sms", "Email Opened" = "opened", "Email Link Clicked" = "clicked", "Email Bounced" = "bounced", "Olark Chat Conversation" = "chat" }
"""

FILTERABLE = ("occupation", "lead_source", "website_seconds")


def twelve_criteria() -> SchemaDocument:
    return SchemaDocument(
        key="courses",
        name="Courses",
        attributes=(
            _attribute(
                "occupation",
                ValueType.CHOICE,
                "working",
                "unemployed",
                "student",
                "businessman",
                "housewife",
                "other",
            ),
            _attribute("specialization", ValueType.TEXT),
            _attribute("city", ValueType.TEXT),
            _attribute("what_matters", ValueType.TEXT),
            _attribute("origin", ValueType.TEXT),
            _attribute(
                "lead_source",
                ValueType.CHOICE,
                "google",
                "direct",
                "chat",
                "organic",
                "reference",
                "welingak",
                "other",
            ),
            _attribute("website_seconds", ValueType.NUMBER),
            _attribute("visits", ValueType.NUMBER),
            _attribute("page_views", ValueType.NUMBER),
            _attribute("do_not_email", ValueType.YES_NO),
            _attribute("do_not_call", ValueType.YES_NO),
            _attribute("free_copy", ValueType.YES_NO),
            _attribute("last_activity", ValueType.CHOICE, "sms", "opened", "clicked", "bounced", "chat", "other"),
        ),
        criteria=(
            _criterion(
                "occupation",
                Axis.FIT,
                ('occupation == "working"', 25),
                ('occupation == "businessman"', 20),
                ('occupation != "other"', 8),
            ),
            _criterion(
                "origin",
                Axis.ENGAGEMENT,
                ('origin == "Lead Add Form"', 25),
                ('origin == "Landing Page Submission"', 5),
                ('origin == "API"', 3),
            ),
            _criterion(
                "source",
                Axis.ENGAGEMENT,
                ('lead_source in ["reference", "welingak"]', 15),
                ('lead_source in ["google", "organic"]', 5),
            ),
            _criterion(
                "time",
                Axis.PAIN,
                ("website_seconds >= 900", 25),
                ("website_seconds >= 250", 12),
                ("website_seconds >= 60", 4),
            ),
            _criterion("visits", Axis.PAIN, ("visits >= 6", 5), ("visits >= 2", 3)),
            _criterion("pages", Axis.PAIN, ("visits * page_views >= 20", 4)),
            _criterion("specialization", Axis.FIT, ('specialization != "none"', 4)),
            _criterion("city", Axis.FIT, ('city != "none"', 2)),
            _criterion("matters", Axis.TIMEFRAME, ('what_matters == "Better Career Prospects"', 6)),
            _criterion("reachable", Axis.ENGAGEMENT, ("do_not_email or do_not_call", -12)),
            _criterion("copy", Axis.TIMEFRAME, ("free_copy", 2)),
            _criterion(
                "activity",
                Axis.ENGAGEMENT,
                ('last_activity == "sms"', 12),
                ('last_activity in ["opened", "clicked"]', 4),
                ('last_activity == "bounced"', -10),
            ),
        ),
        mql=LevelSpec(score=Decimal(30)),
        sql=LevelSpec(score=Decimal(45), knock_outs=("occupation",)),
    )


def courses_business(slug: str = "courses") -> Viewer:
    """Make the business that the file is imported for; three of its attributes are searched by."""
    viewer = business_with(twelve_criteria(), slug)
    Attribute.objects.filter(business=viewer.business, key__in=FILTERABLE).update(filterable=True)
    return viewer


def write_file(path: Path, rows: int) -> None:
    """Write a file of so many different rows: the real ones where they are beside the project, else ours.

    More rows than there are real ones repeat them under other keys.
    """
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        found = _real_rows() if REAL_FILE.exists() else _made_up_rows()
        writer.writerow(next(found))
        for number, cells in zip(range(rows), found, strict=False):
            writer.writerow([f"prospect-{number}", str(100_000 + number), *cells[2:]])


def _real_rows() -> Iterator[list[str]]:
    with REAL_FILE.open(newline="", encoding="utf-8-sig") as file:
        header, *rows = csv.reader(file)
    yield header
    while True:
        yield from rows


def _made_up_rows() -> Iterator[list[str]]:
    chance = random.Random(20260302)
    yield HEADER

    def one_of(weighted: dict[str, int]) -> str:
        return chance.choices(list(weighted), list(weighted.values()))[0]

    while True:
        visited = chance.random() < 0.76
        visits = chance.randrange(1, 12) if visited else 0
        yield [
            "",
            "",
            one_of(ORIGINS),
            one_of(SOURCES),
            "Yes" if chance.random() < 0.08 else "No",
            "No",
            "1" if chance.random() < 0.385 else "0",
            str(visits),
            str(chance.randrange(5, 2_200) if visited else 0),
            str(round(visits / chance.randrange(1, 4), 2)),
            one_of(ACTIVITIES),
            one_of(SPECIALIZATIONS),
            one_of(OCCUPATIONS),
            one_of(MATTERS),
            one_of(CITIES),
            "Yes" if chance.random() < 0.31 else "No",
        ]
