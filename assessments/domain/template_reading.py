"""Reading a template document: the shape only. What its rules mean is checked where it is compiled."""

import re
from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar

from assessments.domain.template import (
    NURTURE_DAYS,
    Advice,
    ConditionSpec,
    Dimension,
    Expected,
    FormulaBand,
    FormulaSpec,
    OfferSpec,
    OptionSpec,
    Outlook,
    QuestionSpec,
    QuestionType,
    SectionSpec,
    StallRiskSpec,
    TemplateDocument,
    TestCase,
    VerdictSpec,
)
from leads.domain.documents import FORMAT, Reader, parsed
from leads.domain.qualification import Decision
from leads.domain.rules import Range, is_key
from leads.domain.schema_document import POINTS_BELOW, RULE_AT_MOST, attribute_in
from leads.domain.snapshot import DOES_NOT_KNOW
from leads.domain.values import AttributeSpec, is_storable

KIND = "assessment_template"
QUESTION_AT_MOST = 500
HELP_AT_MOST = 10_000
NUMBER = re.compile(r"-?\d{1,12}(\.\d{1,2})?", re.ASCII)
CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
ENDS = ("low", "likely", "high")
E = TypeVar("E", bound=StrEnum)


def read(text: str) -> TemplateDocument:
    """Return what the JSON says; raise DocumentRefused with the path and reason of every problem."""
    reader = Reader(parsed(text))
    reader.one_of("kind", str, [KIND])
    if repr(reader.anything("format")) != repr(FORMAT):  # true and 1.0 are no format
        reader.problem("format", f"must be {FORMAT}")
    document = TemplateDocument(
        key=_key(reader),
        name=reader.text("name"),
        language=reader.text("language", at_most=10),
        currency=_currency(reader),
        propose_when=reader.text("propose_when", required=False, at_most=RULE_AT_MOST),
        attributes=tuple(_attribute(part) for part in reader.each("attributes")),
        offer=_offer(reader.inner("offer")),
        sections=tuple(_section(part) for part in reader.each("sections")),
        urgency_question=reader.text("urgency_question", at_most=QUESTION_AT_MOST),
        formulas=tuple(_formula(part) for part in reader.each("formulas")),
        verdict=_verdict(reader.inner("verdict")),
        stall_risks=tuple(_risk(part) for part in reader.each("stall_risks")),
        nurture_days=reader.whole("nurture_days") or NURTURE_DAYS,
        test_cases=tuple(_test_case(part) for part in reader.each("test_cases")),
    )
    reader.close()
    reader.refuse_if_any()
    return document


def _key(reader: Reader) -> str:
    key = reader.text("key")
    if key and not is_key(key):
        reader.problem("key", f"{key!r} cannot be a key")
    return key


def _currency(reader: Reader) -> str:
    currency = reader.text("currency", required=False, at_most=3)
    if currency and not CURRENCY.fullmatch(currency):
        reader.problem("currency", "must be a currency of three capital letters, such as EUR")
    return currency


def _attribute(reader: Reader) -> AttributeSpec:
    spec = attribute_in(reader)
    if not _is_stored(spec.not_given):
        reader.problem("not_given", "is no stored value")
    return spec


def _offer(reader: Reader) -> OfferSpec:
    offer = OfferSpec(
        name=reader.text("name"),
        price=_number_or_range(reader, "price"),
        recoverable_share=_number_or_range(reader, "recoverable_share"),
        required_return=_number(reader, "required_return"),
    )
    reader.close()
    return offer


def _section(reader: Reader) -> SectionSpec:
    section = SectionSpec(
        dimension=reader.one_of("dimension", Dimension, list(Dimension)),
        title=reader.text("title"),
        guidance=reader.text("guidance", required=False, at_most=HELP_AT_MOST),
        questions=tuple(_question(part) for part in reader.each("questions")),
    )
    reader.close()
    return section


def _question(reader: Reader) -> QuestionSpec:
    question = QuestionSpec(
        key=_key(reader),
        text=reader.text("text", at_most=QUESTION_AT_MOST),
        type=reader.one_of("type", QuestionType, list(QuestionType)),
        why_we_ask=reader.text("why_we_ask", required=False, at_most=HELP_AT_MOST),
        listen_for=reader.text("listen_for", required=False, at_most=HELP_AT_MOST),
        show_when=reader.text("show_when", required=False, at_most=RULE_AT_MOST),
        if_hidden=_stored(reader, "if_hidden"),
        required=reader.flag("required"),
        unit=reader.text("unit", required=False, at_most=40),
        minimum=_number_if_any(reader, "minimum"),
        maximum=_number_if_any(reader, "maximum"),
        options=tuple(_option(part) for part in reader.each("options")),
        points_yes=_points_if_any(reader, "points_yes"),
        points_no=_points_if_any(reader, "points_no"),
        scored=reader.flag("scored"),
        attribute=reader.text("attribute", required=False),
        for_prospect=reader.flag("for_prospect"),
        wording_override=reader.text("wording_override", required=False, at_most=QUESTION_AT_MOST),
    )
    reader.close()
    return question


def _option(reader: Reader) -> OptionSpec:
    option = OptionSpec(reader.text("code"), reader.text("label"), reader.number("points", below=POINTS_BELOW))
    reader.close()
    return option


def _formula(reader: Reader) -> FormulaSpec:
    formula = FormulaSpec(
        key=_key(reader),
        label=reader.text("label"),
        rule=reader.text("rule", at_most=RULE_AT_MOST),
        unit=reader.text("unit", required=False, at_most=40),
        cost_item=reader.flag("cost_item"),
        benchmark=reader.text("benchmark", required=False, at_most=HELP_AT_MOST),
        bands=tuple(_band(part) for part in reader.each("bands")),
    )
    reader.close()
    return formula


def _band(reader: Reader) -> FormulaBand:
    band = FormulaBand(reader.text("label"), _number(reader, "from"))
    reader.close()
    return band


def _verdict(reader: Reader) -> VerdictSpec:
    verdict = VerdictSpec(
        act_from=_number(reader, "act_from"),
        good_problem=tuple(_condition(part) for part in reader.each("good_problem")),
        will_act=tuple(_condition(part) for part in reader.each("will_act")),
        justifies=tuple(_condition(part) for part in reader.each("justifies")),
    )
    reader.close()
    return verdict


def _condition(reader: Reader) -> ConditionSpec:
    condition = ConditionSpec(reader.text("label"), reader.text("rule", at_most=RULE_AT_MOST))
    reader.close()
    return condition


def _risk(reader: Reader) -> StallRiskSpec:
    risk = StallRiskSpec(
        key=_key(reader),
        label=reader.text("label"),
        rule=reader.text("rule", at_most=RULE_AT_MOST),
        blocking=reader.flag("blocking"),
        what_to_do=reader.text("what_to_do", required=False, at_most=HELP_AT_MOST),
    )
    reader.close()
    return risk


def _test_case(reader: Reader) -> TestCase:
    case = TestCase(
        name=reader.text("name"),
        answers=tuple(_stored_by_key(reader.inner("answers"))),
        facts=tuple(_stored_by_key(reader.inner("facts"))),
        expected=expected_in(reader.inner("expected")),
        on=reader.day("on"),
    )
    reader.close()
    return case


def _stored_by_key(reader: Reader) -> Iterator[tuple[str, Any]]:
    """Yield in the order of the keys, which is the order they are written in."""
    for key in sorted(reader.content):
        if is_key(key):
            yield key, _stored(reader, key)
        else:
            reader.problem("", f"{key!r} cannot be a key")


def expected_in(reader: Reader) -> Expected:
    cost, figures = reader.inner("cost"), reader.inner("figures")
    expected = Expected(
        good_problem=_choice_if_any(reader, "good_problem", Decision),
        will_act=_choice_if_any(reader, "will_act", Decision),
        justifies=_choice_if_any(reader, "justifies", Decision),
        outlook=_choice_if_any(reader, "outlook", Outlook),
        advice=_choice_if_any(reader, "advice", Advice),
        cost=tuple((end, _number_if_any(cost, end)) for end in ENDS if end in cost.content),
        figures=tuple((key, _number_if_any(figures, key)) for key in sorted(figures.content)),
    )
    cost.close()
    reader.close()
    return expected


# --- Single values -------------------------------------------------------------------------------


def _decimal(value: Any) -> Decimal | None:
    return Decimal(value) if isinstance(value, str) and NUMBER.fullmatch(value) else None


def _number(reader: Reader, key: str) -> Decimal:
    number = _decimal(reader.anything(key))
    if number is None:
        reader.problem(key, 'must be a number in quotes with two decimals at most, such as "12.5"')
    return number or Decimal(0)


def _number_if_any(reader: Reader, key: str) -> Decimal | None:
    return None if reader.anything(key) is None else _number(reader, key)


def _points_if_any(reader: Reader, key: str) -> Decimal | None:
    return None if reader.anything(key) is None else reader.number(key, below=POINTS_BELOW)


def _number_or_range(reader: Reader, key: str) -> Decimal | Range:
    if not isinstance(reader.anything(key), dict):
        return _number(reader, key)
    inner = reader.inner(key)
    low, likely, high = (_number(inner, end) for end in ENDS)
    inner.close()
    if not low <= likely <= high:
        reader.problem(key, "must rise from low over likely to high")
        return likely
    return low if low == high else Range(low, likely, high)


def _choice_if_any(reader: Reader, key: str, choices: type[E]) -> E | None:
    return None if reader.anything(key) is None else reader.one_of(key, choices, list(choices))


def _stored(reader: Reader, key: str) -> Any:
    """Return a value as answers are stored. Whether it is one of its question is checked later."""
    value = reader.anything(key)
    if not _is_stored(value):
        reader.problem(key, "is no stored value")
        return None
    return value


def _is_stored(value: Any) -> bool:
    if isinstance(value, str):
        return is_storable(value)
    if isinstance(value, list):
        return all(isinstance(part, str) and is_storable(part) for part in value)
    if isinstance(value, dict):
        texts = all(isinstance(part, str) and is_storable(part) for part in value.values())
        return value == DOES_NOT_KNOW or (value.keys() == set(ENDS) and texts)
    return value is None or isinstance(value, bool)
