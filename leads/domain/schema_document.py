"""A qualification schema as a document: what is frozen when a version is published."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from leads.domain.documents import FORMAT, Reader, canonical, parsed
from leads.domain.rules import is_key
from leads.domain.stages import Level
from leads.domain.values import AttributeSpec, Choice, ValueType, plain

KIND = "qualification_schema"
JUDGED = (Level.MQL, Level.SQL)
POINTS_BELOW = 100_000
RULE_AT_MOST = 2_000


class Axis(StrEnum):
    """What a criterion speaks of; pain, fit and timeframe are the default three, the rest come from BANT."""

    PAIN = "pain"
    FIT = "fit"
    TIMEFRAME = "timeframe"
    BUDGET = "budget"
    AUTHORITY = "authority"
    ENGAGEMENT = "engagement"


@dataclass(frozen=True, slots=True)
class BandSpec:
    when: str
    points: Decimal
    met: bool
    label: str = ""


@dataclass(frozen=True, slots=True)
class CriterionSpec:
    """Ordered bands, closed by `otherwise`; `freshness_days` shortens the attributes' own.

    `wording_override` is why the question stays although its wording was faulted.
    """

    key: str
    axis: Axis
    label: str
    question: str
    bands: tuple[BandSpec, ...]
    otherwise_points: Decimal = Decimal(0)
    otherwise_met: bool = False
    help: str = ""
    freshness_days: int | None = None
    wording_override: str = ""


@dataclass(frozen=True, slots=True)
class LevelSpec:
    """What a level asks for, all of it: a score, least points on axes, criteria that must be met."""

    score: Decimal | None = None
    minimums: tuple[tuple[Axis, Decimal], ...] = ()
    knock_outs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TestCase:
    """What is known of an imagined lead, stored values by attribute, and the level that must come of it.

    It happens `on` a day, by default always the same one; whatever has a value was learned on that day.
    """

    __test__ = False

    name: str
    values: tuple[tuple[str, Any], ...]
    level: Level
    possible_level: Level | None = None
    on: date | None = None


@dataclass(frozen=True, slots=True)
class SchemaDocument:
    key: str
    name: str
    attributes: tuple[AttributeSpec, ...]
    criteria: tuple[CriterionSpec, ...]
    mql: LevelSpec
    sql: LevelSpec
    language: str = "en"
    applies_when: str = ""
    order_ready: str = ""
    test_cases: tuple[TestCase, ...] = ()

    def level(self, level: Level) -> LevelSpec:
        return self.sql if level == Level.SQL else self.mql


# --- Writing -------------------------------------------------------------------------------------


def write(document: SchemaDocument) -> str:
    """Return the canonical JSON; `read` gives the same document back.

    Without test cases there is no word of them, so that documents from before there were any stay equal;
    and so with the reason for a wording.
    """
    content = {
        "format": FORMAT,
        "kind": KIND,
        "key": document.key,
        "name": document.name,
        "language": document.language,
        "applies_when": document.applies_when,
        "order_ready": document.order_ready,
        "attributes": [attribute_out(spec) for spec in document.attributes],
        "criteria": [_criterion_out(criterion) for criterion in document.criteria],
        "levels": {level.value: _level_out(document.level(level)) for level in JUDGED},
    }
    if document.test_cases:
        content["test_cases"] = [_case_out(case) for case in document.test_cases]
    return canonical(content)


def attribute_out(spec: AttributeSpec) -> dict[str, Any]:
    return {
        "key": spec.key,
        "label": spec.label,
        "question": spec.question,
        "type": spec.type.value,
        "unit": spec.unit,
        "choices": [{"code": choice.code, "label": choice.label} for choice in spec.choices],
        "freshness_days": spec.freshness_days,
        "not_given": spec.not_given,
        "counts_kinds": list(spec.counts_kinds),
        "counts_days": spec.counts_days,
    }


def _criterion_out(criterion: CriterionSpec) -> dict[str, Any]:
    return {
        "key": criterion.key,
        "axis": criterion.axis.value,
        "label": criterion.label,
        "question": criterion.question,
        "help": criterion.help,
        "freshness_days": criterion.freshness_days,
        "bands": [
            {"when": band.when, "label": band.label, "points": plain(band.points), "met": band.met}
            for band in criterion.bands
        ],
        "otherwise": {"points": plain(criterion.otherwise_points), "met": criterion.otherwise_met},
        **({"wording_override": criterion.wording_override} if criterion.wording_override else {}),
    }


def _level_out(level: LevelSpec) -> dict[str, Any]:
    return {
        "score": None if level.score is None else plain(level.score),
        "minimums": [{"axis": axis.value, "points": plain(points)} for axis, points in level.minimums],
        "knock_outs": list(level.knock_outs),
    }


def _case_out(case: TestCase) -> dict[str, Any]:
    return {
        "name": case.name,
        "values": dict(case.values),
        "level": case.level.value,
        "possible_level": case.possible_level.value if case.possible_level else None,
        "on": case.on.isoformat() if case.on else None,
    }


# --- Reading -------------------------------------------------------------------------------------


def read(text: str) -> SchemaDocument:
    """Return what the JSON says; raise DocumentRefused with the path and reason of every problem.

    The shape only: what the rules mean is checked where the document is compiled.
    """
    reader = Reader(parsed(text))
    reader.one_of("kind", str, [KIND])
    if repr(reader.anything("format")) != repr(FORMAT):  # true and 1.0 are no format
        reader.problem("format", f"must be {FORMAT}")
    levels = reader.inner("levels")
    document = SchemaDocument(
        key=_key(reader),
        name=reader.text("name"),
        language=reader.text("language", at_most=10),
        applies_when=reader.text("applies_when", required=False, at_most=RULE_AT_MOST),
        order_ready=reader.text("order_ready", required=False, at_most=RULE_AT_MOST),
        attributes=tuple(attribute_in(part) for part in reader.each("attributes")),
        criteria=tuple(_criterion_in(part) for part in reader.each("criteria")),
        mql=_level_in(levels.inner("mql")),
        sql=_level_in(levels.inner("sql")),
        test_cases=tuple(_case_in(part) for part in reader.each("test_cases")),
    )
    levels.close()
    reader.close()
    reader.refuse_if_any()
    return document


def _key(reader: Reader) -> str:
    key = reader.text("key")
    if key and not is_key(key):
        reader.problem("key", f"{key!r} cannot be a key")
    return key


def attribute_in(reader: Reader) -> AttributeSpec:
    choices = []
    for part in reader.each("choices"):
        choices.append(Choice(part.text("code"), part.text("label")))
        part.close()
    spec = AttributeSpec(
        key=_key(reader),
        label=reader.text("label"),
        question=reader.text("question", required=False, at_most=500),
        type=reader.one_of("type", ValueType, list(ValueType)),
        unit=reader.text("unit", required=False, at_most=40),
        choices=tuple(choices),
        freshness_days=reader.whole("freshness_days"),
        not_given=reader.anything("not_given"),
        counts_kinds=reader.texts("counts_kinds"),
        counts_days=reader.whole("counts_days"),
    )
    reader.close()
    return spec


def _criterion_in(reader: Reader) -> CriterionSpec:
    bands = []
    for part in reader.each("bands"):
        bands.append(
            BandSpec(
                when=part.text("when", at_most=RULE_AT_MOST),
                points=part.number("points", below=POINTS_BELOW),
                met=part.flag("met", default=True),
                label=part.text("label", required=False),
            )
        )
        part.close()
    otherwise = reader.inner("otherwise")
    criterion = CriterionSpec(
        key=_key(reader),
        axis=reader.one_of("axis", Axis, list(Axis)),
        label=reader.text("label"),
        question=reader.text("question", at_most=500),
        bands=tuple(bands),
        otherwise_points=otherwise.number("points", below=POINTS_BELOW),
        otherwise_met=otherwise.flag("met"),
        help=reader.text("help", required=False, at_most=10_000),
        freshness_days=reader.whole("freshness_days"),
        wording_override=reader.text("wording_override", required=False, at_most=500),
    )
    otherwise.close()
    reader.close()
    return criterion


def _level_in(reader: Reader) -> LevelSpec:
    minimums = []
    for part in reader.each("minimums"):
        minimums.append((part.one_of("axis", Axis, list(Axis)), part.number("points")))
        part.close()
    level = LevelSpec(
        score=reader.number_if_any("score"),
        minimums=tuple(minimums),
        knock_outs=reader.texts("knock_outs"),
    )
    reader.close()
    return level


def _case_in(reader: Reader) -> TestCase:
    values = reader.anything("values")
    if not isinstance(values, dict):
        reader.problem("values", "must be an object of attribute and value")
        values = {}
    possible = reader.anything("possible_level")
    case = TestCase(
        name=reader.text("name"),
        values=tuple(sorted(values.items())),
        level=reader.one_of("level", Level, list(Level)),
        possible_level=None if possible is None else reader.one_of("possible_level", Level, list(Level)),
        on=reader.day("on"),
    )
    reader.close()
    return case
