"""The report that compares levels and scores with what was won and lost."""

from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command

from leads.domain.ranking import area_under_curve
from leads.models import Lead, Organization


@pytest.fixture
def report(business):
    def report() -> str:
        out = StringIO()
        call_command("qualification_report", "--business", business.slug, stdout=out)
        return out.getvalue()

    return report


@pytest.fixture
def decided(business, now):
    organization = Organization.objects.create(business=business, name="Acme")

    def decided(outcome: str, level: str = "none", score: int = 0, possible: str = "") -> Lead:
        return Lead.objects.create(
            business=business,
            organization=organization,
            outcome=outcome,
            level=level,
            possible_level=possible or level,
            score=score,
            created_at=now,
            stage_since=now,
        )

    return decided


@pytest.mark.parametrize(
    ("outcomes", "area"),
    [
        ({}, None),
        ({1: (3, 0)}, None),
        ({1: (0, 3)}, None),
        ({1: (0, 2), 2: (2, 0)}, 1.0),
        ({1: (2, 0), 2: (0, 2)}, 0.0),
        ({1: (5, 7)}, 0.5),
        ({1: (0, 1), 2: (1, 1), 3: (1, 0)}, 0.875),
        ({-5: (1, 0), 0: (0, 3), 10: (2, 1)}, 7 / 12),
    ],
)
def test_the_area_is_the_chance_that_won_scores_above_lost(outcomes, area):
    assert area_under_curve({Decimal(score): counts for score, counts in outcomes.items()}) == area


def test_the_report_has_a_row_for_every_level_and_the_area(report, decided):
    decided("lost", score=0, possible="sql")
    decided("lost", score=5)
    decided("won", "mql", 15)
    decided("lost", "mql", 15)
    decided("won", "sql", 30)
    decided("", "sql", 90)

    assert report() == (
        "Level      Leads       Won      Lost  Conversion  May be higher\n"
        "NONE           2         0         2        0.0%              1\n"
        "MQL            2         1         1       50.0%              0\n"
        "SQL            1         1         0      100.0%              0\n"
        "All            5         2         3       40.0%              1\n"
        "Leads without an outcome: 1\n"
        "AUC of the score: 0.917\n"
    )


def test_without_outcomes_there_is_nothing_to_compare(report, decided):
    decided("")

    assert report() == "No lead of Acme has an outcome yet (1 are open), so there is nothing to compare.\n"


def test_with_one_kind_of_outcome_there_is_no_area(report, decided):
    decided("won", "mql", 15)

    assert report().endswith("AUC: cannot be said, since all of these leads were won.\n")
    assert "NONE           0         0         0           –              0\n" in report()


def test_other_businesses_are_not_counted(report, decided, other_business, now):
    decided("won")
    theirs = Organization.objects.create(business=other_business, name="Theirs")
    Lead.objects.create(business=other_business, organization=theirs, outcome="lost", created_at=now, stage_since=now)

    assert "All            1         1         0      100.0%" in report()
