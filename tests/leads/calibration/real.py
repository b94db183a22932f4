"""Real files as observations, read through their mappings, without a database."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from leads.domain.calibration.observations import Observation
from leads.domain.import_reading import read_mapping
from leads.domain.schema_document import SchemaDocument, read
from leads.domain.snapshot import Circumstances, absorb
from leads.domain.values import AttributeSpec, Choice, ValueType
from leads.services.importing.rows import stored_by

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
LEADS = Path(__file__).parents[1]
XEDUCATION = LEADS / "xeducation"
XEDUCATION_FILE = LEADS.parents[2] / "shared" / "data" / "xeducation" / "Leads.csv"


def points_card() -> SchemaDocument:
    return read((XEDUCATION / "schema.json").read_text())


def all_attributes() -> tuple[AttributeSpec, ...]:
    """The attributes of the points card, and one for every other usable column and for Tags."""
    yes_no = ("saw_search", "saw_newspaper_article", "saw_forums", "saw_newspaper", "saw_digital", "was_recommended")
    texts = ("heard_of_us", "lead_profile", "tags")
    return (
        *points_card().attributes,
        *(AttributeSpec(key, _label(key), ValueType.YES_NO) for key in yes_no),
        *(AttributeSpec(key, _label(key), ValueType.TEXT) for key in texts),
        AttributeSpec(
            "country", "Country", ValueType.CHOICE, choices=(Choice("india", "India"), Choice("abroad", "Abroad"))
        ),
    )


def _label(key: str) -> str:
    return key.replace("_", " ").capitalize()


def xeducation() -> list[Observation]:
    """All leads of the file, with everything that the mapping of all columns takes."""
    specs = {spec.key: spec for spec in all_attributes()}
    mapping = read_mapping((XEDUCATION / "all_columns.toml").read_text())
    assert not mapping.problems
    columns = [(column, stored_by(column, specs[column.key], mapping.not_given)) for column in mapping.attributes]
    found = []
    with XEDUCATION_FILE.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            cells = {column.key: stored(row[column.column]) for column, stored in columns}
            values = {key: value for key, value in cells.items() if value is not None}
            snapshot = absorb({}, values, at=NOW, source="import", evidence=1)
            found.append(Observation(row["Converted"] == "1", snapshot, Circumstances(NOW, NOW.date(), {}), NOW))
    return found


def split(observations: Sequence[Observation]) -> tuple[list[Observation], list[Observation]]:
    """Seven tenths to learn from, three tenths to try it on, by place in the file."""
    return _tenths(observations, range(7)), _tenths(observations, range(7, 10))


def _tenths(observations: Sequence[Observation], tenths: Iterable[int]) -> list[Observation]:
    return list(_scattered(observations, set(tenths)))


def _scattered(observations: Sequence[Observation], tenths: set[int]) -> Iterator[Observation]:
    for place, observation in enumerate(observations):
        if place * 2_654_435_761 % 2**32 * 10 // 2**32 in tenths:
            yield observation
