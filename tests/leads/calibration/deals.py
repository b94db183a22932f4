"""Made-up decided leads in which it is known what decides them."""

from datetime import UTC, datetime
from decimal import Decimal
from random import Random
from typing import Any

from leads.domain.calibration.observations import Observation
from leads.domain.rules import Value
from leads.domain.schema_document import Axis, BandSpec, CriterionSpec, LevelSpec, SchemaDocument
from leads.domain.snapshot import Circumstances, absorb
from leads.domain.values import AttributeSpec, Choice, ValueType, encode

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)

ATTRIBUTES = (
    AttributeSpec("has_pain", "Has the pain", ValueType.YES_NO),
    AttributeSpec("employees", "Employees", ValueType.NUMBER),
    AttributeSpec(
        "industry",
        "Industry",
        ValueType.CHOICE,
        choices=tuple(Choice(code, code.capitalize()) for code in ("saas", "bank", "farm", "shop", "school")),
    ),
    AttributeSpec("seconds", "Time on the website", ValueType.NUMBER, unit="seconds"),
    AttributeSpec("city", "City", ValueType.TEXT),
    AttributeSpec("color", "Favourite colour", ValueType.TEXT),
)


def observation(won: bool, *, at: datetime = NOW, began: datetime = NOW, **values: Value | None) -> Observation:
    """Return a decided lead; None stands for what nobody asked."""
    stored = {key: encode(value) for key, value in values.items() if value is not None}
    snapshot = absorb({}, stored, at=began, source="sales", evidence=1)
    return Observation(won, snapshot, Circumstances(at, at.date(), {}), began)


def planted(leads: int = 3_000, seed: int = 7) -> list[Observation]:
    """Pain decides most; then 0 seconds and long visits; banks a little. City, colour and size mean nothing.

    Log-odds: pain +2, no pain −1, not asked 0; 0 seconds +1, 600 and more +1.5; bank −1.
    """
    chance = Random(seed)
    found = []
    for _ in range(leads):
        pain = chance.choice([True, False, None])
        seconds = Decimal(chance.choice([0, 0, *range(30, 1200, 10)]) if chance.random() < 0.7 else 0)
        industry = chance.choice(["saas", "bank", "farm", "shop", "school"])
        odds = -0.5 + {True: 2.0, False: -1.0, None: 0.0}[pain] - (industry == "bank")
        odds += 1.0 if seconds == 0 else 1.5 if seconds >= 600 else 0.0
        found.append(
            observation(
                chance.random() < 1 / (1 + 2.718281828**-odds),
                has_pain=pain,
                seconds=seconds,
                industry=industry,
                employees=Decimal(chance.randint(1, 5_000)),
                city=chance.choice(["Rome", "Oslo", "Bern"]),
                color=chance.choice(["red", "blue"]),
            )
        )
    return found


def coins(leads: int = 1_000, seed: int = 3) -> list[Observation]:
    """Leads whose outcome nothing decides."""
    chance = Random(seed)
    return [
        observation(
            chance.random() < 0.5,
            has_pain=chance.choice([True, False, None]),
            employees=Decimal(chance.randint(1, 5_000)),
            industry=chance.choice(["saas", "bank", "farm", "shop", "school"]),
        )
        for _ in range(leads)
    ]


def by_size(**changes: Any) -> SchemaDocument:
    """A card that believes in size, a little in pain, and in short visits."""
    parts: dict[str, Any] = {
        "key": "deals",
        "name": "Deals",
        "attributes": ATTRIBUTES,
        "criteria": (
            CriterionSpec(
                "size", Axis.FIT, "Size", "How many?", (BandSpec("employees >= 1000", Decimal(30), True, "Large"),)
            ),
            CriterionSpec(
                "pain", Axis.PAIN, "Pain", "What hurts?", (BandSpec("has_pain", Decimal(5), True, "Has it"),)
            ),
            CriterionSpec(
                "visit",
                Axis.ENGAGEMENT,
                "Visit",
                "How long?",
                (BandSpec("seconds >= 60", Decimal(5), True, "A minute"),),
            ),
        ),
        "mql": LevelSpec(score=Decimal(5)),
        "sql": LevelSpec(score=Decimal(30)),
    }
    return SchemaDocument(**(parts | changes))
