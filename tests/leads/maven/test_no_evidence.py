"""A pipeline whose outcomes are chance: calibration must say so, and propose nothing."""

import csv
import json
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from leads.domain.calibration.report_json import report_in
from leads.domain.schema_document import Axis, BandSpec, CriterionSpec, LevelSpec, SchemaDocument
from leads.domain.values import AttributeSpec, Choice, ValueType
from leads.models import Lead, QualificationVersion

HERE = Path(__file__).parent
DATA = HERE.parents[3] / "shared" / "data" / "maven_crm"
FILES = ("sales_pipeline", "accounts", "products", "sales_teams")

pytestmark = [
    pytest.mark.data,
    pytest.mark.skipif(
        not all((DATA / f"{name}.csv").exists() for name in FILES),
        reason="the real data is not beside the project (../shared/data)",
    ),
]


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def joined() -> list[dict[str, str]]:
    accounts = {row["account"]: row for row in rows("accounts")}
    products = {row["product"].replace(" ", ""): row for row in rows("products")}
    teams = {row["sales_agent"]: row for row in rows("sales_teams")}
    found = []
    for row in rows("sales_pipeline"):
        account = accounts.get(row["account"], dict.fromkeys(next(iter(accounts.values())), ""))
        product = products[row["product"].replace(" ", "")]
        organization = row["account"] or f"Account of {row['opportunity_id']}"
        found.append({**row, **account, **product, **teams[row["sales_agent"]], "organization": organization})
    return found


def card(pipeline: list[dict[str, str]]) -> SchemaDocument:
    """Large, rich buyers of what is dear: what a business might believe in."""
    texts = ("sector", "office", "product", "team", "manager")
    agents = sorted({row["sales_agent"] for row in pipeline})
    attributes = (
        *(AttributeSpec(key, key.capitalize(), ValueType.TEXT) for key in texts),
        AttributeSpec("agent", "Agent", ValueType.CHOICE, choices=tuple(Choice(agent, agent) for agent in agents)),
        AttributeSpec("revenue", "Revenue", ValueType.MONEY),
        AttributeSpec("list_price", "List price", ValueType.MONEY),
        AttributeSpec("employees", "Employees", ValueType.NUMBER),
        AttributeSpec("founded", "Founded", ValueType.NUMBER),
        AttributeSpec("engaged", "Engaged on", ValueType.DATE),
    )
    large = CriterionSpec(
        "size", Axis.FIT, "Size", "How many?", (BandSpec("employees >= 2000", Decimal(20), True, "Large"),)
    )
    rich = CriterionSpec(
        "means", Axis.BUDGET, "Means", "What revenue?", (BandSpec("revenue >= 2000", Decimal(20), True, "Rich"),)
    )
    dear = CriterionSpec(
        "deal", Axis.BUDGET, "Deal", "Which product?", (BandSpec("list_price >= 3000", Decimal(10), True, "Dear"),)
    )
    return SchemaDocument(
        key="pipeline",
        name="Pipeline",
        attributes=attributes,
        criteria=(large, rich, dear),
        mql=LevelSpec(score=Decimal(20)),
        sql=LevelSpec(score=Decimal(40)),
    )


@pytest.fixture
def imported(business, publish, tmp_path) -> QualificationVersion:
    pipeline = joined()
    version = publish(business, card(pipeline))
    file = tmp_path / "pipeline.csv"
    with file.open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, list(pipeline[0]))
        writer.writeheader()
        writer.writerows(pipeline)
    call_command(
        "import_leads",
        str(file),
        "--business",
        business.slug,
        "--mapping",
        str(HERE / "mapping.toml"),
        stdout=StringIO(),
        stderr=StringIO(),
    )
    return version


def test_a_pipeline_decided_by_chance_gives_no_evidence_and_no_draft(business, imported):
    assert Lead.objects.filter(outcome="won").count() == 4_238
    assert Lead.objects.filter(outcome="lost").count() == 2_473
    out = StringIO()

    with pytest.raises(CommandError) as refusal:
        call_command("calibrate", business.slug, "--propose", "--format", "json", stdout=out)

    report = report_in(out.getvalue())
    assert report.verdict == "no_evidence"
    assert (report.decided.won, report.decided.lost) == (4_238, 2_473)
    assert report.proposal is None
    assert report.present.auc.interval.holds(0.5)
    assert report.fitted.auc.interval.holds(0.5)
    assert [(one.key, one.cause) for one in report.suspicious] == [("engaged", "measures_the_journey")]
    assert str(refusal.value).startswith(
        "There is no card to propose. No card could be fitted that tells won from lost"
    )
    assert list(QualificationVersion.objects.values_list("status", flat=True)) == ["published"]
    assert json.loads(out.getvalue())["verdict"] == "no_evidence"
