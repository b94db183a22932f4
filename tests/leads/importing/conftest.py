"""A small business to import into: typed attributes, a schema that judges by employees, a way to run."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from leads.domain.schema_document import Axis, BandSpec, CriterionSpec, LevelSpec, SchemaDocument
from leads.domain.values import AttributeSpec, ValueType
from leads.models import (
    Attribute,
    Contact,
    Event,
    Evidence,
    Lead,
    LeadValue,
    Organization,
    Qualification,
    Stakeholder,
    Transition,
)
from leads.services.publishing import draft_from_document, publish

ROWS = (Organization, Contact, Lead, Stakeholder, Evidence, Qualification, LeadValue, Transition, Event)

MAPPING = """
[file]
not_given = ["", "Select"]
[lead]
reference = "Id"
title = "Deal {Id}"
[organization]
name = "Company"
[attributes]
employees = "Staff"
"""


@dataclass(frozen=True)
class Outcome:
    """What a run said, and what it said of its failure."""

    out: str
    err: str
    failure: str = ""


@pytest.fixture
def schema(manager, now):
    """MQL from 50 employees, SQL from 200."""
    employees = AttributeSpec("employees", "Employees", ValueType.NUMBER)
    bands = (
        BandSpec("employees >= 200", Decimal(20), True),
        BandSpec("employees >= 50", Decimal(10), True),
    )
    document = SchemaDocument(
        key="fit",
        name="Fit",
        attributes=(employees,),
        criteria=(CriterionSpec("size", Axis.FIT, "Size", "How many?", bands),),
        mql=LevelSpec(score=Decimal(10)),
        sql=LevelSpec(score=Decimal(20)),
    )
    version = publish(version_id=draft_from_document(document=document, by=manager).pk, by=manager, now=now)
    Attribute.objects.filter(key="employees").update(filterable=True)
    city = [{"code": code, "label": code.title()} for code in ("mumbai", "pune", "other")]
    Attribute.objects.create(business=manager.business, key="city", label="City", type="choice", choices=city)
    Attribute.objects.create(business=manager.business, key="decision", label="Decision", type="date")
    return version


@pytest.fixture
def run(business, schema, tmp_path) -> Callable[..., Outcome]:
    """Run the command on a file of this text or these bytes; a failure is part of the outcome."""

    def run(text: str | bytes, *options: str, mapping: str = MAPPING) -> Outcome:
        file, toml = tmp_path / "leads.csv", tmp_path / "mapping.toml"
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        toml.write_text(mapping)
        out, err, failure = StringIO(), StringIO(), ""
        try:
            call_command(
                "import_leads",
                str(file),
                "--business",
                business.slug,
                "--mapping",
                str(toml),
                *options,
                stdout=out,
                stderr=err,
            )
        except CommandError as error:
            failure = str(error)
        return Outcome(out.getvalue(), err.getvalue(), failure)

    return run


@pytest.fixture
def counts() -> Callable[[], dict[str, int]]:
    """How many rows there are of each kind that an import writes."""
    return lambda: {model.__name__: model.objects.count() for model in ROWS}


@pytest.fixture
def rejects(tmp_path) -> Path:
    return tmp_path / "rejects.csv"


@pytest.fixture
def mapping_with() -> Callable[..., str]:
    """The usual mapping with these tables added to its end."""
    return lambda more: MAPPING + more
