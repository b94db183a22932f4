"""What can be wrong with a template apart from its rules."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import TypeVar

from assessments.domain.names import RESERVED_KEYS
from assessments.domain.questions import CHOICES, NUMERIC, bounds, value_of
from assessments.domain.template import (
    ANSWERS,
    Dimension,
    FormulaBand,
    OfferSpec,
    OptionSpec,
    QuestionSpec,
    QuestionType,
    TemplateDocument,
)
from leads.domain.documents import Problem
from leads.domain.rules import Range
from leads.domain.snapshot import base_key
from leads.domain.values import MONEY_BELOW, AttributeSpec, decode, plain

ZERO, HUNDRED = Decimal(0), Decimal(100)
NURTURE_AT_MOST = 3_650
T = TypeVar("T")


def check_template(document: TemplateDocument) -> Iterator[Problem]:
    """Yield everything that is wrong beside the rules."""
    yield from _sections(document)
    yield from _keys(document)
    attributes = {spec.key: spec for spec in document.attributes}
    for path, attribute in each_at("attributes", document.attributes):
        if attribute.not_given is not None and decode(attribute, attribute.not_given) is None:
            yield Problem(f"{path}.not_given", f"is no value of `{attribute.key}`")
    for path, question in questions_at(document):
        yield from _question(path, question)
        if question.attribute:
            yield from _evidence(f"{path}.attribute", question, attributes.get(question.attribute))
    for path, formula in each_at("formulas", document.formulas):
        yield from _bands(f"{path}.bands", formula.bands)
    yield from _offer(document.offer)
    if document.verdict.act_from < ZERO:
        yield Problem("verdict.act_from", "must not be negative")
    for answer in ANSWERS:
        if not getattr(document.verdict, answer):
            yield Problem(f"verdict.{answer}", "needs at least one condition")
    if not any(formula.cost_item for formula in document.formulas):
        yield Problem("formulas", "needs at least one cost item, or the problem has no cost")
    if document.nurture_days > NURTURE_AT_MOST:
        yield Problem("nurture_days", f"must be {NURTURE_AT_MOST:,} at most")


def each_at(path: str, parts: Iterable[T]) -> Iterator[tuple[str, T]]:
    for index, part in enumerate(parts):
        yield f"{path}[{index}]", part


def questions_at(document: TemplateDocument) -> Iterator[tuple[str, QuestionSpec]]:
    """Yield every question with its path, in the order they are asked."""
    for path, section in each_at("sections", document.sections):
        yield from each_at(f"{path}.questions", section.questions)


def _sections(document: TemplateDocument) -> Iterator[Problem]:
    found = [section.dimension for section in document.sections]
    for dimension in Dimension:
        if dimension not in found:
            yield Problem("sections", f"the section `{dimension.value}` is missing")
    ordered = sorted(found, key=list(Dimension).index)
    for (path, section), wanted in zip(each_at("sections", document.sections), ordered, strict=True):
        if found.count(section.dimension) > 1:
            yield Problem(f"{path}.dimension", f"`{section.dimension.value}` is there twice")
        elif section.dimension != wanted:
            yield Problem(f"{path}.dimension", f"the order is {', '.join(Dimension)}")
        if not section.questions:
            yield Problem(f"{path}.questions", "needs at least one question")


def _keys(document: TemplateDocument) -> Iterator[Problem]:
    """Refuse keys that rules could not tell apart."""
    placed = [
        *((path, spec.key) for path, spec in each_at("attributes", document.attributes)),
        *((path, question.key) for path, question in questions_at(document)),
        *((path, formula.key) for path, formula in each_at("formulas", document.formulas)),
    ]
    taken: dict[str, str] = {}
    for path, key in placed:
        if key in RESERVED_KEYS:
            yield Problem(f"{path}.key", f"`{key}` is a name of the verdict; choose another")
        if base_key(key) != key:
            yield Problem(f"{path}.key", "days_until_… and days_since_… belong to the dates they count")
        if key in taken:
            yield Problem(f"{path}.key", f"`{key}` is also the key of {taken[key]}")
        taken.setdefault(key, path)
    risks: set[str] = set()
    for path, risk in each_at("stall_risks", document.stall_risks):
        if risk.key in risks:
            yield Problem(f"{path}.key", f"`{risk.key}` is there twice")
        risks.add(risk.key)


def _question(path: str, question: QuestionSpec) -> Iterator[Problem]:
    if question.type in CHOICES:
        yield from _options(path, question.options)
    elif question.options:
        yield Problem(f"{path}.options", "belong to choices only")
    low, high = bounds(question)
    if question.type not in NUMERIC and (question.minimum, question.maximum) != (None, None):
        yield Problem(path, "only numbers have a minimum and a maximum")
    elif low is not None and high is not None and low >= high:
        yield Problem(f"{path}.maximum", f"must be above the minimum, {low:f}")
    has_points = question.points_yes is not None, question.points_no is not None
    if any(has_points) and question.type != QuestionType.YES_NO:
        yield Problem(path, "only a yes/no question has points for yes and for no")
    elif any(has_points) and not all(has_points):
        yield Problem(path, "needs points for both yes and no, or for neither")
    if question.scored and question.type != QuestionType.SCALE:
        yield Problem(f"{path}.scored", "belongs to scales only, whose points are their values")
    if question.if_hidden is not None and decode(value_of(question), question.if_hidden) is None:
        yield Problem(f"{path}.if_hidden", f"is no value of `{question.key}`")


def _options(path: str, options: tuple[OptionSpec, ...]) -> Iterator[Problem]:
    if not options:
        yield Problem(f"{path}.options", "needs at least one option")
    codes: set[str] = set()
    for option_path, option in each_at(f"{path}.options", options):
        if option.code in codes:
            yield Problem(f"{option_path}.code", f"`{option.code}` is there twice")
        codes.add(option.code)


def _evidence(path: str, question: QuestionSpec, attribute: AttributeSpec | None) -> Iterator[Problem]:
    """Refuse a question whose answers the attribute could not keep."""
    if attribute is None:
        yield Problem(path, f"there is no attribute `{question.attribute}`")
        return
    value = value_of(question, attribute)
    if attribute.counts_days is not None:
        yield Problem(path, f"`{attribute.key}` counts engagements; nobody can answer it")
    elif value.type != attribute.type:
        yield Problem(path, f"`{attribute.key}` is of type {attribute.type.value}, not {value.type.value}")
    elif value.unit.casefold() != attribute.unit.casefold():
        yield Problem(path, f"`{attribute.key}` is in {attribute.unit or 'no unit'}, not in {value.unit}")
    elif missing := [code for code in value.codes if code not in attribute.codes]:
        yield Problem(path, f"`{attribute.key}` has no choice {', '.join(missing)}")


def _bands(path: str, bands: tuple[FormulaBand, ...]) -> Iterator[Problem]:
    labels: set[str] = set()
    before: Decimal | None = None
    for band_path, band in each_at(path, bands):
        label = band.label.strip().casefold()
        if not label:
            yield Problem(f"{band_path}.label", "is missing: say what values from here on are called")
        elif label in labels:
            yield Problem(f"{band_path}.label", f"`{band.label}` is there twice; give each band its own label")
        labels.add(label)
        if before is not None and band.least <= before:
            wrong = f"the thresholds must rise: {plain(band.least)} is not above {plain(before)}"
            yield Problem(f"{band_path}.from", f"{wrong}; put the bands from the lowest to the highest")
        before = band.least


def _offer(offer: OfferSpec) -> Iterator[Problem]:
    for name, figure, most in (
        ("price", offer.price, MONEY_BELOW),
        ("recoverable_share", offer.recoverable_share, HUNDRED),
        ("required_return", offer.required_return, HUNDRED),
    ):
        low, high = (figure.low, figure.high) if isinstance(figure, Range) else (figure, figure)
        if low < ZERO or high > most:
            yield Problem(f"offer.{name}", f"must be from 0 to {most:,f}")
