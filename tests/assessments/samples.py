"""A small template with every kind of consequence, and answers that lead to ADVANCE."""

from decimal import Decimal

from assessments.domain.template import (
    Advice,
    Dimension,
    Expected,
    FormulaSpec,
    OfferSpec,
    OptionSpec,
    QuestionSpec,
    QuestionType,
    SectionSpec,
    StallRiskSpec,
    TemplateDocument,
    TestCase,
    default_verdict,
)
from leads.domain.rules import Range
from leads.domain.values import AttributeSpec, ValueType, encode


def scale(key: str, **more) -> QuestionSpec:
    return QuestionSpec(
        key, f"{key}?", QuestionType.SCALE, minimum=Decimal(0), maximum=Decimal(10), scored=True, required=True, **more
    )


ANSWERS = {
    "urgency_before": Decimal(6),
    "severity": Decimal(8),
    "kind": "mail",
    "proven": Decimal(7),
    "which_mail": "orders@",
    "hours": Range(Decimal(20), Decimal(25), Decimal(30)),
    "hourly": Decimal(40),
    "cost_confirmed": True,
    "pressure": Decimal(9),
    "fitting": Decimal(9),
    "sponsor": True,
    "urgency_after": Decimal(9),
}
SEVERE = TestCase(
    "A severe problem with a sponsor",
    answers=tuple(sorted((key, encode(value)) for key, value in ANSWERS.items())),
    facts=(),
    expected=Expected(advice=Advice.ADVANCE),
)


def small_template(**changes) -> TemplateDocument:
    parts = {
        "key": "orders",
        "name": "Orders",
        "attributes": (AttributeSpec("hours_lost", "Hours lost", ValueType.NUMBER, unit="hours"),),
        "urgency_question": "How urgent is it for you?",
        "offer": OfferSpec("Automation", Decimal(10000), Decimal(70), Decimal(2)),
        "sections": (
            SectionSpec(
                Dimension.PROBLEM,
                "Problem",
                (
                    scale("severity", why_we_ask="To see how bad it is.", listen_for="The last time it hurt."),
                    QuestionSpec(
                        "kind",
                        "What sort of orders?",
                        QuestionType.SINGLE_CHOICE,
                        options=(OptionSpec("mail", "Mail", Decimal(2)), OptionSpec("edi", "EDI", Decimal(0))),
                    ),
                ),
            ),
            SectionSpec(
                Dimension.CAUSE,
                "Cause",
                (
                    scale("proven"),
                    QuestionSpec(
                        "which_mail", "Which mailbox?", QuestionType.TEXT, show_when='kind == "mail"', if_hidden="none"
                    ),
                ),
            ),
            SectionSpec(
                Dimension.COST,
                "Cost",
                (
                    QuestionSpec(
                        "hours",
                        "How many hours a week?",
                        QuestionType.NUMBER,
                        unit="hours",
                        minimum=Decimal(0),
                        maximum=Decimal(168),
                        attribute="hours_lost",
                        required=True,
                    ),
                    QuestionSpec("hourly", "What does an hour cost?", QuestionType.MONEY, required=True),
                    QuestionSpec("cost_confirmed", "Is that right?", QuestionType.YES_NO, required=True),
                ),
            ),
            SectionSpec(Dimension.URGENCY, "Urgency", (scale("pressure"),)),
            SectionSpec(
                Dimension.FIT,
                "Fit",
                (scale("fitting"), QuestionSpec("sponsor", "A sponsor?", QuestionType.YES_NO, required=True)),
            ),
        ),
        "formulas": (FormulaSpec("typing", "Typing", "hours * hourly * 46", cost_item=True),),
        "verdict": default_verdict(Decimal(20000)),
        "stall_risks": (StallRiskSpec("no_sponsor", "No sponsor", "not sponsor", blocking=True),),
        "test_cases": (SEVERE,),
    }
    return TemplateDocument(**(parts | changes))
