"""A few hundred made-up leads that differ, as the CSV file that the demo imports."""

import csv
import random
from datetime import date, timedelta
from pathlib import Path

HEADER = (
    "Reference",
    "Company",
    "Domain",
    "Contact",
    "E-mail",
    "Job title",
    "Role",
    "Source",
    "Created",
    "Employees",
    "Industry",
    "Problem",
    "Hours lost",
    "Relief by",
    "Marketing spend",
    "Sponsor",
)
FIRST = [
    "Amber",
    "Birch",
    "Cedar",
    "Delta",
    "Ember",
    "Falcon",
    "Granite",
    "Harbor",
    "Indigo",
    "Juniper",
    "Keystone",
    "Linden",
    "Maple",
    "Nordic",
    "Orchard",
]
SECOND = [
    "Works",
    "Freight",
    "Capital",
    "Stores",
    "Hotels",
    "Joinery",
    "Foods",
    "Metals",
    "Supply",
    "Interiors",
    "Clinics",
    "Press",
    "Energy",
]
PEOPLE = [
    "Ada",
    "Bruno",
    "Chiara",
    "Dana",
    "Emil",
    "Farida",
    "Goran",
    "Hanna",
    "Ines",
    "Jonas",
    "Kira",
    "Luis",
    "Mara",
    "Nils",
    "Olga",
    "Pavel",
    "Rosa",
    "Selim",
]
FAMILIES = [
    "Adler",
    "Becker",
    "Costa",
    "Dumas",
    "Eriksen",
    "Fischer",
    "Greco",
    "Horvat",
    "Ivanov",
    "Jansen",
    "Keller",
    "Lopez",
    "Moreau",
    "Novak",
]
TITLES = ("Head of operations", "Owner", "Managing director", "Office manager", "Head of sales", "Controller")
SOURCES = ("Website", "Webinar", "Referral", "Trade fair", "Campaign")
INDUSTRIES = ("Manufacturing", "Logistics", "Finance", "Retail", "Hospitality", "Crafts", "Public sector")
PROBLEMS = (
    "Orders are typed by hand",
    "Reports come too late to act on",
    "Too few inquiries come in",
    "Customers leave unnoticed",
    "No problem named",
)
SIZES = (3, 8, 14, 25, 40, 70, 120, 260, 480, 900, 1500, 4200)


def write_leads(path: Path, today: date, count: int = 320) -> None:
    """Write the file; the same leads every time, with dates that suit the day."""
    draw = random.Random(20_260_302)  # noqa: S311 (made-up leads)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for number in range(count):
            writer.writerow(_lead(draw, number, today))


def _lead(draw: random.Random, number: int, today: date) -> list[object]:
    company = f"{draw.choice(FIRST)} {draw.choice(SECOND)} {number + 1}"
    domain = company.lower().replace(" ", "-") + ".example"
    first, family = draw.choice(PEOPLE), draw.choice(FAMILIES)
    size = round(draw.choice(SIZES) * draw.uniform(0.8, 1.25))
    created = today - timedelta(days=draw.randint(1, 120))
    relief = today + timedelta(days=draw.choice((20, 45, 75, 110, 200, 320, 500)))
    return [
        f"L-{number + 1:04}",
        company,
        domain,
        f"{first} {family}",
        f"{first}.{family}@{domain}".lower(),
        draw.choice(TITLES),
        draw.choice(("", "champion", "economic_buyer", "user")),
        draw.choice(SOURCES),
        created.isoformat(),
        _sometimes(draw, 0.75, size),
        _sometimes(draw, 0.85, draw.choice(INDUSTRIES)),
        _sometimes(draw, 0.7, draw.choice(PROBLEMS)),
        _sometimes(draw, 0.5, draw.choice((4, 12, 20, 35, 60, 90))),
        _sometimes(draw, 0.5, relief.isoformat()),
        _sometimes(draw, 0.4, draw.choice((0, 300, 800, 1500, 2500, 6000))),
        _sometimes(draw, 0.4, draw.choice(("yes", "yes", "no"))),
    ]


def _sometimes(draw: random.Random, share: float, value: object) -> object:
    return value if draw.random() < share else ""
