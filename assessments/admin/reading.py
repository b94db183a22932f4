"""What a published template says, in words."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from assessments.admin.vocabulary import vocabulary_of
from assessments.domain.case_difference import answer_specs, expected_in_words
from assessments.domain.questions import value_of
from assessments.domain.template import OfferSpec, QuestionSpec, SectionSpec, TemplateDocument, TestCase
from assessments.models import VerdictCondition
from assessments.models.template import QUESTION_TYPES
from leads.admin.authoring.conditions import CONDITION, FORMULA, SHOW_WHEN, Vocabulary
from leads.admin.explained import Code
from leads.admin.reading import Lines, Table, points
from leads.domain.case_lines import written
from leads.domain.rules import Range
from leads.domain.values import AttributeSpec, ValueType, display, plain
from leads.domain.wording import shown_stored

Rule = Callable[[str, str], Lines]
TYPES = dict(QUESTION_TYPES) | {"yes_no": "Yes or no"}


def read_template(document: TemplateDocument, currency: str) -> list[Table]:
    """Return the tables in which a published version can be read."""
    labels = {spec.key: spec.label for spec in document.attributes}
    rule = _reader(document, currency)
    return [
        *(
            _section(number, section, labels, currency, rule)
            for number, section in enumerate(document.sections, start=1)
        ),
        Table(
            "Formulas",
            ("Figure", "Calculated as", "Counts"),
            [
                (
                    Lines(spec.label, (spec.key, f"Benchmark: {spec.benchmark}" if spec.benchmark else "")),
                    rule(spec.rule, FORMULA),
                    Lines(
                        "As cost of the problem" if spec.cost_item else "Where rules name it",
                        (spec.unit, *(f"From {plain(band.least)}: {band.label}" for band in spec.bands)),
                    ),
                )
                for spec in document.formulas
            ],
            note="Cost items are money lost in a year; together they are the cost of the problem.",
        ),
        _verdict(document, rule),
        _offer(document, currency),
        Table(
            "Stall risks",
            ("Risk", "There if", "What to do"),
            [
                (
                    Lines(risk.label, ("Blocks the sale" if risk.blocking else "To watch",)),
                    rule(risk.rule, CONDITION),
                    risk.what_to_do or "–",
                )
                for risk in document.stall_risks
            ],
            "None is named.",
        ),
        Table(
            "What its rules read of the lead",
            ("Attribute", "Name in rules", "Type"),
            [
                (spec.label, Code(spec.key), spec.type.value.replace("_", " ").capitalize())
                for spec in document.attributes
            ],
            "Nothing but the answers.",
        ),
        Table(
            "Test cases",
            ("Case", "What is answered", "What is known of the lead", "Must come to"),
            [_case(document, case) for case in document.test_cases],
            "None was written.",
            note="Checked when the version was published.",
        ),
    ]


def _reader(document: TemplateDocument, currency: str) -> Rule:
    """Return what shows a rule as it is written, with what it means."""
    vocabulary = vocabulary_of(document, currency)

    def read(text: str, kind: str) -> Lines:
        answer = Vocabulary.check(vocabulary, text, kind)
        return Lines(Code(text), (answer["english"],))

    return read


def _case(document: TemplateDocument, case: TestCase) -> tuple[object, ...]:
    answers = written(dict(case.answers), answer_specs(document)).splitlines()
    facts = written(dict(case.facts), {spec.key: spec for spec in document.attributes}).splitlines()
    expected = [f"{what}: {said}" for what, said in expected_in_words(case.expected).items()]
    return case.name, Lines("", answers), Lines("" if facts else "–", facts), Lines("", expected)


def _section(number: int, section: SectionSpec, labels: dict[str, str], currency: str, rule: Rule) -> Table:
    rows = [
        (
            Lines(f"{number}.{position} {question.text}", (question.key,)),
            Lines(TYPES[question.type.value], _answers(question)),
            Lines(
                rule(question.show_when, SHOW_WHEN) if question.show_when else "Always",
                _asked(question, labels, currency),
            ),
            Lines(
                f"Why we ask: {question.why_we_ask}" if question.why_we_ask else "",
                (f"Listen for: {question.listen_for}" if question.listen_for else "",),
            )
            if question.why_we_ask or question.listen_for
            else "–",
        )
        for position, question in enumerate(section.questions, start=1)
    ]
    title = f"{number}. {section.title}"
    if section.title.casefold() != section.dimension.value:
        title += f" ({section.dimension.value})"
    return Table(title, ("Question", "Answer", "Asked if", "For the salesperson"), rows, note=section.guidance)


def _answers(question: QuestionSpec) -> list[str]:
    said = [f"{option.label}: {_points(option.points)}" for option in question.options]
    if question.points_yes is not None and question.points_no is not None:
        said += [f"Yes: {_points(question.points_yes)}", f"No: {_points(question.points_no)}"]
    low, high = question.minimum, question.maximum
    if low is not None or high is not None:
        said.append(f"From {points(low)} to {points(high)} {question.unit}".rstrip())
    elif question.unit:
        said.append(f"In {question.unit}")
    if question.scored:
        said.append("The value is the points")
    return said


def _points(number: Decimal) -> str:
    return f"{plain(number)} point{'' if number == 1 else 's'}"


def _asked(question: QuestionSpec, labels: dict[str, str], currency: str) -> list[str]:
    said = ["Required"] if question.required else []
    if question.if_hidden is not None:
        said.append(f"While hidden: {shown_stored(value_of(question), question.if_hidden, currency)}")
    if question.attribute:
        said.append(f"Evidence for {labels.get(question.attribute, question.attribute)}")
    if question.for_prospect:
        said.append("The prospect may answer it alone")
    if question.wording_override:
        said.append(f"Worded so because {question.wording_override}")
    return said


def _verdict(document: TemplateDocument, rule: Rule) -> Table:
    rows: list[tuple[object, ...]] = []
    for answer in VerdictCondition.Answer:
        for index, spec in enumerate(getattr(document.verdict, answer.value)):
            rows.append((answer.label if index == 0 else "", spec.label, rule(spec.rule, CONDITION)))
    note = "An answer is yes if all of its conditions hold."
    return Table("The verdict", ("Answer", "Condition", "Holds if"), rows, note=note)


def _offer(document: TemplateDocument, currency: str) -> Table:
    offer: OfferSpec = document.offer
    rows = [
        ("Offer", offer.name or "–", ""),
        ("Price of the first year", _figure(offer.price, ValueType.MONEY, currency), Code("offer_price")),
        (
            "Share of the cost that can be recovered",
            _figure(offer.recoverable_share, ValueType.PERCENT, currency),
            Code("recoverable_share"),
        ),
        (
            "Must come back in a year",
            f"{plain(offer.required_return)} times the price",
            Code("required_return"),
        ),
        (
            "Prospects act from a yearly cost of",
            _figure(document.verdict.act_from, ValueType.MONEY, currency),
            Code("act_from"),
        ),
        ("If they will not act, look again after", f"{document.nurture_days:,} days", ""),
    ]
    return Table("What it is held against", ("Figure", "Value", "Name in rules"), rows)


def _figure(value: Decimal | Range, kind: ValueType, currency: str) -> str:
    return display(AttributeSpec("figure", "Figure", kind), value, currency)
