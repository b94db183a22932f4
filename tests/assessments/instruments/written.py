"""Instruments as template documents, each with fitting questions in the sections that it does not fill."""

from decimal import Decimal

from assessments.domain.bands import band_of
from assessments.domain.engine import Evaluation, evaluate
from assessments.domain.plan import TemplatePlan, compile_template
from assessments.domain.template import (
    TEST_DAY,
    Dimension,
    Expected,
    FormulaBand,
    FormulaSpec,
    OfferSpec,
    OptionSpec,
    QuestionSpec,
    QuestionType,
    SectionSpec,
    TemplateDocument,
    TestCase,
    default_verdict,
)
from assessments.domain.template_document import read, write
from leads.domain.values import encode

REST = {"proven": Decimal(7), "days_lost": Decimal(30), "cost_confirmed": True, "pressing": Decimal(8), "able": True}


def one_of(key: str, text: str, *options: tuple[str, str, int], **more) -> QuestionSpec:
    """Return a single choice of options given as code, label and points."""
    specs = tuple(OptionSpec(code, label, Decimal(points)) for code, label, points in options)
    return QuestionSpec(key, text, QuestionType.SINGLE_CHOICE, options=specs, required=True, **more)


def bands(*named: tuple[str, int]) -> tuple[FormulaBand, ...]:
    return tuple(FormulaBand(label, Decimal(least)) for label, least in named)


def document(key: str, name: str, questions, formulas, figures: dict[str, dict]) -> TemplateDocument:
    """Return a template that asks the instrument in its first section, read back from its JSON.

    `figures` has a test case by name: the answers, and under `expected` what the formulas come to.
    """
    written = TemplateDocument(
        key=key,
        name=name,
        currency="EUR",
        urgency_question="How urgent is it for you that this changes, from 0 to 10?",
        offer=OfferSpec("Support", Decimal(4000), Decimal(60), Decimal(1)),
        sections=(
            SectionSpec(Dimension.PROBLEM, name, tuple(questions)),
            SectionSpec(Dimension.CAUSE, "Cause", (_scale("proven", "How sure are you where it comes from?"),)),
            SectionSpec(
                Dimension.COST,
                "Cost",
                (
                    QuestionSpec(
                        "days_lost",
                        "How many days of work are lost in a year?",
                        QuestionType.NUMBER,
                        unit="days",
                        minimum=Decimal(0),
                        maximum=Decimal(366),
                        required=True,
                    ),
                    QuestionSpec("cost_confirmed", "Does that sum look right?", QuestionType.YES_NO, required=True),
                ),
            ),
            SectionSpec(Dimension.URGENCY, "Urgency", (_scale("pressing", "How much does it press you now?"),)),
            SectionSpec(
                Dimension.FIT,
                "Fit",
                (
                    QuestionSpec(
                        "able",
                        "Is there somebody who would take part?",
                        QuestionType.YES_NO,
                        points_yes=Decimal(1),
                        points_no=Decimal(0),
                        required=True,
                    ),
                ),
            ),
        ),
        formulas=(*formulas, FormulaSpec("absence", "Days of work lost", "days_lost * 350", "EUR", cost_item=True)),
        verdict=default_verdict(Decimal(5000)),
        test_cases=tuple(
            TestCase(
                case,
                answers=tuple(sorted((question, encode(value)) for question, value in given["answers"].items())),
                facts=(),
                expected=Expected(figures=tuple(sorted((name, _number(n)) for name, n in given["expected"].items()))),
            )
            for case, given in figures.items()
        ),
    )
    return read(write(written))


def _scale(key: str, text: str) -> QuestionSpec:
    return QuestionSpec(key, text, QuestionType.SCALE, scored=True, required=True)


def _number(number: int | str | None) -> Decimal | None:
    return None if number is None else Decimal(number)


def run(plan: TemplatePlan, answers: dict) -> Evaluation:
    return evaluate(plan, answers, {}, TEST_DAY)


def banded(plan: TemplatePlan, key: str, evaluation: Evaluation) -> str:
    formula = next(formula for formula in plan.formulas if formula.key == key)
    return band_of(formula.spec, evaluation.facts[key])


def compiled(written: TemplateDocument) -> TemplatePlan:
    return compile_template(written)
