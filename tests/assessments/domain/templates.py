"""The template of the worked example, and small pieces to build others from."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from assessments.domain.engine import evaluate
from assessments.domain.plan import compile_template
from assessments.domain.template import (
    ConditionSpec,
    Dimension,
    FormulaSpec,
    OfferSpec,
    OptionSpec,
    QuestionSpec,
    QuestionType,
    SectionSpec,
    StallRiskSpec,
    TemplateDocument,
    VerdictSpec,
    default_verdict,
)
from leads.domain.documents import DocumentRefused
from leads.domain.rules import Range, Reason, Unknown
from leads.domain.values import AttributeSpec, Choice, ValueType

TODAY = date(2026, 3, 2)
NOT_KNOWN = Unknown(Reason.DOES_NOT_KNOW)


def D(text):
    return Decimal(text)


def between(low, likely, high):
    return Range(D(low), D(likely), D(high))


def asked(key, kind=QuestionType.NUMBER, **parts):
    return QuestionSpec(key, f"{key}?", QuestionType(kind), **parts)


def scale(key, **parts):
    return asked(key, "scale", scored=True, **parts)


def yes_no(key, **parts):
    return asked(key, "yes_no", **parts)


def choice(key, *options, kind="single_choice", **parts):
    specs = tuple(OptionSpec(code, code.title(), D(points)) for code, points in options)
    return asked(key, kind, options=specs, **parts)


def section(dimension, *questions):
    return SectionSpec(Dimension(dimension), dimension.title(), tuple(questions))


def attribute(key, kind=ValueType.NUMBER, **parts):
    codes = parts.pop("codes", ())
    return AttributeSpec(
        key, key.title(), ValueType(kind), choices=tuple(Choice(code, code) for code in codes), **parts
    )


SIMPLE_VERDICT = VerdictSpec(
    D("0"), (ConditionSpec("Good", "true"),), (ConditionSpec("Act", "true"),), (ConditionSpec("Just", "true"),)
)
OFFER = OfferSpec("Scheduling", between("15000", "16500", "18000"), between("70", "75", "80"), D("2"))


def template(**parts):
    """A template of five plain questions, of which a test names those that matter.

    `problem`, `cause`, `cost`, `urgency` and `fit` are the questions of the sections.
    """
    sections = tuple(
        section(dimension.value, *parts.pop(dimension.value, (asked(f"plain_{dimension.value}", "text"),)))
        for dimension in Dimension
    )
    given = {
        "key": "template",
        "name": "Template",
        "offer": OFFER,
        "sections": sections,
        "urgency_question": "How urgent is this to you, from 0 to 10?",
        "formulas": (FormulaSpec("loss", "Loss", "100", cost_item=True),),
        "verdict": SIMPLE_VERDICT,
    }
    return TemplateDocument(**(given | parts))


def verdict(**rules):
    """A verdict of one condition an answer, `true` where a test names none."""
    named = {answer: (ConditionSpec(answer, rule),) for answer, rule in rules.items()}
    return replace(SIMPLE_VERDICT, **named)


def compiled(**parts):
    return compile_template(template(**parts))


def run(plan, answers=None, facts=None, today=TODAY):
    return evaluate(plan, answers or {}, facts or {}, today)


def problems(**parts):
    """What is wrong with a template, as texts."""
    try:
        compile_template(template(**parts))
    except DocumentRefused as refused:
        return [str(problem) for problem in refused.problems]
    return []


# --- The worked example --------------------------------------------------------------------------

EXAMPLE = template(
    key="scheduling",
    name="Shift scheduling",
    attributes=(attribute("employees"), attribute("sponsor_role", "choice", codes=("owner", "manager", "nobody"))),
    problem=(scale("pain", required=True),),
    cause=(scale("proof", required=True),),
    cost=(
        asked("hours_lost", unit="hours a week", minimum=D("0"), maximum=D("168"), required=True),
        asked("hourly_cost", "money", required=True),
        asked("rework", "money"),
        asked("lost_orders", "money"),
        yes_no("cost_confirmed", required=True),
    ),
    urgency=(scale("deadline"), scale("pressure"), scale("consequence")),
    fit=(
        scale("fit_to_cause"),
        choice(
            "sponsor",
            ("owner", "0"),
            ("manager", "0"),
            ("nobody", "0"),
            attribute="sponsor_role",
        ),
    ),
    formulas=(
        FormulaSpec("wasted_time", "Wasted time", "hours_lost * hourly_cost * 46", "EUR", cost_item=True),
        FormulaSpec("rework_cost", "Rework", "rework", "EUR", cost_item=True, benchmark="Peers lose 90,000."),
        FormulaSpec("lost_orders_cost", "Lost orders", "lost_orders", "EUR", cost_item=True),
    ),
    verdict=default_verdict(D("50000")),
    stall_risks=(
        StallRiskSpec("no_sponsor", "Nobody owns it", 'sponsor == "nobody"', True, "Find the owner."),
        StallRiskSpec("small", "Few employees", "employees < 20", False),
    ),
)

EXAMPLE_ANSWERS = {
    "pain": D("8"),
    "proof": D("7"),
    "hours_lost": between("20", "25", "30"),
    "hourly_cost": D("40"),
    "rework": D("24000"),
    "lost_orders": NOT_KNOWN,
    "cost_confirmed": True,
    "deadline": D("8"),
    "pressure": D("7"),
    "consequence": NOT_KNOWN,
    "fit_to_cause": D("9"),
    "sponsor": "owner",
}
EXAMPLE_FACTS = {"employees": D("120")}
